import pandas as pd
import pytest
from sqlalchemy import text

from audiolab import Catalog
from audiolab.catalog import migrate, schema
from audiolab.errors import DatabaseError, SchemaError


def test_the_migrations_make_the_tables_we_declare(shared_catalog):
    """Alembic finds nothing to change between the database and `schema.metadata`."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(thing, name, kind, *_):
        return not (kind == "table" and (name or "").startswith("embedding_") and
                    name != "embedding_model")  # fmt: skip

    with shared_catalog._database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True}
        )
        assert compare_metadata(context, schema.metadata) == []


def test_the_version_we_want_is_the_newest_migration():
    from pathlib import Path

    versions = Path(migrate.__file__).parent / "migrations" / "versions"
    newest = sorted(path.name[:4] for path in versions.glob("[0-9]*.py"))[-1]
    assert newest == migrate.SCHEMA_VERSION


@pytest.fixture
def newer(shared_catalog):
    """Another installation upgrades the schema while we have the catalog open."""

    def set_version(version):
        with shared_catalog._database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    set_version("9999")
    yield
    set_version(migrate.SCHEMA_VERSION)


def test_a_newer_catalog_is_refused_and_left_alone(newer, database_url):
    with pytest.raises(SchemaError, match=r"^this catalog has schema version 9999.*upgrade audio"):
        Catalog.open(database_url)


def test_an_open_catalog_does_not_write_into_a_newer_schema(shared_catalog, newer):
    with pytest.raises(SchemaError, match="nothing was written"):
        shared_catalog.add(pd.DataFrame({"path": ["a.mp3"]}))
    assert shared_catalog.count() == 0, "reading goes on"


def test_an_upgrade_waits_for_writers_and_they_for_it(shared_catalog, database_url):
    """Nobody writes while the schema changes."""
    database = shared_catalog._database
    with database.write():
        with database.engine.begin() as upgrade:
            got = upgrade.scalar(text("SELECT pg_try_advisory_xact_lock(:l)"), {"l": migrate._LOCK})
        assert got is False
        with database.write() as other:  # writers share it
            assert other.scalar(text("SELECT 1")) == 1


def test_after_a_removal_the_line_says_what_to_do(shared_catalog, database_url):
    rename = "ALTER TABLE {} RENAME TO {}"
    engine = shared_catalog._database.engine
    with engine.begin() as connection:
        connection.execute(text(rename.format("root", "no_root")))
    try:
        with pytest.raises(DatabaseError, match="audiolab db upgrade"):
            shared_catalog.roots()
    finally:
        with engine.begin() as connection:
            connection.execute(text(rename.format("no_root", "root")))
