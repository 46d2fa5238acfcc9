"""What a server must have and allow before the catalog can be set up in a database.

Asked for beforehand rather than read out of errors, whose texts are in the server's language.
"""

import logging
import re
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from audiolab.errors import DatabaseError

log = logging.getLogger(__name__)

OLDEST_PGVECTOR = (0, 8)  # iterative scans; halfvec came with 0.7
# The first of these that a server has: from Postgres 17, with ICU, of the C library.
ALL_LETTERS = ("pg_c_utf8", "und-x-icu", "C.utf8", "C.UTF-8", "en_US.utf8", "en_US.UTF-8")


def ensure_usable(connection: Connection) -> None:
    """Make sure that a catalog can be made in this database.

    Raises
    ------
    DatabaseError
        Saying what is missing, with the line that helps.
    """
    _check_encoding(connection)
    _ensure_pgvector(connection)
    _check_may_create(connection)


@dataclass(frozen=True)
class ServerFacts:
    """What a server is and holds.

    Attributes
    ----------
    postgres : str
        Its version.
    pgvector : str or None
        Version of the extension in this database; None where it is not installed.
    schema : str or None
        Version of the catalog's tables; None where there is no catalog.
    size_bytes : int
        What this database takes on disk.
    clients : int
        Connections to this database beside this one.
    """

    postgres: str
    pgvector: str | None
    schema: str | None
    size_bytes: int
    clients: int


def server_facts(connection: Connection) -> ServerFacts:
    """Look at a server without changing anything."""
    row = connection.execute(
        text(
            "SELECT split_part(current_setting('server_version'), ' ', 1), "
            "(SELECT extversion FROM pg_extension WHERE extname = 'vector'), "
            "to_regclass('alembic_version') IS NOT NULL, "
            "pg_database_size(current_database()), "
            "(SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid())"
        )
    ).one()
    schema = None
    if row[2]:
        schema = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return ServerFacts(row[0], row[1], schema, row[3], row[4])


def letter_case(connection: Connection) -> str:
    """What to write behind a text whose letters `lower` shall change in any locale.

    In the locale C only ASCII has capitals, in a Turkish one the small I has no dot. Where that is
    so, a collation that knows all letters is named; else nothing, so that a backup depends on none.
    """
    if connection.scalar(text("SELECT lower('ÉЯI') = 'éяi'")):
        return ""
    found = connection.scalar(
        text(
            "SELECT quote_ident(collname) FROM pg_collation WHERE collname = ANY(:names) "
            "AND collencoding IN (-1, pg_char_to_encoding('UTF8')) "
            "ORDER BY array_position(:names, collname::text) LIMIT 1"
        ),
        {"names": list(ALL_LETTERS)},
    )
    if found is None:
        log.warning("letters beyond ASCII keep their case: no collation of this server knows them")
    return f" COLLATE {found}" if found else ""


def _check_encoding(connection: Connection) -> None:
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        _, database = _names(connection)
        raise DatabaseError(
            f"the database {database} stores text as {encoding}, and audiolab needs UTF8: make "
            "another one: createdb --template=template0 --encoding=UTF8 --locale=C NAME"
        )


def _ensure_pgvector(connection: Connection) -> None:
    """Install the extension in this database where it is missing.

    Raises
    ------
    DatabaseError
        If the server does not have it, has one that is too old, or this user may not install it;
        the message has the line that does.
    """
    installed = _pgvector(connection, "installed_version")
    if installed is None:
        available = _pgvector(connection, "default_version")
        if available is None:
            raise DatabaseError(_how_to_install(connection))
        _check_age(connection, available)
        _create(connection)
    else:
        _check_age(connection, installed)


def _check_may_create(connection: Connection) -> None:
    """Make sure that this user may make tables in this database.

    Raises
    ------
    DatabaseError
        With the line that allows it.
    """
    allowed = connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')"))
    if not allowed:
        user, database = _names(connection)
        raise DatabaseError(
            f"the user {user} may not create tables in the database {database}: as its owner or "
            f'a superuser, run: GRANT CREATE, USAGE ON SCHEMA public TO "{user}";'
        )


def _pgvector(connection: Connection, column: str) -> str | None:
    query = f"SELECT {column} FROM pg_available_extensions WHERE name = 'vector'"  # noqa: S608
    version = connection.scalar(text(query))
    return None if version is None else str(version)


def _create(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION vector"))
    except ProgrammingError as error:
        user, database = _names(connection)
        raise DatabaseError(
            f"the user {user} may not install pgvector in the database {database}: as a "
            f'superuser, run: psql --dbname "{database}" --command "CREATE EXTENSION vector"'
        ) from error


def _check_age(connection: Connection, version: str) -> None:
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST_PGVECTOR:
        _, database = _names(connection)
        wanted = ".".join(map(str, OLDEST_PGVECTOR))
        raise DatabaseError(
            f"the server has pgvector {version}, and audiolab needs {wanted} or newer: install a "
            f"newer one there, then run, as a superuser, in the database {database}: "
            "ALTER EXTENSION vector UPDATE;"
        )


def _how_to_install(connection: Connection) -> str:
    number = connection.scalar(text("SELECT current_setting('server_version_num')::int"))
    return (
        "the server has no pgvector: on its machine install it (Debian and Ubuntu: apt install "
        f"postgresql-{int(number or 0) // 10_000}-pgvector; others: "
        "https://github.com/pgvector/pgvector), then try again"
    )


def _names(connection: Connection) -> tuple[str, str]:
    row = connection.execute(text("SELECT current_user, current_database()")).one()
    return str(row[0]), str(row[1])
