"""A root that goes away, and files that stumble: who waits, for how long, and who is told."""

import os
from functools import partial
from pathlib import Path

import pytest
from distributed import Client

from audiolab.analysis import FileTags, Installed, StageOutcome
from audiolab.errors import ScanError
from audiolab.scanner import outage
from audiolab.scanner.model import Task
from audiolab.scanner.outage import Outage
from audiolab.scanner.run import Runner
from audiolab.scanner.worker import FileResult, Work, process

AWAY = FileResult(trouble="root", reason="host is down")
STUMBLED = FileResult(trouble="file", reason="input/output error")
GOOD = FileResult(size=1)


def task(name: str) -> Task:
    return Task(name, 1, 1, ("tags",), "new")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(outage, "time", clock)
    return clock


def test_one_file_after_the_other_asks_for_the_root_more_and_more_seldom(clock: Clock) -> None:
    notes: list[str] = []
    waiting = Outage("/nas", notes.append)
    assert waiting.takes(task("a"), AWAY)
    assert waiting.takes(task("b"), AWAY)
    asked = []
    for second in range(60):
        clock.now = 1000.0 + second
        assert waiting.due(idle=False) is None
        question = waiting.due(idle=True)
        if question:
            asked.append(second)
            waiting.takes(question, AWAY)
    assert asked == [1, 3, 7, 15, 30]
    assert not waiting.takes(task("c"), GOOD)
    assert (waiting.is_on, len(waiting)) == (False, 2)
    assert [waiting.due(idle=False).path for _ in range(2)] == ["b", "a"]
    assert notes == ["waiting for /nas (host is down); Ctrl-C ends the scan",
                     "/nas is back after 59 s"]  # fmt: skip


def test_a_root_that_stays_away_ends_the_scan(clock: Clock) -> None:
    waiting = Outage("/nas", lambda note: None)
    waiting.takes(task("a"), AWAY)
    clock.now += outage.LONGEST_SECONDS + 1
    with pytest.raises(ScanError, match=r"away for 60 min \(host is down\): scan again"):
        waiting.takes(task("a"), AWAY)


def test_a_file_that_stumbles_has_three_more_chances_and_holds_nobody_up(clock: Clock) -> None:
    notes: list[str] = []
    waiting = Outage("/nas", notes.append)
    for pause in (1.0, 2.0, 4.0):
        assert waiting.takes(task("a"), STUMBLED)
        assert not waiting.is_on
        assert waiting.due(idle=True) is None
        clock.now += pause
        assert waiting.due(idle=False) == task("a")
    assert not waiting.takes(task("a"), STUMBLED)
    assert (len(waiting), notes) == (0, [])


def wobble(stages: tuple[str, ...], file: str, networks: Installed) -> tuple[StageOutcome, ...]:
    """A disk that fails: "bad" always, "weak" once. Runs in the workers."""
    path = Path(file)
    if path.name == "bad.mp3" or (path.name == "weak.mp3" and not path.with_suffix(".t").exists()):
        path.with_suffix(".t").touch()
        raise OSError(5, os.strerror(5))
    return (StageOutcome(stages[0], "1", "done", None, 0.0, FileTags(title=path.name)),)


def test_a_bad_sector_costs_its_file_only(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "PAUSES_SECONDS", (0.1, 0.1, 0.1))
    names = ["1.mp3", "bad.mp3", "weak.mp3", "2.mp3"]
    for name in names:
        (tmp_path / name).touch()
    runner = Runner(client, str(tmp_path), work=partial(process, run=wobble))
    results = [outcome for outcome in runner.results(map(task, names)) if outcome is not None]
    reasons = {task.path: result.outcomes[0].reason for task, result in results}
    assert reasons == {"1.mp3": None, "2.mp3": None, "weak.mp3": None,
                       "bad.mp3": "input/output error"}  # fmt: skip
    assert len(results) == len(names)


def test_a_folder_that_goes_away_is_waited_for(client: Client, tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    names = [f"{number}.mp3" for number in range(8)]
    for name in names:
        (root / name).touch()
    todo = [Task(name, 10**12, 1, ("tags",), "new") for name in names]
    notes: list[str] = []
    runner = Runner(client, str(root), work=tags_only, note=notes.append)
    results = runner.results(todo)
    done = [next(outcome for outcome in results if outcome is not None)]
    root.rename(elsewhere)
    root.mkdir()  # where a disk was mounted is an empty folder
    while not notes:
        done += [outcome for outcome in [next(results)] if outcome is not None]
    root.rmdir()
    elsewhere.rename(root)
    done += [outcome for outcome in results if outcome is not None]
    assert sorted(task.path for task, _ in done) == names
    assert not any(result.vanished for _, result in done)
    assert notes[0] == f"waiting for {root} (no such file or directory); Ctrl-C ends the scan"
    assert "is back after" in notes[1]


def tags_only(work: Work) -> FileResult:
    """Runs in the workers."""
    return process(work, note_name)


def note_name(stages: tuple[str, ...], file: str, networks: Installed) -> tuple[StageOutcome, ...]:
    return (StageOutcome(stages[0], "1", "done", None, 0.0, FileTags(title=Path(file).name)),)


@pytest.mark.long
def test_a_file_that_hangs_with_its_root_is_not_to_blame(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, True]
    monkeypatch.setattr("audiolab.scanner.run.answers", lambda root: answers.pop(0))
    (tmp_path / "a.mp3").touch()
    notes: list[str] = []
    runner = Runner(
        client, str(tmp_path), work=partial(process, run=hang_twice), limit_seconds=2.0,
        note=notes.append,
    )  # fmt: skip
    results = [outcome for outcome in runner.results([task("a.mp3")]) if outcome is not None]
    assert [result.outcomes[0].reason for _, result in results] == [None]
    assert "it does not answer" in notes[0]


def hang_twice(stages: tuple[str, ...], file: str, networks: Installed) -> tuple[StageOutcome, ...]:
    """Runs in the workers."""
    import time

    tried = Path(file + ".tried")
    content = tried.read_text() if tried.exists() else ""
    tried.write_text(content + "x")
    if len(content) < 2:
        time.sleep(60)
    return (StageOutcome(stages[0], "1", "done", None, 0.0, FileTags()),)
