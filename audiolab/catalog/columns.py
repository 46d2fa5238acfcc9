"""A whole column of a frame as plain values, where one look shows that every cell is one.

That is so for nearly every column, and spares most of the time of looking at each cell. Where it
is not, `cells` decides cell by cell and says what is wrong.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audiolab.catalog.cells import LARGEST_REAL, WHOLE
from audiolab.catalog.fields import Field


def plain(field: Field, column: "pd.Series[Any]") -> list[Any] | None:
    """What `cell` makes of each value; None if that takes a look at each.

    Parameters
    ----------
    field : Field
        What the column is stored as.
    column : pandas.Series
    """
    match field.kind:
        case "number" | "integer":
            return _numbers(field, column)
        case "bool" if column.dtype == np.bool_:
            return column.tolist()
        case "text" | "category":
            values = column.tolist()
            return values if {*map(type, values)} <= {str} else None
        case "list":
            return _lists(column.tolist())
        case "vector":
            return _vectors(field, column.tolist())
        case _:
            return None


def _numbers(field: Field, column: "pd.Series[Any]") -> list[Any] | None:
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "iuf":
        return None
    numbers = column.to_numpy()
    if numbers.dtype == np.longdouble:
        return None
    if field.kind == "number":
        return _fitting(field, numbers)
    if numbers.dtype.kind == "f":
        return None
    largest = WHOLE[field.sql_type]
    low, high = field.limits or (-largest, largest - 1)
    if not len(numbers):
        return []
    # As Python compares, without regard to the width of the type.
    least, most = int(numbers.min()), int(numbers.max())
    fit = max(low, -largest) <= least and most <= min(high, largest - 1)
    return numbers.tolist() if fit else None


def _fitting(field: Field, numbers: npt.NDArray[Any]) -> list[Any] | None:
    """The numbers with None for what is none, if all others are ones that the field can hold."""
    numbers = numbers.astype(np.float64)
    known = np.isfinite(numbers)
    low, high = field.limits or (-np.inf, np.inf)
    if field.sql_type == "real":
        low, high = max(low, -LARGEST_REAL), min(high, LARGEST_REAL)
    if not ((numbers >= low) & (numbers <= high))[known].all():
        return None
    values: list[Any] = numbers.tolist()
    if known.all():
        return values
    return [value if is_known else None for value, is_known in zip(values, known, strict=True)]


def _lists(values: list[Any]) -> list[Any] | None:
    if not {*map(type, values)} <= {list}:
        return None
    texts = {type(item) for value in values for item in value} <= {str}
    return [[*value] for value in values] if texts else None


def _vectors(field: Field, values: list[Any]) -> list[Any] | None:
    """Vectors of one length, each an array of floats."""
    if not values or not {*map(type, values)} <= {np.ndarray}:
        return None
    if {(value.dtype.str[1:], value.ndim) for value in values} - {("f8", 1), ("f4", 1)}:
        return None
    if len({len(value) for value in values}) != 1:
        return None
    matrix = np.stack(values)
    numbers = _fitting(field, matrix.ravel())
    return None if numbers is None else np.array(numbers, object).reshape(matrix.shape).tolist()
