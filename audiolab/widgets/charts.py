"""What the statistics page draws: charts as plain values, each bar with the filter it stands for.

A bar's ``add`` is a parameter of the page's address and its value: with the parameters of the
current filter it leads to the library, where exactly the bar's tracks are listed. A field that the
filter panel has, and in which nothing is chosen yet, is chosen there; anything else is added to the
query.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from audiolab.catalog import Filter
from audiolab.catalog.fields import TARGETS
from audiolab.catalog.overview import Overview
from audiolab.widgets.texts import Text, number, t
from audiolab.widgets.view_state import LISTS, ViewState

TOP = 15
# Field of the catalog -> its short name in queries, digits of its values.
NUMBERS = {"tempo_bpm": ("bpm", 0), "loudness_lufs": ("loudness", 0), "year": ("year", 0),
           "energy": ("energy", 1), "valence": ("valence", 1)}  # fmt: skip
SURE = ("tempo_confidence", "key_confidence", "genre_confidence", "mood_confidence")
PARAMETERS = {field: name for name, field in LISTS.items()}
CODES = [f"{number}{letter}" for letter in "AB" for number in range(1, 13)]

Chart = dict[str, Any]


def charts(found: Overview, names: Mapping[str, "pd.Series[int]"], state: ViewState) -> list[Chart]:
    """All charts, in the order of the page.

    Parameters
    ----------
    found : Overview
    names : dict of str to Series
        Facets of further fields: tracks by name, most frequent first.
    state : ViewState
        What is chosen.

    Returns
    -------
    list of dict
        `name`, `label`, `kind` and what that needs. "bars": `bars` of `text`, `tracks` and `add`
        from left to right, and `ticks`. "growth": the same, with the `total` so far. "names":
        `bars` from top to bottom, and of how many names (`of`). "wheel": `bars` with the Camelot
        code as `text`. "plane": `bars` by rows from the top left, and the
        number of `columns`; `across` and `up` name the axes.
    """
    return [
        _growth(found.growth),
        _bars("tempo_bpm", found.bars["tempo_bpm"]),
        _wheel(found.names["key_camelot"], state),
        _plane(found.plane),
        _bars("loudness_lufs", found.bars["loudness_lufs"]),
        _bars("year", found.bars["year"]),
        *(_names(field, counts, state) for field, counts in names.items()),
        _names("format", found.names["format"], state),
        *(_bars(field, found.bars[field]) for field in SURE),
    ]


def doubts(found: pd.DataFrame) -> list[dict[str, Any]]:
    """What is worth a look, of `Catalog.outliers`; what there is none of is left out."""
    return [
        {
            "label": row["label"],
            "why": row["why"],
            "tracks": int(row["tracks"]),
            "add": ["q", row["query"]],
        }
        for row in found[found["tracks"] > 0].to_dict("records")
    ]


def narrowed(state: ViewState, add: Any) -> ViewState | None:
    """The state that a bar leads to; None if that makes no sense."""
    if not (isinstance(add, list) and len(add) == 2 and all(isinstance(one, str) for one in add)):
        return None
    name, value = add
    if name == "q":
        return state.with_(query=both(state.query, value))
    if name not in LISTS:
        return None
    return state.with_(chosen={**state.chosen, LISTS[name]: [value]})


def both(query: str, more: str) -> str:
    """Two queries that both have to hold."""
    parts = [f"({one})" if "|" in one and not one.startswith("(") else one for one in (query, more)]
    return " ".join(one for one in parts if one.strip())


def _bars(field: str, frame: pd.DataFrame) -> Chart:
    target = TARGETS[field]
    short, digits = NUMBERS.get(field, (field, 1))
    whole = target.kind == "integer"
    unit = target.columns[0].unit
    last = len(frame) - 1
    bars = [
        {
            "text": _spanned(low, high - 1 if whole else high, digits, unit),
            "tracks": int(tracks),
            "add": ["q", _between(short, low, high, at == 0, at == last, whole=whole)],
        }
        for at, (low, high, tracks) in enumerate(frame.itertuples(index=False))
    ]
    ticks = _ticks(frame["low"].iloc[0], frame["high"].iloc[last], digits)
    named = unit in ("", target.label)
    label = target.label if named else t("chart.label", name=target.label, unit=unit)
    return {"name": field, "label": label, "kind": "bars", "bars": bars, "ticks": ticks}


def _between(
    short: str, low: float, high: float, first: bool, last: bool, *, whole: bool = False
) -> str:
    """The tracks of one bar: from its left edge, and below its right one."""
    if first and last:
        return f"has:{short}"
    if first:
        return f"{short}:<{high:g}"
    if last:
        return f"{short}:{low:g}.."
    if whole:
        return f"{short}:{low:g}..{high - 1:g}"
    return f"{short}:{round(low, 6):g}.. {short}:<{round(high, 6):g}"


def _spanned(low: float, high: float, digits: int, unit: str) -> Text:
    ends = {"low": number(low, digits), "high": number(high, digits)}
    words = t("chart.span" if low >= 0 else "chart.span_below_zero", **ends)
    if round(low, digits) == round(high, digits):
        words = ends["low"]
    return t("all.with_unit", value=words, unit=unit) if unit else words


def _ticks(low: float, high: float, digits: int) -> list[dict[str, Any]]:
    """Round numbers below the bars: `at` in [0, 1] and the `text`."""
    span = high - low
    step = next(
        (step for step in (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if span / step <= 6), span
    )  # fmt: skip
    digits = digits if step < 1 else 0
    first = -(-low // step)
    places = [(first + at) * step for at in range(int(span // step) + 1)]
    return [
        {"at": (one - low) / span, "text": number(one, digits)}
        for one in places
        if low <= one <= high
    ]


def _growth(frame: pd.DataFrame) -> Chart:
    bars = [
        {"text": since, "tracks": int(tracks), "total": int(total), "add": ["q", f"added:{added}"]}
        for since, added, tracks, total in frame.itertuples(index=False)
    ]
    ends = [0, len(bars) - 1] if len(bars) > 1 else [0] if bars else []
    ticks = [{"at": (at + 0.5) / len(bars), "text": bars[at]["text"]} for at in ends]
    return {
        "name": "growth",
        "label": t("stats.growth"),
        "kind": "growth",
        "bars": bars,
        "ticks": ticks,
    }


def _wheel(counts: "pd.Series[int]", state: ViewState) -> Chart:
    bars = [
        {
            "text": code,
            "tracks": int(counts.get(code, 0)),
            "add": _chosen("key", code, state),
        }
        for code in CODES
    ]
    return {"name": "key", "label": t("all.key"), "kind": "wheel", "bars": bars}


def _plane(frame: pd.DataFrame) -> Chart:
    """Energy from left to right, valence upwards."""
    size = len(frame)
    lefts, lows = [[*axis.astype(float), 1.0] for axis in (frame.columns, frame.index)]
    bars = []
    for row in reversed(range(size)):
        up = _between("valence", lows[row], lows[row + 1], row == 0, row == size - 1)
        for column in range(size):
            x = lefts[column : column + 2]
            across = _between("energy", x[0], x[1], column == 0, column == size - 1)
            energy, valence = (
                _spanned(*ends, 1, "") for ends in ((x[0], x[1]), (lows[row], lows[row + 1]))
            )
            bars.append(
                {
                    "text": t("stats.energy_valence_cell", energy=energy, valence=valence),
                    "tracks": int(frame.to_numpy()[row, column]),
                    "add": ["q", f"{across} {up}"],
                }
            )
    return {"name": "plane", "label": t("stats.energy_valence"), "kind": "plane", "bars": bars,
            "columns": size, "across": t("all.energy"), "up": t("stats.valence")}  # fmt: skip


def _names(field: str, counts: "pd.Series[int]", state: ViewState) -> Chart:
    bars = [
        {"text": str(name), "tracks": int(tracks), "add": _chosen(field, str(name), state)}
        for name, tracks in counts.head(TOP).items()
    ]
    return {"name": field, "label": TARGETS[field].label, "kind": "names", "bars": bars,
            "of": len(counts)}  # fmt: skip


def _chosen(field: str, value: str, state: ViewState) -> list[str]:
    if state.chosen.get(field) or field not in PARAMETERS:
        wanted = value if field == "key" else [value]
        return ["q", Filter.of({field: wanted}).to_query()]
    return [PARAMETERS[field], value]
