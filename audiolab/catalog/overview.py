"""A selection at a glance: all distributions that a page shows, from one pass over its tracks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection

from audiolab.catalog import growth
from audiolab.catalog.cache import Kept
from audiolab.catalog.fields import BY_NAME, Field
from audiolab.catalog.filters import Filter
from audiolab.catalog.schema import track
from audiolab.catalog.stats import as_frame
from audiolab.catalog.tally import Counts, bin_of, edges, tally

Span = tuple[float, float]
Wanted = Mapping[str, tuple[Field, int, Span]]
CELLS = 10
ACROSS, UP = "energy", "valence"
NAMES = ("key_camelot", "format")


@dataclass(frozen=True)
class Overview:
    """Distributions of a selection.

    Attributes
    ----------
    bars : dict of str to DataFrame
        As `Catalog.histogram` has them.
    plane : DataFrame
        Tracks by energy (columns) and valence (rows), in tenths.
    growth : DataFrame
        When the tracks were added: ``since`` when a period of equal ones is, which ``added`` it is
        in a query (as ``added:`` takes it), ``tracks`` that came then, their ``total``.
    names : dict of str to Series
        Tracks by key (Camelot) and by format, most frequent first.
    approximate : bool
        Whether the counts were scaled up from a sample.
    """

    bars: Mapping[str, pd.DataFrame]
    plane: pd.DataFrame
    growth: pd.DataFrame
    names: Mapping[str, "pd.Series[int]"]
    approximate: bool


_kept: Kept[Overview] = Kept()


def overview(connection: Connection, where: Filter, bars: Wanted) -> Overview:
    """See `Catalog.overview`; kept until tracks change."""
    question = (where, tuple((name, bins, span) for name, (_, bins, span) in bars.items()))
    return _kept.get(connection, question, lambda: _overview(connection, where, bars))


def _overview(connection: Connection, where: Filter, bars: Wanted) -> Overview:
    ends = {name: edges(*span, bins) for name, (_, bins, span) in bars.items()}
    cells = edges(0, 1, CELLS)
    periods = growth.periods(connection)
    columns: dict[str, ColumnElement[Any]] = {
        **{f"{name} bar": bin_of(field, ends[name]) for name, (field, *_) in bars.items()},
        **{name: bin_of(BY_NAME[name], cells) for name in (ACROSS, UP)},
        **{name: track.c[name] for name in NAMES},
        "added": growth.period_of(periods),
    }
    alone = [name for name in columns if name not in (ACROSS, UP)]
    found = tally(connection, where, columns, [*((name,) for name in alone), (ACROSS, UP)])
    counts, rough = found.counts, found.approximate
    return Overview(
        bars={
            name: as_frame(of, counts[f"{name} bar",], approximate=rough)
            for name, of in ends.items()
        },
        plane=_plane(cells, counts[ACROSS, UP]),
        growth=growth.as_frame(periods, counts["added",]),
        names={name: _series(name, counts[name,]) for name in NAMES},
        approximate=rough,
    )


def _plane(cells: list[float], counts: Counts) -> pd.DataFrame:
    rows = [[counts.get((across, up), 0) for across in range(CELLS)] for up in range(CELLS)]
    return pd.DataFrame(
        rows, pd.Index(cells[:-1], name=UP), pd.Index(cells[:-1], name=ACROSS), dtype="int64"
    )


def _series(name: str, counts: Counts) -> "pd.Series[int]":
    ordered = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return pd.Series(ordered, name="tracks", dtype="int64").rename_axis(name)
