"""What a backup or a move reads: one moment of a catalog, and only what is ours in a database."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

from audiolab.catalog.client_tools import split_password
from audiolab.catalog.embedded.messages import explain
from audiolab.catalog.row_counts import row_counts
from audiolab.catalog.schema import metadata
from audiolab.errors import CatalogError, DatabaseError

VERSION_TABLE = "public.alembic_version"
FIXED_TABLES = frozenset({f"public.{name}" for name in metadata.tables} | {VERSION_TABLE})
EMBEDDING_TABLE = re.compile(r"public\.embedding_\d+(_pending)?")  # of each model, made when needed
# Made from the others, and made again when it pays: not worth their room in a backup.
DERIVED_TABLE = re.compile(r"public\.embedding_\d+_near")


def is_ours(table: str) -> bool:
    """Whether a table (``schema.name``) belongs to the catalog."""
    return table in FIXED_TABLES or EMBEDDING_TABLE.fullmatch(table) is not None


def connect(url: str) -> Connection:
    """A connection for copying.

    Raises
    ------
    DatabaseError
        If there is no way to the server.
    """
    address, password = split_password(url)
    try:
        return psycopg2.connect(address, password=password, application_name="audiolab backup")
    except psycopg2.OperationalError as error:
        raise DatabaseError(explain("the database cannot be reached", str(error))) from error


@contextmanager
def one_moment(url: str) -> Iterator[tuple[Connection, str]]:
    """A transaction that sees one moment of the database, and the name others see it by."""
    with closing(connect(url)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor = connection.cursor()
        cursor.execute("SELECT pg_export_snapshot()")
        row = cursor.fetchone()
        assert row is not None
        yield connection, str(row[0])


def our_rows(connection: Connection) -> dict[str, int]:
    """Rows by table of the catalog in a database.

    Raises
    ------
    CatalogError
        If it has none.
    """
    rows = {table: count for table, count in row_counts(connection).items() if is_ours(table)}
    if "public.track" not in rows:
        raise CatalogError("this database has no catalog yet: scan a folder first")
    return rows


def others(connection: Connection) -> list[str]:
    """Tables and schemas in a shared database that are not ours: not in the backup."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' "
        "AND nspname NOT IN ('information_schema', 'public')"
    )
    options = [f'--exclude-schema="{schema}"' for (schema,) in cursor.fetchall()]
    for table in row_counts(connection):
        if is_ours(table):
            continue
        schema, name = table.split(".", 1)
        options.append(f'--exclude-table="{schema}"."{name}"')
    return options


def dump_arguments(snapshot: str, leave_out: list[str]) -> list[str | Path]:
    """What every pg_dump of ours is told: rights and owners are the target's business."""
    common = [f"--snapshot={snapshot}", "--no-owner", "--no-privileges", "--extension=vector"]
    return [*common, *leave_out]
