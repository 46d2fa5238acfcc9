"""Start a scan that outlives whoever started it: a page, a notebook, a kernel."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from audiolab.catalog import Catalog
from audiolab.config import Settings
from audiolab.scanner.process import launch
from audiolab.scanner.roots import check_apart, check_inside, resolve_roots


def start_detached(
    settings: Settings,
    path: str | Path,
    *,
    catalog: Catalog | None = None,
    recursive: bool = True,
    stages: Sequence[str] | None = None,
    force: bool = False,
    retry_failed: bool = False,
    library_only: bool = False,
) -> str:
    """Start ``audiolab scan`` as a process of its own session and return its job.

    ``catalog.follow_job(id)`` tells how it goes and ``catalog.cancel_job(id)`` ends it. If the
    process cannot begin (another scan was faster, say), the job's state is "failed" and its error
    says why.

    Parameters
    ----------
    settings : Settings
        The process gets the same.
    path : str or Path
        The folder.
    catalog : Catalog or None
        An open one of these settings; None opens it for a moment.
    recursive, stages, force, retry_failed, library_only
        As for `audiolab.scan`.

    Returns
    -------
    str
        The job's id.

    Raises
    ------
    ScanError
        If the path is not a folder, or lies in another root.
    OutsideLibraryError
        If `library_only` and the path is not in the library.
    RootBusyError
        If another scan has the folder.
    DatabaseError
        If the catalog cannot be reached.
    """
    (root,) = resolve_roots([path])
    if library_only:
        check_inside(root, [folder.resolve() for folder in settings.library_path])
    wanted = {
        "recursive": recursive,
        "force": force,
        "retry_failed": retry_failed,
        **({} if stages is None else {"stages": list(stages)}),
    }
    options = [
        *([] if recursive else ["--no-recursive"]),
        *([] if stages is None else ["--stages", ",".join(stages)]),
        *(["--force"] if force else []),
        *(["--retry-failed"] if retry_failed else []),
        *(["--library-only"] if library_only else []),
    ]
    if catalog is not None:
        return _start(catalog, settings, root, wanted, options)
    with Catalog.open(settings=settings) as own:
        return _start(own, settings, root, wanted, options)


def _start(
    catalog: Catalog,
    settings: Settings,
    root: str,
    wanted: Mapping[str, object],
    options: Sequence[str],
) -> str:
    check_apart(root, [known.address for known in catalog.roots()])
    job = catalog.start_job(catalog.root(root), wanted, pending=True)
    launch(
        settings,
        "scan",
        [*options, "--job", job, "--", root],
        lambda opened, words: opened.fail_unstarted(job, words),
    )
    return job
