"""Catalog: what people import. Every answer is a DataFrame, a Series or a number."""

import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, select, text

from audiolab.catalog import corrections, ids, ledger, paths, read, stats, upkeep, vectors
from audiolab.catalog import similar as similarity
from audiolab.catalog.add import add_frame
from audiolab.catalog.database import Database, retried
from audiolab.catalog.filters import Filter, Where
from audiolab.catalog.migrate import ensure_schema
from audiolab.catalog.predictions import predictions
from audiolab.catalog.records import unpack_waveform
from audiolab.catalog.scan_side import ScanSide
from audiolab.catalog.schema import root, track
from audiolab.catalog.sort import Order
from audiolab.catalog.spelling import spelled
from audiolab.config import Settings, load_settings
from audiolab.errors import CatalogError, QueryError

NEWEST_FIRST = "-added_at"


class Catalog(ScanSide):
    """The library: every track and what is known of it. Safe to share between threads.

    Made by `Catalog.open`. ``where`` arguments take a `Filter`, a query string like
    ``"genre:house bpm:120..128"``, a dict of conditions, or None for all tracks.

    Examples
    --------
    >>> with Catalog.open() as cat:                        # doctest: +SKIP
    ...     cat.tracks("key:8A -mood:sad", sort="tempo_bpm", limit=20)
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
            return cls._ready(Database(url), None)
        from audiolab.catalog.embedded import ensure_server, release

        folder = settings.data_dir

        def start_again() -> str:
            address = ensure_server(folder)
            release(folder)  # this catalog is counted as a user already
            return address

        database = Database(ensure_server(folder), start=start_again)
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
        return f"<Catalog {self._database.url.render_as_string()}>"

    # --- many tracks ---------------------------------------------------------------------------

    @retried
    def tracks(
        self,
        where: Where = None,
        sort: str = NEWEST_FIRST,
        limit: int | None = None,
        after: str | None = None,
        columns: Sequence[str] | None = None,
        before: str | None = None,
    ) -> pd.DataFrame:
        """Tracks as a DataFrame.

        Parameters
        ----------
        where : Filter, str, dict or None
            Which tracks.
        sort : str
            Field to order by, ``-`` before it for largest first; unknown values come last.
        limit : int, optional
            How many at most.
        after : str, optional
            Id of a track: start behind it in this order, for the next page.
        columns : sequence of str, optional
            Which columns; by default all.
        before : str, optional
            Id of a track: the ones that lead up to it, for the previous page.

        Returns
        -------
        pandas.DataFrame
            Indexed by track id; unknown values are NA.

        Raises
        ------
        QueryError
            For a filter, sort or column that does not make sense.
        """
        after = None if after is None else ids.valid(after)
        before = None if before is None else ids.valid(before)
        if after is not None and before is not None:
            raise QueryError("expected after or before, got both")
        with self._database.read() as connection:
            return read.tracks(
                connection,
                self._where(connection, where),
                Order.parse(sort),
                limit=_positive("limit", limit),
                after=after,
                before=before,
                columns=columns,
            )

    @retried
    def page(
        self,
        where: Where = None,
        sort: str = NEWEST_FIRST,
        number: int = 1,
        size: int = 50,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Page `number` (from 1) of `size` tracks, as `tracks` would list them."""
        _positive("number", number)
        _positive("size", size)
        with self._database.read() as connection:
            return read.page(
                connection,
                self._where(connection, where),
                Order.parse(sort),
                number=number,
                size=size,
                columns=columns,
            )

    @retried
    def count(self, where: Where = None, cap: int | None = None) -> int:
        """How many tracks match; with `cap`, counting stops at one more than that."""
        with self._database.read() as connection:
            return read.count(connection, self._where(connection, where), cap)

    @retried
    def stats(self, where: Where = None) -> dict[str, Any]:
        """Totals and averages of a selection: tracks, duration in s, size in bytes, and so on."""
        with self._database.read() as connection:
            return stats.stats(connection, self._where(connection, where))

    @retried
    def facets(self, field: str, where: Where = None, limit: int | None = None) -> "pd.Series[int]":
        """How many of the matching tracks have each value of a field, most frequent first.

        For ``genre``, ``mood``, ``instrument``, ``key``, ``decade``, ``format`` and any other field
        with names for values. Genres and moods count a track under each of its names.
        """
        with self._database.read() as connection:
            return stats.facets(connection, field, self._where(connection, where), limit)

    @retried
    def ledger(self, *, failed: bool = False) -> pd.DataFrame:
        """Every file ever found: root, path, state, stage and reason of a failure, seconds."""
        with self._database.read() as connection:
            return ledger.ledger(connection, failed=failed)

    @retried
    def embeddings(self, model: str | None = None) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Ids and embeddings of all tracks that have one, as rows of one matrix.

        Parameters
        ----------
        model : str, optional
            Which model's; by default the first in the catalog.

        Returns
        -------
        tuple of (list of str, ndarray of float32, shape (tracks, dimensions))
        """
        with self._database.cursor() as cursor:
            names = vectors.model_names(cursor)
            if model is None and not names:
                raise CatalogError("there are no embeddings in this catalog yet")
            return vectors.read_matrix(cursor, model or names[0])

    @retried
    def predictions(self, head: str) -> pd.DataFrame:
        """Class scores of one head ("genre", "mood", "voice", …): tracks x classes in [0, 1]."""
        with self._database.read() as connection:
            return predictions(connection, head)

    @retried
    def similar(
        self,
        seed: str | Sequence[str] | npt.NDArray[Any],
        limit: int = 10,
        where: Where = None,
        *,
        minus: str | Sequence[str] = (),
        model: str | None = None,
        copies: bool = False,
        explain: bool = False,
    ) -> pd.DataFrame:
        """The tracks most like one or several, nearest first.

        Parameters
        ----------
        seed : str, sequence of str, or ndarray of shape (dimensions,)
            A track, several (what they have in common counts), or an embedding of your own.
        limit : int
            How many at most.
        where : Filter, str, dict or None
            Which tracks may be in the result; it is full whenever that many match.
        minus : str or sequence of str
            Tracks to keep away from.
        model : str, optional
            Which embedding; by default the first one that the seed has.
        copies : bool
            Whether other copies of a recording that is there already are listed too.
        explain : bool
            Adds ``like_embedding``, ``like_tempo``, ``like_key`` and ``like_mood`` in [0, 1].

        Returns
        -------
        pandas.DataFrame
            The tracks' columns and ``similarity``: cosine in [0, 1], below zero as zero.

        Raises
        ------
        TrackNotFoundError
            If there is no such track.
        CatalogError
            If it has no embedding of that model, or a vector does not fit.
        """
        _positive("limit", limit)
        question = similarity.Question(
            seeds=seed if isinstance(seed, np.ndarray) else ids.valid_all(seed),
            minus=ids.valid_all(minus),
            model=model,
        )
        with self._database.read() as connection:
            return similarity.similar(
                connection,
                question,
                limit,
                self._where(connection, where),
                copies=copies,
                explain=explain,
            )

    def maintain(self, progress: upkeep.Progress | None = None) -> list[str]:
        """Build the indexes that pay by now; scans and bulk additions do it by themselves."""
        with self._database.guarded():
            return upkeep.maintain(self._database, progress)

    @staticmethod
    def _where(connection: Connection, where: Where) -> Filter:
        """The filter that is meant, misspelt words corrected."""
        return spelled(connection, Filter.of(where))

    # --- one track -----------------------------------------------------------------------------

    @retried
    def find(self, reference: str) -> str:
        """The id that is meant by an id, the beginning or the end of one, or a path."""
        with self._database.read() as connection:
            return ids.find(connection, reference)

    @retried
    def track(self, track_id: str) -> "pd.Series[Any]":
        """All values of one track, with its ``state``, ``root`` and ``corrected`` fields.

        Raises
        ------
        TrackNotFoundError
            If no track has this id.
        """
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            return read.one(connection, track_id)

    @retried
    def stages(self, track_id: str) -> pd.DataFrame:
        """How each stage of a track's analysis ended: version, state, reason, seconds."""
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            return read.stages(connection, track_id)

    @retried
    def path(self, track_id: str) -> Path:
        """Where a track's file is."""
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            row = connection.execute(
                select(root.c.path, track.c.path).join(root).where(track.c.id == track_id)
            ).one()
        return Path(paths.decode(row[0])) / paths.decode(row[1])

    @retried
    def waveform(self, track_id: str) -> npt.NDArray[np.float32]:
        """Peaks of a track, shape (800,), in [0, 1]; all zero if it was not analysed."""
        stored = self._blob("waveform", "peaks", track_id)
        return np.zeros(800, np.float32) if stored is None else unpack_waveform(stored)

    @retried
    def beats(self, track_id: str) -> npt.NDArray[np.float32]:
        """Beat times of a track in seconds; empty if it has no pulse."""
        stored = self._blob("beats", "seconds", track_id)
        return np.empty(0, np.float32) if stored is None else np.frombuffer(stored, "<f4").copy()

    def _blob(self, table: str, column: str, track_id: str) -> bytes | None:
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            query = f"SELECT {column} FROM {table} WHERE track_id = :id"  # noqa: S608 (our names)
            stored = connection.scalar(text(query), {"id": track_id})
        return None if stored is None else bytes(stored)

    # --- changing ------------------------------------------------------------------------------

    def add(
        self,
        frame: pd.DataFrame,
        root: str = "imported",
        embeddings: Mapping[str, npt.NDArray[Any]] | None = None,
        waveforms: npt.NDArray[Any] | None = None,
    ) -> list[str]:
        """Insert or update many tracks at once: how results from elsewhere come in.

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
            return add_frame(cursor, frame, root, embeddings or {}, waveforms)

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


def _end_use(database: Database, data_dir: Path | None) -> None:
    database.close()
    if data_dir is not None:
        from audiolab.catalog.embedded import release

        release(data_dir)


def _positive(name: str, value: int | None) -> int | None:
    if value is not None and (not isinstance(value, int) or value < 1):
        raise QueryError(f"{name}: expected a whole number from 1, got {value!r}")
    return value
