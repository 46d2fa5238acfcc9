"""The side of the catalog that counts many things about a selection at once, for pages."""

from collections.abc import Mapping

import pandas as pd

from audiolab.catalog import outliers, overview, stats
from audiolab.catalog.base import CatalogBase, positive
from audiolab.catalog.database import retried
from audiolab.catalog.fields import ALIASES, TARGETS, Field
from audiolab.catalog.filters import Where
from audiolab.catalog.overview import Overview, Span
from audiolab.errors import QueryError


class StatsSide(CatalogBase):
    """Distributions, growth, outliers."""

    @retried
    def histogram(
        self,
        field: str,
        where: Where = None,
        bins: int = 40,
        span: tuple[float, float] | None = None,
    ) -> pd.DataFrame:
        """How the values of a number are distributed among the matching tracks.

        Parameters
        ----------
        field : str
            A number: ``bpm``, ``energy``, ``loudness``, ``year``, …
        where : Filter, str, dict or None
            Which tracks.
        bins : int
            How many equal parts.
        span : tuple of (low, high), optional
            What the bins cover, outer values going into the outer ones; by default all values.

        Returns
        -------
        pandas.DataFrame
            One row a bin: ``low``, ``high`` and ``tracks``; a value that is an edge is in the bin
            above it, unknown values are not counted. Where very many tracks match, the counts are
            scaled up from a sample, and ``attrs["approximate"]`` is true.
        """
        of = _number(field)
        _check(bins, span)
        with self._database.read() as connection:
            meant = self._where(connection, where)
            return stats.histogram(connection, of, meant, bins, span)

    @retried
    def overview(self, bars: Mapping[str, tuple[int, Span]], where: Where = None) -> Overview:
        """Everything that a page of statistics shows, for a fraction of what it takes one by one.

        Parameters
        ----------
        bars : mapping of str to tuple of (bins, span)
            Of numbers, as for `histogram`.
        where : Filter, str, dict or None
            Which tracks.
        """
        for bins, span in bars.values():
            _check(bins, span)
        wanted = {name: (_number(name), *one) for name, one in bars.items()}
        with self._database.read() as connection:
            return overview.overview(connection, self._where(connection, where), wanted)

    @retried
    def outliers(self, where: Where = None) -> pd.DataFrame:
        """How many of the matching tracks are worth a look, and why.

        Tags that disagree with the analysis, low confidence, clipping, silence, suspected
        transcodes (`audiolab.catalog.outliers` says how each is told), damage.

        Returns
        -------
        pandas.DataFrame
            Indexed by name: ``label``, ``why``, the ``query`` that lists them, and ``tracks``.
        """
        with self._database.read() as connection:
            return outliers.outliers(connection, self._where(connection, where))

    @retried
    def totals(self, where: Where = None) -> dict[str, float]:
        """Tracks, duration in seconds and size in bytes: the part of `stats` that is quick."""
        with self._database.read() as connection:
            found = outliers.totals(connection, self._where(connection, where))
        return {name: found[name] for name in outliers.TOTALS}

    @retried
    def states(self) -> dict[str, int]:
        """Files of the whole library by state."""
        with self._database.read() as connection:
            return stats.states(connection)


def _check(bins: int, span: tuple[float, float] | None) -> None:
    positive("bins", bins)
    if span is not None and not span[0] < span[1]:
        raise QueryError(f"span: expected (low, high) with low < high, got {span}")


def _number(name: str) -> Field:
    target = TARGETS.get(ALIASES.get(name, ""))
    if target is None or target.kind not in ("number", "integer"):
        raise QueryError(f"{name!r} is no number: expected one like bpm, energy or year")
    return target.columns[0]
