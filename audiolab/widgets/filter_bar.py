"""The filter panel: one control per field, labelled as the catalog labels the field."""

from collections.abc import Mapping
from typing import Any

from traitlets import Dict, List

from audiolab.catalog.fields import TARGETS
from audiolab.widgets.part import Part

# What a slider spans; its ends mean "or less" and "or more".
BPM_SPAN = (40, 220)


class FilterBar(Part):
    """The filters beside the list.

    Attributes
    ----------
    sections : list of dict
        The controls, top to bottom: `name` and `label` of the field, `kind` ("choice", "key" or
        "range") and what it needs: `options` with `value` and `count`, or `low`, `high`, `step`.
    value : dict
        What is chosen: field name -> list of values, or [low, high] with None for open ends.
        Fields that do not filter are left out.
    """

    module = "filter_bar"

    sections: Any = List().tag(sync=True)
    value = Dict().tag(sync=True)


def choice(name: str, counts: Mapping[Any, int]) -> dict[str, Any]:
    """A list of values to tick, with how many tracks have each."""
    options = [{"value": str(value), "count": int(count)} for value, count in counts.items()]
    return {"name": name, "label": TARGETS[name].label, "kind": "choice", "options": options}


def key_wheel(counts: Mapping[Any, int]) -> dict[str, Any]:
    """The circle of fifths, with how many tracks are in each key (Camelot)."""
    options = [{"value": str(key), "count": int(count)} for key, count in counts.items()]
    return {"name": "key", "label": TARGETS["key"].label, "kind": "key", "options": options}


def slider(name: str, low: float, high: float, step: float) -> dict[str, Any]:
    """A range between two handles."""
    span = {"low": low, "high": high, "step": step}
    return {"name": name, "label": TARGETS[name].label, "kind": "range", **span}
