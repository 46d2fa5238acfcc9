import pytest
from sqlalchemy import text

from audiolab import Catalog
from audiolab.catalog import migrate, schema
from audiolab.errors import SchemaError


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


def test_a_newer_catalog_is_refused_and_left_alone(shared_catalog, database_url):
    def set_version(version):
        with shared_catalog._database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    set_version("9999")
    try:
        with pytest.raises(SchemaError, match="upgrade audiolab"):
            Catalog.open(database_url)
    finally:
        set_version(migrate.SCHEMA_VERSION)
    Catalog.open(database_url).close()
