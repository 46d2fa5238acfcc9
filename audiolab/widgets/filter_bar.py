"""The filter panel: one control per field, labelled as the catalog labels the field."""

from collections.abc import Mapping, Sequence
from typing import Any

from traitlets import Dict, List

from audiolab.catalog.fields import TARGETS
from audiolab.widgets.part import Part
from audiolab.widgets.texts import Text


class FilterBar(Part):
    """The filters beside the list.

    Attributes
    ----------
    sections : list of dict
        The controls, top to bottom: `name` and `label` of the field, `kind` ("choice", "key",
        "range", "yes_no" or "note") and what it needs: `options` with `value` and `count`, or
        `low`, `high`, `step`, the `bars` of a histogram and how values are `shown`, or `text`.
    value : dict
        What is chosen: field name -> list of values, or [low, high] with None for open ends.
        Fields that do not filter are left out.
    """

    module = "filter_bar"

    sections: Any = List().tag(sync=True)
    value = Dict().tag(sync=True)


def choice(name: str, counts: Mapping[Any, int]) -> dict[str, Any]:
    """A list of values to tick, with how many tracks have each."""
    return _options("choice", name, counts)


def key_wheel(counts: Mapping[Any, int]) -> dict[str, Any]:
    """The circle of fifths, with how many tracks are in each key (Camelot)."""
    return _options("key", "key", counts)


def yes_no(name: str, counts: Mapping[Any, int]) -> dict[str, Any]:
    """Yes, no or any, with how many tracks each means."""
    return _options("yes_no", name, {"yes": counts.get(True, 0), "no": counts.get(False, 0)})


def note(name: str, label: Text, text: Text) -> dict[str, Any]:
    """Not a control: why something is not offered, and what to do about it."""
    return {"name": name, "label": label, "kind": "note", "text": text}


def slider(
    name: str, low: float, high: float, step: float, bars: Sequence[int], shown: str = "number"
) -> dict[str, Any]:
    """A range between two handles over a histogram; its ends mean "or less" and "or more".

    Parameters
    ----------
    name : str
        The field.
    low, high, step : float
        What the handles span.
    bars : sequence of int
        Tracks in equal parts of the span.
    shown : {"number", "clock"}
        How values are written: as they are, or seconds as minutes and seconds.
    """
    span = {"low": low, "high": high, "step": step, "bars": list(bars), "shown": shown}
    return {"name": name, "label": TARGETS[name].label, "kind": "range", **span}


def _options(kind: str, name: str, counts: Mapping[Any, int]) -> dict[str, Any]:
    options = [{"value": str(value), "count": int(count)} for value, count in counts.items()]
    return {"name": name, "label": TARGETS[name].label, "kind": kind, "options": options}
