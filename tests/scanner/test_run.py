"""The pump between tasks and a real cluster: order, back-pressure, and files that kill."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from distributed import Client

from audiolab.analysis import FileTags, Installed, StageOutcome
from audiolab.errors import ScanError
from audiolab.scanner import run as run_module
from audiolab.scanner.model import Task
from audiolab.scanner.run import CRASHED, Runner
from audiolab.scanner.worker import process


def play(stages: tuple[str, ...], file: str, networks: Installed) -> tuple[StageOutcome, ...]:
    """A stage that does what the file's name says. Runs in the workers."""
    name = Path(file).name
    if name.startswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if name.startswith("sleep"):
        time.sleep(600)
    if name.startswith("nap"):
        time.sleep(2)
    if name.startswith("bug"):
        raise ZeroDivisionError("division by zero")
    if name.startswith("once") and not Path(file + ".tried").exists():
        Path(file + ".tried").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return (StageOutcome(stages[0], "1", "done", None, 0.0, FileTags(title=name)),)


def tasks(folder: Path, *names: str) -> list[Task]:
    for name in names:
        (folder / name).touch()
    return [Task(name, 1, 1, ("tags",), "new") for name in names]


def run(
    client: Client,
    folder: Path,
    todo: list[Task],
    stop: Callable[[], bool] = lambda: False,
    limit: float = 60.0,
) -> dict[str, str]:
    """Each path with its title, or the reason of its failure."""
    runner = Runner(client, str(folder), stop, work=partial(process, run=play), limit_seconds=limit)
    results = [result for result in runner.results(todo) if result is not None]
    done = {
        task.path: result.outcomes[0].reason or result.outcomes[0].result.title
        for task, result in results
    }
    assert len(done) == len(results), "a file came twice"
    return done


def test_every_task_comes_back_once(client: Client, tmp_path: Path) -> None:
    names = [f"{i}.mp3" for i in range(40)]
    assert run(client, tmp_path, tasks(tmp_path, *names)) == {name: name for name in names}


def test_killers_are_blamed_and_the_innocent_are_analysed(client: Client, tmp_path: Path) -> None:
    innocent = [f"{i}.mp3" for i in range(12)]
    names = [*innocent[:4], "crash.mp3", *innocent[4:8], "once.mp3", "bug.mp3", *innocent[8:]]
    done = run(client, tmp_path, tasks(tmp_path, *names))
    assert done.pop("crash.mp3") == CRASHED
    assert done.pop("bug.mp3") == "internal error: ZeroDivisionError('division by zero')"
    assert done.pop("once.mp3") == "once.mp3"  # killed from outside the first time: not its fault
    assert done == {name: name for name in innocent}


@pytest.mark.long
def test_a_file_that_takes_for_ever_is_given_up(client: Client, tmp_path: Path) -> None:
    done = run(client, tmp_path, tasks(tmp_path, "a.mp3", "sleep.mp3", "b.mp3"), limit=3.0)
    assert done == {"a.mp3": "a.mp3", "b.mp3": "b.mp3", "sleep.mp3": "not done after 3 s"}


def test_only_a_few_tasks_are_taken_ahead_and_a_stop_finishes_them(
    client: Client, tmp_path: Path
) -> None:
    taken = count()
    (tmp_path / "a.mp3").touch()

    def watched():
        for number in range(10_000):
            next(taken)
            yield Task(f"{number}", 10**12, 1, ("tags",), "new")  # one to a bundle

    seen = 0
    runner = Runner(
        client,
        str(tmp_path),
        lambda: seen >= 20,
        work=partial(process, run=play),
    )
    for _ in (result for result in runner.results(watched()) if result is not None):
        seen += 1
    assert 20 <= seen <= 23
    assert next(taken) <= 1000  # two sorting windows of 500


def test_a_stop_finishes_what_runs_and_calls_back_what_waits(
    client: Client, tmp_path: Path
) -> None:
    names = [f"nap{number}.mp3" for number in range(12)]
    client.wait_for_workers(2)  # tests before this one kill some
    stop_at = time.monotonic() + 1.0
    todo = [replace(task, size=5_000_000) for task in tasks(tmp_path, *names)]
    done = run(client, tmp_path, todo, lambda: time.monotonic() > stop_at)
    assert len(done) == 2  # one per worker; two more were waiting behind them
    assert not any(client.processing().values())


def test_results_that_die_with_their_process_are_made_again(client: Client, tmp_path: Path) -> None:
    client.wait_for_workers(2)  # tests before this one kill some
    todo = [replace(t, size=10**12) for t in tasks(tmp_path, *map(str, range(8)))]  # one a bundle
    runner = Runner(client, str(tmp_path), work=partial(process, run=play))
    results = (result for result in runner.results(todo) if result is not None)
    done = [next(results)]
    time.sleep(1.0)  # the others in flight are finished, and nobody has fetched them
    for pid in client.run(os.getpid).values():
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while client.nthreads() and time.monotonic() < deadline:
        time.sleep(0.01)
    done += results
    assert sorted(task.path for task, _ in done) == sorted(map(str, range(8)))
    assert not any(result.outcomes[0].reason for _, result in done), "a file was blamed"


def test_the_files_of_a_bundle_have_their_own_time_each(client: Client, tmp_path: Path) -> None:
    names = [f"nap{number}.mp3" for number in range(3)]  # 2 s each, 5 s allowed
    done = run(client, tmp_path, tasks(tmp_path, *names), limit=5.0)
    assert done == {name: name for name in names}


def test_a_cluster_without_workers_is_waited_for_and_told_of(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "QUIET_SECONDS", 0.2)
    monkeypatch.setattr(run_module, "NO_WORKER_SECONDS", 0.8)
    notes: list[str] = []
    runner = Runner(client, str(tmp_path), helpers=dict, note=notes.append)
    with pytest.raises(ScanError, match=r"no worker of the cluster .*: start one \(dask worker\)"):
        list(runner.results(tasks(tmp_path, "a")))
    assert notes == ["waiting for a worker of the cluster, up to 0 min"]
