"""Processes of our own: who may talk to them, and what becomes of one that grows."""

import os
import tempfile
import time
from pathlib import Path

import pytest
from distributed import Client
from distributed.security import Security

from audiolab.scanner import cluster
from audiolab.scanner.cluster import local_cluster
from audiolab.scanner.model import Task
from audiolab.scanner.run import Runner
from audiolab.scanner.worker import FileResult, Work

HOARD: list[bytes] = []


def hoard(work: Work) -> FileResult:
    """Leaks 50 MB with each file, slowly enough to be seen in time. Runs in a worker."""
    time.sleep(0.2)
    HOARD.append(os.urandom(1 << 20) * 50)
    return FileResult(size=os.getpid())


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_nobody_without_the_certificate_gets_in(client: Client, protocol: str) -> None:
    address = client.scheduler.address
    assert address.startswith("tls://127.0.0.1:")
    place = address.partition("://")[2]
    security = Security.temporary() if protocol == "tls" else Security()
    with pytest.raises(OSError):  # noqa: PT011 (a different one in each layer)
        Client(f"{protocol}://{place}", security=security, timeout=2, set_as_default=False)
    workers = client.scheduler_info()["workers"].values()
    assert all(worker["nanny"].startswith("tls://127.0.0.1:") for worker in workers)


@pytest.mark.long
def test_a_process_that_grows_is_replaced_and_no_file_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "MOST_MEMORY_BYTES", 900 << 20)
    todo = [Task(str(number), 10**12, 1, ("tags",), "new") for number in range(30)]
    with local_cluster(2, tmp_path / "log", tmp_path / "scratch") as client:
        before = set(client.run(os.getpid).values())
        runner = Runner(client, "", work=hoard)
        results = [outcome for outcome in runner.results(todo) if outcome is not None]
    assert sorted(int(task.path) for task, _ in results) == list(range(30))
    pids = {result.size for _, result in results}
    assert pids - before, "no process was replaced"
    assert not any(result.outcomes for _, result in results), "a file was blamed"


def test_processes_are_gone_afterwards_and_the_folder_of_the_system_is_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "system"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "system"))
    (tmp_path / "system").mkdir()
    with local_cluster(1, tmp_path / "log", tmp_path / "scratch") as client:
        (pid,) = client.run(os.getpid).values()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}/exe").exists() or os.waitpid(pid, os.WNOHANG)[0] == pid
    assert list((tmp_path / "system").iterdir()) == []
    assert any((tmp_path / "scratch").iterdir())
