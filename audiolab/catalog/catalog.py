"""Catalog: what people import. Every answer is a DataFrame, a Series or a number."""

import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy.typing as npt
import pandas as pd

from audiolab.catalog import corrections, ids, read, upkeep
from audiolab.catalog.add import add_frame
from audiolab.catalog.database import Database
from audiolab.catalog.document_side import DocumentSide
from audiolab.catalog.export_side import ExportSide
from audiolab.catalog.like_side import LikeSide
from audiolab.catalog.map_side import MapSide
from audiolab.catalog.migrate import ensure_schema
from audiolab.catalog.scan_side import ScanSide
from audiolab.catalog.stats_side import StatsSide
from audiolab.catalog.tag_side import TagSide
from audiolab.config import Settings, load_settings


class Catalog(ExportSide, LikeSide, MapSide, StatsSide, DocumentSide, ScanSide, TagSide):
    """The library: every track and what is known of it. Safe to share between threads.

    Made by `Catalog.open`. ``where`` arguments take a `Filter`, a query string like
    ``"genre:house bpm:120..128"``, a dict of conditions, or None for all tracks.

    Examples
    --------
    >>> with Catalog.open() as cat:
    ...     tracks = cat.tracks("key:8A -tag_genre:rock", sort="tempo_bpm", limit=20)
    >>> tracks[["title", "key"]].to_dict("records")
    [{'title': 'Neon Harbour', 'key': 'A minor'}]
    """

    def __init__(self, database: Database, *, data_dir: Path | None = None) -> None:
        super().__init__(database)
        self._end = weakref.finalize(self, _end_use, database, data_dir)

    @classmethod
    def open(cls, url: str | None = None, *, settings: Settings | None = None) -> "Catalog":
        """Open the catalog, starting the embedded server and creating the schema where needed.

        Parameters
        ----------
        url : str, optional
            An external Postgres; by default the settings' one, else the embedded server.
        settings : Settings, optional
            By default those of the environment.

        Raises
        ------
        DatabaseError
            If the database cannot be started, reached or set up.
        SchemaError
            If it was made by a newer audiolab.
        """
        settings = settings or load_settings()
        url = url or settings.database_url
        if url is not None:
            return cls._ready(Database(url, read_only=settings.read_only), None)
        from audiolab.catalog.embedded import check_room, ensure_server, release

        folder = settings.data_dir

        def start_again() -> str:
            address = ensure_server(folder)
            release(folder)  # this catalog is counted as a user already
            check_room(folder)  # the likeliest reason why it died
            return address

        database = Database(ensure_server(folder), start=start_again, read_only=settings.read_only)
        return cls._ready(database, folder)

    @classmethod
    def _ready(cls, database: Database, data_dir: Path | None) -> "Catalog":
        catalog = cls(database, data_dir=data_dir)
        try:
            with database.guarded():
                ensure_schema(database.engine)
        except BaseException:
            catalog.close()
            raise
        return catalog

    def close(self) -> None:
        """Give up the connections; an embedded server that nobody else uses is stopped.

        Happens by itself when the catalog is no longer used or the program ends.
        """
        self._end()

    def __enter__(self) -> "Catalog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Catalog {self._database.address}>"

    def add(
        self,
        frame: pd.DataFrame,
        root: str = "imported",
        embeddings: Mapping[str, npt.NDArray[Any]] | None = None,
        waveforms: npt.NDArray[Any] | None = None,
        progress: upkeep.Progress | None = None,
    ) -> list[str]:
        """Insert or update many tracks at once: how results from elsewhere come in.

        An addition that is large enough for an index of neighbours makes it; after the last of
        many smaller ones, call `maintain`.

        Parameters
        ----------
        frame : pandas.DataFrame
            One row a track: ``path`` (unique, relative) and any columns of `tracks`.
        root : str
            Name of the collection or folder the paths are relative to.
        embeddings : dict of str to ndarray, shape (rows, dimensions), optional
            By model name.
        waveforms : ndarray, shape (rows, 800), optional
            Peaks in [0, 1].
        progress : callable, optional
            Told what upkeep is done afterwards, and the share that is done.

        Returns
        -------
        list of str
            The tracks' ids, in row order.

        Raises
        ------
        CatalogError
            For unknown columns, double paths, or arrays that do not fit; nothing is stored then.
        """
        with self._database.cursor(write=True) as cursor:
            added = add_frame(cursor, frame, root, embeddings or {}, waveforms)
        if embeddings and len(added) >= upkeep.LARGE_ADDITION:
            self.maintain(progress)
        return added

    def correct(self, track_id: str, **values: Any) -> None:
        """Put your own values above the analysed ones; no later analysis overwrites them."""
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
        with self._database.cursor(write=True) as cursor:
            corrections.correct(cursor, track_id, values)

    def uncorrect(self, track_id: str, *fields: str) -> None:
        """Give the analysed values of some fields back."""
        track_id = ids.valid(track_id)
        with self._database.cursor(write=True) as cursor:
            corrections.uncorrect(cursor, track_id, fields)

    def delete(self, track_ids: str | Iterable[str]) -> int:
        """Take tracks out of the catalog; their files stay, and scans skip them from now on.

        Returns
        -------
        int
            How many were taken out.
        """
        return self._set_state(
            track_ids,
            "state_before = state, state = 'excluded' WHERE state <> 'excluded'",
        )

    def restore(self, track_ids: str | Iterable[str]) -> int:
        """Bring deleted tracks back; returns how many came."""
        return self._set_state(
            track_ids,
            "state = coalesce(state_before, 'missing'), state_before = NULL "
            "WHERE state = 'excluded'",
        )

    def _set_state(self, track_ids: str | Iterable[str], change: str) -> int:
        wanted = ids.valid_all(track_ids)
        with self._database.cursor(write=True) as cursor:
            cursor.execute(
                f"UPDATE track SET updated_at = now(), {change} AND id = ANY(%s::uuid[])",  # noqa: S608
                (wanted,),
            )
            return int(cursor.rowcount)

    def maintain(self, progress: upkeep.Progress | None = None) -> list[str]:
        """Build the indexes that pay by now; scans and large additions do it by themselves.

        Parameters
        ----------
        progress : callable, optional
            Told what is done, and the share of it in [0, 1] that is done.

        Returns
        -------
        list of str
            The embedding models that got a new index of neighbours.
        """
        with self._database.guarded():
            return upkeep.maintain(self._database, progress)


def _end_use(database: Database, data_dir: Path | None) -> None:
    database.close()
    if data_dir is not None:
        from audiolab.catalog.embedded import release

        release(data_dir)
