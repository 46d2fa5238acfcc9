"""Start the making of a similarity map that outlives whoever started it: a page, a notebook."""

from audiolab.catalog import Catalog
from audiolab.config import Settings
from audiolab.scanner.process import launch


def start_map(
    settings: Settings,
    catalog: Catalog,
    *,
    model: str | None = None,
    method: str = "umap",
) -> str:
    """Start ``audiolab map`` as a process of its own session and return its job.

    ``catalog.map_job()`` tells how it goes and ``catalog.cancel_map()`` ends it. If the process
    cannot begin, the job's state is "failed" and its error says why.

    Parameters
    ----------
    settings : Settings
        The process gets the same.
    catalog : Catalog
        An open one of these settings.
    model, method
        As for `Catalog.make_map`.

    Raises
    ------
    MapBusyError
        If a map is being made.
    DatabaseError
        If the catalog cannot be reached.
    """
    job = catalog.announce_map(model, method)
    options = ["--method", method, *([] if model is None else ["--model", model])]
    launch(
        settings,
        "map",
        [*options, "--job", job],
        lambda opened, words: opened.fail_map(job, words),
    )
    return job
