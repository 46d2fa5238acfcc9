"""Making the database's schema current: at every opening, once, whoever comes first.

The migrations and Alembic's record of them share one transaction, under an advisory lock, so
two programs that start together do not both migrate and a killed one leaves nothing half done.
"""

import logging
from pathlib import Path

import psycopg2.errors
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from audiolab.errors import DatabaseError, SchemaError

log = logging.getLogger(__name__)

SCHEMA_VERSION = "0001"
_LOCK = 0x61_75_64_69_6F  # "audio"


def ensure_schema(engine: Engine) -> None:
    """Create or upgrade the schema where it is not current.

    Raises
    ------
    SchemaError
        If the database was made by a newer audiolab.
    DatabaseError
        If pgvector is missing or this user may not create the schema.
    """
    with engine.connect() as connection:
        if current_version(connection) == SCHEMA_VERSION:
            return
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if current_version(connection) != SCHEMA_VERSION:
            _upgrade(connection)


def current_version(connection: Connection) -> str | None:
    """The schema version of the database; None if it has no catalog yet."""
    exists = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    if not exists:
        return None
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if version is None else str(version)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    found = current_version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaError(
            f"this catalog has schema version {found}, newer than this audiolab's "
            f"{SCHEMA_VERSION}: upgrade audiolab (pip install --upgrade audiolab)"
        )
    log.info("upgrading the schema", extra={"from_version": found, "to_version": SCHEMA_VERSION})
    try:
        command.upgrade(config, "head")
    except ProgrammingError as error:
        raise _explained(error) from error


def _explained(error: ProgrammingError) -> Exception:
    cause = error.orig
    if isinstance(cause, psycopg2.errors.InsufficientPrivilege):
        what = str(cause).strip().splitlines()[0]
        return DatabaseError(
            f"this database user may not set up the catalog ({what}): as a superuser run "
            "CREATE EXTENSION vector; and GRANT CREATE ON SCHEMA public TO the user"
        )
    if isinstance(cause, (psycopg2.errors.UndefinedFile, psycopg2.errors.FeatureNotSupported)):
        return DatabaseError(
            "the server has no pgvector: install it (Debian: apt install postgresql-18-pgvector) "
            "and, as a superuser, run CREATE EXTENSION vector;"
        )
    return error
