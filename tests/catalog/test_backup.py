"""Backup, restore and move, with the real programs and databases."""

import subprocess
from itertools import pairwise
from uuid import uuid4

import numpy as np
import pytest
from embedded_helpers import ask, connect
from sqlalchemy import make_url

from audiolab import Catalog
from audiolab.catalog.backup import backup, move, restore
from audiolab.catalog.embedded import ensure_server, release
from audiolab.catalog.records import TrackRecord
from audiolab.errors import CatalogError, DatabaseError, SchemaError

TRACKS = 40


def fill(url):
    with Catalog.open(url) as catalog:
        root = catalog.root("/music", create=True)
        records = [
            TrackRecord(
                f"{number:03d} Ünïcode\ttab \\. 音.mp3",
                "analysed",
                1_000 + number,
                number,
                values={"title": "COPY x FROM stdin;\n\\.\n", "artist": "NA", "tempo_bpm": 120.5},
                waveform=np.linspace(0, 1, 800, dtype=np.float32),
                embeddings={"discogs-effnet": np.full(1280, number / 7, np.float32)},
            )
            for number in range(TRACKS)
        ]
        catalog.write(root, records)


@pytest.fixture
def new_database(data_dir):
    """Makes empty databases on the session's server."""
    server, names = ensure_server(data_dir), []

    def make():
        names.append(f"backup_{uuid4().hex[:12]}")
        ask(server, f"CREATE DATABASE {names[-1]} STRATEGY file_copy")
        return make_url(server).set(database=names[-1]).render_as_string(hide_password=False)

    yield make
    for name in names:
        ask(server, f"DROP DATABASE {name} WITH (FORCE)")
    release(data_dir)


@pytest.fixture(scope="module")
def filled(data_dir):
    """A database with a catalog of some tracks."""
    server = ensure_server(data_dir)
    ask(server, "CREATE DATABASE backup_source")
    url = make_url(server).set(database="backup_source").render_as_string(hide_password=False)
    fill(url)
    yield url
    ask(server, "DROP DATABASE backup_source WITH (FORCE)")
    release(data_dir)


def content(url):
    """Everything that a catalog holds, as text."""
    tables = ask(
        url, "SELECT array_agg(tablename ORDER BY 1) FROM pg_tables WHERE schemaname = 'public'"
    )
    return {
        table: ask(url, f"SELECT array_agg(t::text ORDER BY t::text) FROM {table} t")
        for table in tables
    }


def test_what_was_saved_comes_back(filled, new_database, tmp_path):
    file = tmp_path / "library.backup"
    saved = backup(filled, file)
    assert saved.rows["public.track"] == TRACKS
    assert saved.size_bytes == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["library.backup"]
    target = new_database()
    assert restore(target, file).rows == saved.rows
    assert content(target) == content(filled)
    with Catalog.open(target) as catalog:
        assert catalog.count("artist:NA") == TRACKS
        fill(target)  # generated ids go on


def test_progress_rises_from_nothing_to_all(filled, new_database, tmp_path):
    for work in (
        lambda tell: backup(filled, tmp_path / "file", tell),
        lambda tell: restore(new_database(), tmp_path / "file", tell),
        lambda tell: move(filled, new_database(), tell),
    ):
        told: list = []
        work(lambda share, what, told=told: told.append((share, what)))
        shares = [share for share, _ in told]
        assert all(0 <= earlier <= later <= 1 for earlier, later in pairwise(shares))
        assert told[-1] == (1.0, "done")
        assert len({what for _, what in told}) > 1


def test_backup_holds_one_moment_while_others_write(filled, new_database, tmp_path, monkeypatch):
    """A row that is committed after counting must be neither in the file nor a difference."""
    from audiolab.catalog import backup as module

    write = module._write

    def write_late(url, *rest):
        ask(filled, "INSERT INTO root (path) VALUES ('/late')")
        write(url, *rest)

    monkeypatch.setattr(module, "_write", write_late)
    roots = ask(filled, "SELECT count(*) FROM root")
    assert backup(filled, tmp_path / "file").rows["public.root"] == roots
    ask(filled, "DELETE FROM root WHERE path = '/late'")


def test_moving_leaves_the_source_and_passes_the_target_on(filled, new_database):
    target, before = new_database(), content(filled)
    assert move(filled, target).rows["public.track"] == TRACKS
    assert content(target) == before == content(filled)


def test_a_catalog_with_tracks_is_not_replaced_unasked(filled, new_database, tmp_path):
    file, target = tmp_path / "file", new_database()
    backup(filled, file)
    fill(target)
    ask(target, "UPDATE track SET title = 'mine'")
    for work in (lambda: restore(target, file), lambda: move(filled, target)):
        with pytest.raises(CatalogError, match=f"{TRACKS} tracks already"):
            work()
    assert ask(target, "SELECT count(*) FROM track WHERE title = 'mine'") == TRACKS
    restore(target, file, replace=True)
    assert content(target) == content(filled)


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_damaged_backup_changes_nothing(filled, new_database, tmp_path, damage):
    file, target = tmp_path / "file", new_database()
    backup(filled, file)
    data = bytearray(file.read_bytes())
    if damage == "cut":
        data = data[: len(data) * 2 // 3]
    else:
        middle = len(data) * 2 // 3
        data[middle : middle + 64] = bytes(64)
    file.write_bytes(data)
    with pytest.raises(DatabaseError, match=r"pg_restore failed|cannot be restored"):
        restore(target, file, replace=True)
    assert ask(target, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


def test_failed_restore_keeps_the_old_catalog(filled, new_database, tmp_path, monkeypatch):
    """The counting at the end is part of the transaction."""
    from audiolab.catalog import dump_target

    file, target = tmp_path / "file", new_database()
    backup(filled, file)
    fill(target)
    before = content(target)
    counting = dump_target._counting
    monkeypatch.setattr(
        dump_target, "_counting", lambda expected: "DELETE FROM public.track;" + counting(expected)
    )
    with pytest.raises(DatabaseError, match=r"has not got its 40 rows"):
        restore(target, file, replace=True)
    assert content(target) == before


def test_restore_waits_for_nobody_for_ever(filled, new_database, tmp_path, monkeypatch):
    monkeypatch.setattr("audiolab.catalog.dump_target.LOCK_SECONDS", 1)
    file, target = tmp_path / "file", new_database()
    backup(filled, file)
    fill(target)
    other = connect(target)
    other.autocommit = False
    other.cursor().execute("SELECT * FROM track")
    with pytest.raises(DatabaseError, match="lock timeout"):
        restore(target, file, replace=True)
    other.close()
    assert ask(target, "SELECT count(*) FROM track") == TRACKS


def test_only_our_part_of_a_shared_database(filled, new_database, tmp_path):
    source, target = new_database(), new_database()
    move(filled, source)
    ask(source, "CREATE TABLE payroll AS SELECT 1 AS salary")
    ask(source, "CREATE SCHEMA hr; CREATE TABLE hr.people AS SELECT 2 AS id")
    ask(target, "CREATE TABLE payroll AS SELECT 3 AS salary")
    backup(source, tmp_path / "file")
    restore(target, tmp_path / "file")
    assert ask(target, "SELECT salary FROM payroll") == 3
    assert ask(target, "SELECT to_regclass('hr.people') IS NULL")
    assert ask(target, "SELECT count(*) FROM track") == TRACKS


def test_backup_of_a_newer_audiolab_is_refused(filled, new_database, tmp_path):
    newer = new_database()
    move(filled, newer)
    ask(newer, "UPDATE alembic_version SET version_num = '9999'")
    backup(newer, tmp_path / "file")
    with pytest.raises(SchemaError, match=r"9999.*upgrade audiolab"):
        restore(new_database(), tmp_path / "file")


def test_files_that_are_no_backups(filled, new_database, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("dear all")
    with pytest.raises(FileExistsError, match="not a backup"):
        backup(filled, letter)
    assert letter.read_text() == "dear all"
    for file in (letter, tmp_path / "missing"):
        with pytest.raises(DatabaseError, match="not a backup"):
            restore(new_database(), file)
    with pytest.raises(DatabaseError, match="cannot be written"):
        backup(filled, tmp_path / "no such folder" / "file")


def test_database_without_a_catalog(new_database, tmp_path):
    with pytest.raises(CatalogError, match="no catalog yet"):
        backup(new_database(), tmp_path / "file")
    assert not list(tmp_path.iterdir())


def test_password_is_not_in_the_process_list(monkeypatch, tmp_path):
    from audiolab.catalog import client_tools

    seen = {}

    def look(command, **options):
        seen.update(command=command, env=options["env"])
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", look)
    url = "postgresql+psycopg2://me:s%40cret@db.example:5432/music?sslmode=require"
    with pytest.raises(FileNotFoundError), client_tools.running("pg_dump", [], url=url):
        pass
    assert "cret" not in " ".join(map(str, seen["command"]))
    assert (
        seen["command"][-1]
        == "--dbname=host=db.example dbname=music user=me port=5432 sslmode=require"
    )
    assert seen["env"]["PGPASSWORD"] == "s@cret"
