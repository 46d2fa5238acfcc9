"""Making a map: the embeddings of the library in, a map in the catalog out."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from audiolab.catalog import read, vectors
from audiolab.catalog.database import Database
from audiolab.catalog.maps import clusters, graph, hubness, jobs, layout, quality, store
from audiolab.errors import CatalogError, MapCancelledError

log = logging.getLogger(__name__)

Progress = Callable[[str, float | None], None]  # what is done, share in [0, 1] if known

TELL_SECONDS = 1.0
NAMED_BY = ("genre_primary", "genre_secondary", "tag_genre", "mood_primary", "mood_secondary",
            "instruments", "year")  # fmt: skip


def make(
    database: Database,
    model: str | None,
    method: str,
    progress: Progress | None = None,
    job: str | None = None,
) -> int:
    """Make the map of a library anew and keep it; returns its version.

    Parameters
    ----------
    database : Database
    model : str or None
        Which embedding; None takes the best there is.
    method : {"umap", "pca"}
    progress : callable, optional
        Told what is done, every second or so.
    job : str, optional
        A job that waits for this.

    Raises
    ------
    CatalogError
        For another method, or where there are no embeddings.
    MapBusyError
        If another process makes one.
    MapCancelledError
        If somebody asked for its end; the map that was there stays.
    """
    checked = layout.checked(method)
    with jobs.alone(database):
        with database.cursor(write=True) as cursor:
            job = jobs.begin(cursor, {"model": model, "method": method}, job)
        teller = _Teller(database, job, progress)
        try:
            made = _made(database, model, checked, teller)
            teller("saving")
            with database.cursor(write=True) as cursor:
                version = store.save(cursor, made)
                jobs.finish(cursor, job, "completed")
        except BaseException as error:
            ended = isinstance(error, (KeyboardInterrupt, MapCancelledError))
            with suppress(CatalogError), database.cursor(write=True) as cursor:
                jobs.finish(cursor, job, "cancelled" if ended else "failed", str(error) or None)
            raise
    log.info("similarity map", extra={"version": version, "tracks": len(made.ids)})
    return version


@dataclass
class _Teller:
    """Tells how far making is: the row of the job, and whoever waits."""

    database: Database
    job: str
    progress: Progress | None
    _phase: str = field(default="", init=False)
    _told: float = field(default=0.0, init=False)

    def __call__(self, phase: str, share: float | None = None) -> None:
        """Go on with a phase, or begin it.

        Raises
        ------
        MapCancelledError
            If somebody asked for the end.
        """
        now = time.monotonic()
        if phase == self._phase and now - self._told < TELL_SECONDS:
            return
        self._phase, self._told = phase, now
        if self.progress is not None:
            self.progress(phase, share)
        with self.database.cursor(write=True) as cursor:
            if jobs.update(cursor, self.job, phase, share):
                raise MapCancelledError("the map was not made: somebody stopped it")


def _made(
    database: Database, model: str | None, method: layout.Method, tell: _Teller
) -> store.Made:
    started = time.monotonic()
    tell("reading")
    with database.cursor() as cursor:
        names = vectors.model_names(cursor)
        if model is None and not names:
            raise CatalogError(
                "there are no embeddings to make a map of: audiolab scan computes them"
            )
        name = model or names[0]
        ids, matrix = vectors.read_matrix(cursor, name)
    if not ids:
        raise CatalogError(f"no track has an embedding of {name}: audiolab scan computes them")
    tell("comparing")
    near = graph.neighbour_graph(matrix, hubness.CANDIDATES)
    around = hubness.surroundings(matrix)
    counts = hubness.occurrence(near.nearest(hubness.K))
    even = hubness.occurrence(hubness.corrected(near, around, hubness.K))
    tell("arranging", 0.0)
    plane, done_by = layout.lay_out(matrix, near, method, lambda share: tell("arranging", share))
    tell("checking")
    trust = quality.measure(matrix, plane)
    tell("naming")
    with database.read() as connection:
        found = clusters.find_clusters(plane, tags_of(connection, ids))
    k = min(hubness.K, near.k)
    return store.Made(
        model=name, method=done_by, seconds=time.monotonic() - started, ids=ids, plane=plane,
        occurrence=counts, around=around, quality=trust, hubness=hubness.measure(counts, k),
        corrected=hubness.measure(even, k), clusters=tuple(found),
    )  # fmt: skip


def tags_of(connection: Connection, ids: Sequence[str]) -> list[list[str]]:
    """Words that tell what each track is: genres, moods, instruments, decade."""
    frame = read.by_ids(connection, list(ids), NAMED_BY).reindex(list(ids))
    return [_tags(row) for row in frame.astype(object).to_dict("records")]


def _tags(row: dict[Any, Any]) -> list[str]:
    genres = _named(row["genre_primary"], row["genre_secondary"]) or _named(row["tag_genre"], None)
    moods = _named(row["mood_primary"], row["mood_secondary"])
    played = row["instruments"] if isinstance(row["instruments"], list) else []
    decade = [] if pd.isna(row["year"]) else [f"{int(row['year']) // 10 * 10}s"]
    return [*genres, *moods, *played, *decade]


def _named(first: Any, others: Any) -> list[str]:
    primary = [first] if isinstance(first, str) else []
    return [*primary, *(others if isinstance(others, list) else [])]
