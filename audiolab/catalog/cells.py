"""One cell of a frame as a plain value of its column, or a reason why it is none."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from audiolab.catalog.fields import Field, Kind

WHOLE = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
LARGEST_REAL = 3.4e38


def cell(field: Field, value: Any) -> Any:
    """The value as the column holds it; None for NA.

    Raises
    ------
    ValueError
        In words that follow "expected": what the column holds.
    """
    if value is None or (np.ndim(value) == 0 and not isinstance(value, Mapping) and pd.isna(value)):
        return None
    convert = _OF_KIND.get(field.kind)
    return convert(field, value) if convert else value


def _number(field: Field, value: Any) -> float | None:
    if isinstance(value, (bool, np.bool_, str)) or np.ndim(value):
        raise ValueError("numbers")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError("numbers") from None
    if not math.isfinite(number):
        return None  # no number: unknown
    if field.sql_type == "real" and abs(number) > LARGEST_REAL:
        raise ValueError("numbers that single precision can hold")
    return _within(field, number)


def _whole(field: Field, value: Any) -> int | None:
    number = _number(field, value)
    if number is None:
        return None
    if not number.is_integer():
        raise ValueError("whole numbers")
    whole = int(value)
    largest = WHOLE[field.sql_type]
    if not -largest <= whole < largest:
        raise ValueError(f"whole numbers up to {largest - 1}")
    return whole


def _within(field: Field, number: float) -> float:
    if field.limits and not field.limits[0] <= number <= field.limits[1]:
        low, high = field.limits
        raise ValueError(f"numbers from {low:g} to {high:g}")
    return number


def _truth(field: Field, value: Any) -> bool:
    if not isinstance(value, (bool, np.bool_)) and value not in (0, 1):
        raise ValueError("True or False")
    return bool(value)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, (list, tuple, Mapping, np.ndarray)):
        raise ValueError("texts")
    return str(value)


def _list(field: Field, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple, np.ndarray)):
        raise ValueError("lists")
    items = list(value)
    if field.kind == "list" and not all(isinstance(item, str) for item in items):
        raise ValueError("lists of texts")
    return [_number(field, item) for item in items] if field.kind == "vector" else items


def _json(field: Field, value: Any) -> Any:
    if not isinstance(value, (Mapping, list)):
        raise ValueError("dictionaries or lists")
    return value


_OF_KIND: dict[Kind, Callable[[Field, Any], Any]] = {
    "number": _number, "integer": _whole, "bool": _truth, "text": _text, "category": _text,
    "list": _list, "vector": _list, "json": _json,
}  # fmt: skip
