from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from sqlalchemy import text

from audiolab import Catalog
from audiolab.catalog import migrate, schema
from audiolab.catalog.backup import backup, restore
from audiolab.catalog.database import Database
from audiolab.catalog.dump_source import EMBEDDING_TABLE
from audiolab.errors import DatabaseError, SchemaError


def differences(catalog):
    """What Alembic would change to get from the database to `schema.metadata`."""
    import pgvector.sqlalchemy  # noqa: F401 (so that SQLAlchemy knows halfvec)
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(thing, name, kind, *_):
        made_when_needed = kind == "table" and EMBEDDING_TABLE.fullmatch(f"public.{name}")
        return not made_when_needed

    with catalog._database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True}
        )
        return compare_metadata(context, schema.metadata)


def test_the_migrations_make_the_tables_we_declare(shared_catalog):
    assert differences(shared_catalog) == []


FIRST_CATALOG = """
INSERT INTO root (path) VALUES ('/music');
INSERT INTO track (id, root_id, state, path, filename, title, tempo_bpm, key, genre_primary, year,
                   search_head)
SELECT ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 1, 'analysed', i || '.mp3',
       i || '.mp3', 'Night ' || i, 100 + i, 'A minor', 'House', 1999, 'night ' || i
FROM generate_series(1, 9) i;
UPDATE track SET state = 'excluded', state_before = 'analysed' WHERE path = '9.mp3';
INSERT INTO stage_status (track_id, stage, version, state) SELECT id, 'signal', '1', 'done'
FROM track;
INSERT INTO correction (track_id, field, value, analysed) SELECT id, 'tempo_bpm', '128', '101'
FROM track WHERE path = '1.mp3';
UPDATE track SET tempo_bpm = 128 WHERE path = '1.mp3';
INSERT INTO embedding_model (name, dimensions) VALUES ('discogs-effnet', 4);
CREATE TABLE embedding_1 (track_id UUID PRIMARY KEY REFERENCES track (id) ON DELETE CASCADE,
                          vector halfvec(4) NOT NULL);
INSERT INTO embedding_1
SELECT id, ('[1,1,' || tempo_bpm - 100 || ',' || 112 - tempo_bpm || ']')::halfvec FROM track;
"""


@pytest.fixture
def first_version(empty_database_url):
    """Address of a catalog that the first version of audiolab made."""
    database = Database(empty_database_url)
    with database.engine.begin() as connection:
        migrate._upgrade(connection, "0001")
        connection.exec_driver_sql(FIRST_CATALOG)
    database.close()
    return empty_database_url


def test_four_programs_at_once_upgrade_a_first_catalog_with_all_it_holds(first_version):
    with ThreadPoolExecutor(4) as pool:
        catalog, *others = pool.map(lambda _: Catalog.open(first_version), range(4))
    for other in others:
        other.close()
    with catalog:
        assert differences(catalog) == []
        assert catalog.count() == catalog.count("genre:house year:1999 night") == 8
        assert catalog.facets("key")["A minor"] == 8
        assert set(catalog.ledger().state) == {"analysed", "excluded"}
        first = catalog.tracks('title:"Night 1"', sort="path").index[0]
        assert catalog.track(first)["tempo_bpm"] == 128, "the correction"
        assert len(catalog.similar(first, limit=20)) == 7
        catalog.correct(first, genre_primary="Techno", genre_secondary=["techno", "House"])
        assert dict(catalog.facets("genre")) == {"house": 8, "techno": 1}
        ids = catalog.add(pd.DataFrame({"path": ["new.mp3"], "key": ["A minor"]}))
        assert catalog.facets("key")["A minor"] == 9
        catalog.delete(ids)
        assert catalog.restore(catalog.ledger().query("path == '9.mp3'")["id"]) == 1


def test_a_backup_of_the_first_version_replaces_a_later_catalog(first_version, tmp_path):
    backup(first_version, tmp_path / "file")
    with Catalog.open(first_version) as catalog:
        catalog.add(pd.DataFrame({"path": ["new.mp3"]}))
        restore(first_version, tmp_path / "file", replace=True)
        with pytest.raises(SchemaError, match=r"version 0001.*nothing was written; open the"):
            catalog.add(pd.DataFrame({"path": ["new.mp3"]}))
    with Catalog.open(first_version) as catalog:
        assert catalog.count() == 8
        assert differences(catalog) == []


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
