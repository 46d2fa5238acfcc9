"""Query results as DataFrames: COPY, Arrow's CSV reader, pandas, with the right dtype a column.

COPY is several times faster than rows through the driver. In its CSV an unknown value is an
unquoted nothing and a text may be quoted; Arrow's reader tells them apart, so that an artist
called "NA", "null" or "" stays what he is.
"""

import io
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv
from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func

from audiolab.catalog.fields import BY_NAME, Field, Kind
from audiolab.catalog.filter_sql import compile_statement

_NAMES = pa.dictionary(pa.int32(), pa.string())
_ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "category": _NAMES,
    "number": pa.float64(),
    "integer": pa.int64(),
    "bool": pa.bool_(),
    "list": pa.string(),
    "json": pa.string(),
    "vector": pa.string(),
    "time": pa.timestamp("us", "UTC"),
}
_TEXT: Any = pd.Series(dtype="str").dtype
_PANDAS: dict[Kind, Any] = {
    "text": _TEXT,
    "integer": pd.Int64Dtype(),
    "bool": pd.BooleanDtype(),
}


def selected(field: Field, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column in the form that `read_frame` reads."""
    if field.kind in ("list", "vector"):
        return cast(func.array_to_json(column), Text).label(field.name)
    return column.label(field.name)


# A query, or its text and parameters where it was compiled before: that takes a millisecond.
Query = Select[Any] | tuple[str, dict[str, Any]]


def read_frame(
    connection: Connection,
    statement: Query,
    kinds: dict[str, Kind],
    index: str | None = "id",
    *,
    before: Mapping[str, Any] = MappingProxyType({}),
) -> pd.DataFrame:
    """Run a query and return its rows.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Where to run it.
    statement : sqlalchemy.Select, or tuple of (str, dict)
        What to run; its columns are those of `kinds`, in that order.
    kinds : dict of str to str
        Column name to the kind of its values.
    index : str, optional
        Column that becomes the index.
    before : mapping of str to array, optional
        Columns that come first, with as many values as there are rows: to put them into a frame
        takes as long as a read of few rows.

    Returns
    -------
    pandas.DataFrame
        Texts as ``str``, categories as ``category``, numbers as ``float64``, whole numbers as
        ``Int64``, truth values as ``boolean``, times as UTC timestamps, lists and JSON as Python
        objects.
    """
    buffer = io.BytesIO()
    copy_out(connection, statement, buffer)
    table = _table(buffer.getvalue(), kinds)
    columns = {name: _column(table.column(name), kind) for name, kind in kinds.items()}
    labels = None if index is None else pd.Index(columns.pop(index), name=index)
    return pd.DataFrame({**before, **columns}, index=labels)


def _table(content: bytes, kinds: dict[str, Kind]) -> pa.Table:
    types = {name: _ARROW[kind] for name, kind in kinds.items()}
    if not content:
        return pa.table({name: pa.array([], kind) for name, kind in types.items()})
    return csv.read_csv(
        pa.BufferReader(content),
        read_options=csv.ReadOptions(column_names=list(kinds)),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def copy_out(connection: Connection, statement: Query, target: Any, form: str = "csv") -> None:
    """Write a query's rows as CSV (or "binary") into a file-like object of bytes."""
    sql, parameters = statement if isinstance(statement, tuple) else compile_statement(statement)
    cursor = connection.connection.cursor()
    try:
        inlined = cursor.mogrify(sql, parameters)
        query = inlined.decode() if isinstance(inlined, bytes) else inlined
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT {form})", target)
    finally:
        cursor.close()


def _column(values: pa.ChunkedArray, kind: Kind) -> Any:
    """An array for a frame. One by one: frames that Arrow makes take half as long again."""
    if kind in _PANDAS:
        return _PANDAS[kind].__from_arrow__(values)
    if kind == "category":
        return _categories(values)
    if kind in ("list", "json", "vector"):
        return _parsed(values.to_pylist())
    if kind == "number":
        return values.to_numpy()
    return values.to_pandas().array


def _categories(values: pa.ChunkedArray) -> Any:
    whole = values.unify_dictionaries().combine_chunks()
    indices = whole.indices.fill_null(-1) if whole.null_count else whole.indices
    dtype = pd.CategoricalDtype(_TEXT.__from_arrow__(whole.dictionary))
    return pd.Categorical.from_codes(indices.to_numpy(), dtype=dtype, validate=False)


def _parsed(texts: Sequence[str | None]) -> Any:
    # One document: a call for each cell would take twice as long.
    listed = ",".join(["null" if text is None else text for text in texts])
    return pd.Series(json.loads(f"[{listed}]"), dtype=object).array


def kinds_of(columns: Sequence[str]) -> dict[str, Kind]:
    """The kinds of some track columns, as `read_frame` takes them."""
    return {name: BY_NAME[name].kind for name in columns}
