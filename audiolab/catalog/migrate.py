"""Making the database's schema current: at every opening, once, whoever comes first.

The migrations and Alembic's record of them share one transaction, under an advisory lock, so
two programs that start together do not both migrate and a killed one leaves nothing half done.
Writers share that lock, so that none of them writes into a schema that has changed under it.
"""

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from audiolab.catalog import requirements
from audiolab.errors import SchemaError

log = logging.getLogger(__name__)

SCHEMA_VERSION = "0009"
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
        # Who may only read needs a schema too; this has to be the transaction's first statement.
        connection.execute(text("SET TRANSACTION READ WRITE"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if current_version(connection) != SCHEMA_VERSION:
            _upgrade(connection)


def check_unchanged(connection: Connection) -> None:
    """Make sure that the schema is ours and stays so until the transaction ends.

    Raises
    ------
    SchemaError
        If another version of audiolab has changed it.
    """
    found = connection.exec_driver_sql(  # one trip; the second statement sees what came before
        "SELECT pg_advisory_xact_lock_shared(%s); SELECT version_num FROM alembic_version",
        (_LOCK,),
    ).scalar()
    if found != SCHEMA_VERSION:
        raise _foreign(found)


def current_version(connection: Connection) -> str | None:
    """The schema version of the database; None if it has no catalog yet."""
    exists = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    if not exists:
        return None
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if version is None else str(version)


def _upgrade(connection: Connection, to: str = "head") -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    found = current_version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise _foreign(found)
    requirements.ensure_usable(connection)
    log.info("upgrading the schema", extra={"from_version": found, "to_version": to})
    command.upgrade(config, to)


def _foreign(found: str | None) -> SchemaError:
    older = found is None or found < SCHEMA_VERSION  # an old backup was restored meanwhile
    what = "" if older else "upgrade audiolab (pip install --upgrade audiolab) and "
    return SchemaError(
        f"this catalog has schema version {found}, and this audiolab knows {SCHEMA_VERSION}: "
        f"nothing was written; {what}open the catalog again"
    )
