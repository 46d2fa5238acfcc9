"""The side of the catalog that answers about many tracks."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import ARRAY, Text, func, literal, select

from audiolab.catalog import export, facets, ids, ledger, paths, read, stats, vectors
from audiolab.catalog.base import positive
from audiolab.catalog.database import retried
from audiolab.catalog.filters import Filter, Where
from audiolab.catalog.one_side import OneSide
from audiolab.catalog.schema import root, track
from audiolab.errors import CatalogError, QueryError

if TYPE_CHECKING:
    import pyarrow as pa


class ManySide(OneSide):
    """Selections, counts, facets, matrices, files of tracks."""

    @retried
    def tracks(
        self,
        where: Where = None,
        sort: str | None = None,
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
        sort : str, optional
            Field to order by, ``-`` before it for largest first; unknown values come last.
            ``random:SEED`` shuffles. By default ``relevance``: of a search for words the tracks
            that have them in title and artist first; of a playlist its own order; else the newest
            first.
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
        with self._database.glance() as connection:
            meant, order = self._meant(connection, where, sort)
            return read.tracks(
                connection,
                meant,
                order,
                limit=positive("limit", limit),
                after=after,
                before=before,
                columns=columns,
            )

    @retried
    def page(
        self,
        where: Where = None,
        sort: str | None = None,
        number: int = 1,
        size: int = 50,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Page `number` (from 1) of `size` tracks, as `tracks` would list them."""
        positive("number", number)
        positive("size", size)
        with self._database.glance() as connection:
            meant, order = self._meant(connection, where, sort)
            return read.page(
                connection,
                meant,
                order,
                number=number,
                size=size,
                columns=columns,
            )

    @retried
    def arrow(
        self,
        where: Where = None,
        sort: str | None = None,
        limit: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> "pa.Table":
        """Tracks as an Arrow table, for polars, DuckDB or very many rows.

        Needs the extra ``audiolab[arrow]``. Parameters as of `tracks`.

        Returns
        -------
        pyarrow.Table
            With a column ``id``; names of few values as dictionaries, lists as lists, JSON as text.

        Raises
        ------
        CatalogError
            If the extra is not installed.
        """
        from audiolab.catalog.arrow import read_table, select_columns

        names = read.wanted(columns)
        with self._database.read() as connection:
            meant, order = self._meant(connection, where, sort)
        statement = select_columns(names).where(read.matching(meant)).order_by(*order.clauses())
        return read_table(self._database, statement.limit(positive("limit", limit)), names)

    @retried
    def count(self, where: Where = None, cap: int | None = None) -> int:
        """How many tracks match; with `cap`, counting stops at one more than that."""
        with self._database.glance() as connection:
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
        with names for values. Genres and moods count a track under each of its names. Under a
        filter that very many tracks match, the counts are scaled up from a sample, and
        ``attrs["approximate"]`` is true.
        """
        with self._database.glance() as connection:
            return facets.facets(connection, field, self._where(connection, where), limit)

    @retried
    def ledger(self, *, failed: bool = False) -> pd.DataFrame:
        """Every file ever found: root, path, state, stage and reason of a failure, what to do."""
        with self._database.read() as connection:
            return ledger.ledger(connection, failed=failed)

    @retried
    def ledger_by_stage(self) -> pd.DataFrame:
        """Per root and stage how many files are found, analysed, failed, skipped and waiting.

        found = analysed + failed + skipped + waiting; files that are missing come beside them.
        """
        with self._database.read() as connection:
            return ledger.by_stage(connection)

    @retried
    def standing(self, track_ids: Iterable[str]) -> dict[str, tuple[str, str | None]]:
        """State of some tracks, and the reason if it is not the best one, by id."""
        with self._database.read() as connection:
            return ledger.standing(connection, ids.valid_all(track_ids))

    @retried
    def embeddings(self, model: str | None = None) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Ids and embeddings of all tracks that have one, as rows of one matrix.

        Parameters
        ----------
        model : str, optional
            Which model's; by default that of a network, if there is one.

        Returns
        -------
        tuple of (list of str, ndarray of float32, shape (tracks, dimensions))
        """
        with self._database.cursor() as cursor:
            names = vectors.model_names(cursor)
            if model is None and not names:
                raise CatalogError("there are no embeddings in this catalog yet")
            return vectors.read_matrix(cursor, model or names[0])

    def read_playlist(self, file: str | Path) -> Filter:
        """The tracks that a .m3u8, .m3u or .xspf file names, as a filter.

        Raises
        ------
        CatalogError
            If it cannot be read, or is no playlist.
        """
        found = self._by_file(export.read_playlist(Path(file).expanduser()))
        return Filter(id=list(dict.fromkeys(found.values()))) if found else ~Filter()

    @retried
    def _by_file(self, files: Sequence[Path]) -> dict[Path, str]:
        """The tracks of some files, by file; those of unknown files are left out."""
        by_name = {paths.encode(file): file for file in files}
        whole = root.c.path + "/" + track.c.path
        wanted = select(func.unnest(literal(list(by_name), ARRAY(Text))))
        rows = select(whole, track.c.id).join(root).where(whole.in_(wanted), read.visible)
        with self._database.read() as connection:
            return {by_name[name]: track_id for name, track_id in connection.execute(rows)}
