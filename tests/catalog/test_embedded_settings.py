"""Settings for machines of all sizes, and Postgres' complaints in the user's words."""

import pytest

from audiolab.catalog.embedded import settings
from audiolab.catalog.embedded.messages import complaint, explain
from audiolab.catalog.embedded.settings import MB, server_settings, settings_text


def megabytes(text):
    assert text.endswith("MB")
    return int(text.removesuffix("MB"))


@pytest.mark.parametrize("gigabytes", [0.5, 2, 8, 64, 1024])
def test_memory_is_shared_with_the_analysis(gigabytes):
    memory = int(gigabytes * 1024) * MB
    chosen = server_settings(memory, cores=4)
    fixed = megabytes(chosen["shared_buffers"]) + megabytes(chosen["maintenance_work_mem"])
    assert fixed <= max(memory // MB // 4, 2048 if gigabytes > 8 else 0)
    assert 8 <= megabytes(chosen["work_mem"]) <= 64
    assert 64 <= megabytes(chosen["shared_buffers"]) <= 1024


def test_containers_limit_counts(monkeypatch, tmp_path):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(settings, "CGROUP_LIMIT", limit)
    machine = settings.machine_memory_bytes()
    limit.write_text("268435456\n")
    assert settings.machine_memory_bytes() == 256 * MB
    limit.write_text("max\n")
    assert settings.machine_memory_bytes() == machine


def test_small_shared_memory_is_not_relied_on(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "SHARED_MEMORY", tmp_path)
    assert settings.shared_memory_kind(1 << 60) == "mmap"
    assert settings.shared_memory_kind(MB) == "posix"
    monkeypatch.setattr(settings, "SHARED_MEMORY", tmp_path / "none, as on macOS")
    assert settings.shared_memory_kind(1 << 60) == "posix"


@pytest.mark.parametrize(
    ("system", "release", "method"),
    [
        ("Linux", "6.1.0-18-amd64", "syncfs"),
        ("Linux", "5.8", "syncfs"),
        ("Linux", "5.4.0-174-generic", "fsync"),  # its syncfs keeps errors to itself
        ("Darwin", "23.4.0", "fsync"),
        ("Linux", "", "fsync"),
    ],
)
def test_whole_file_systems_are_synced_where_errors_are_told(monkeypatch, system, release, method):
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.release", lambda: release)
    assert settings.sync_method() == method


def test_text_has_one_setting_a_line():
    lines = [line for line in settings_text().splitlines() if not line.startswith("#")]
    assert "synchronous_commit = on" in lines
    assert all(line.count(" = ") == 1 for line in lines)


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("x PANIC:  could not write: No space left on device", "free some space"),
        ("FATAL:  could not create shared memory segment: No space left on device", "other datab"),
        ("initdb: error: could not create directory: Read-only file system", "AUDIOLAB_DATA_DIR"),
        ("ERROR:  canceling statement due to lock timeout", "close them"),
        ("", "it gave no reason"),
        ("something odd\nhappened", "happened"),
    ],
)
def test_complaints_say_what_to_do(said, part):
    told = explain("it failed", said)
    assert told.startswith("it failed: ")
    assert part in told
    assert "\n" not in told


def test_what_the_server_tells_early_clients_is_no_complaint():
    early = 'FATAL:  the database system is starting up\nFATAL:  database "audiolab" does not exist'
    assert complaint(early) is None
    assert complaint(f"{early}\nFATAL:  data directory has wrong ownership") == (
        "data directory has wrong ownership"
    )
