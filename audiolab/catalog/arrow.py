"""Tracks as Arrow tables, through the ADBC driver: for polars, DuckDB and large selections.

An extra (``audiolab[arrow]``), as DataFrames do without: the driver fills Arrow's columns itself,
about twice as fast as text that is parsed again.
"""

from contextlib import closing
from typing import Any

import pyarrow as pa
from psycopg2.extensions import make_dsn
from sqlalchemy import Select, Text, cast, select

from audiolab.catalog.address import libpq_options
from audiolab.catalog.database import Database
from audiolab.catalog.fields import BY_NAME, Field, Kind
from audiolab.catalog.filter_sql import compile_statement
from audiolab.catalog.schema import track
from audiolab.errors import CatalogError

_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "category": pa.dictionary(pa.int32(), pa.string()),
    "number": pa.float64(),
    "integer": pa.int64(),
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
    "vector": pa.list_(pa.float32()),
    "json": pa.string(),
    "time": pa.timestamp("us", "UTC"),
}


def select_columns(names: tuple[str, ...]) -> Select[Any]:
    """The query for some columns of tracks, their id first; JSON as text."""
    columns = (
        cast(track.c[name], Text).label(name) if BY_NAME[name].kind == "json" else track.c[name]
        for name in names
    )
    return select(cast(track.c.id, Text).label("id"), *columns)


def read_table(database: Database, statement: Select[Any], names: tuple[str, ...]) -> pa.Table:
    """Run a query of `select_columns`.

    Raises
    ------
    CatalogError
        If the driver is not installed.
    """
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise CatalogError(
            "Arrow tables need the ADBC driver of Postgres: pip install 'audiolab[arrow]'"
        ) from None
    with database.cursor() as cursor:
        query = cursor.mogrify(*compile_statement(statement)).decode()
    with (
        closing(dbapi.connect(make_dsn(**libpq_options(database.url)))) as connection,
        closing(connection.cursor()) as reader,
    ):
        reader.execute(query)
        table = reader.fetch_arrow_table()
    return _typed(table, names)


def _typed(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    types = {"id": pa.string()} | {name: _type(BY_NAME[name]) for name in names}
    return table.cast(pa.schema(list(types.items())))


def _type(field: Field) -> pa.DataType:
    """Real numbers keep their precision: 0.1 as float64 would show digits that nobody measured."""
    return pa.float32() if field.sql_type == "real" else _TYPES[field.kind]
