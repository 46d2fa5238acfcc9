"""`audiolab scan` from the outside: streams, exit codes, and being stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from audiolab import Catalog

from .conftest import Cli, Result


def tones(folder: Path, count: int, seconds: float = 1.0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    times = np.arange(int(seconds * 22050)) / 22050
    for number in range(count):
        soundfile.write(folder / f"{number}.wav", np.sin(2000 * times + number), 22050)
    return folder


@pytest.fixture
def started(cli: Cli, tmp_path: Path):
    """Starts the command as a process of its own; what is still running at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "audiolab", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def finish(process: subprocess.Popen[str], seconds: float = 60) -> Result:
    out, err = process.communicate(timeout=seconds)
    return Result(process.returncode, out, err)


def wait_for_tracks(url: str, at_least: int) -> None:
    deadline = time.monotonic() + 60
    with Catalog.open(url) as catalog:
        while catalog.count() < at_least:
            assert time.monotonic() < deadline, "the scan writes nothing"
            time.sleep(0.05)


def wait_for_workers(pid: int) -> None:
    """From then on a scan holds its root and finishes what it has in hand."""
    deadline = time.monotonic() + 60
    while not any("spawn_main" in " ".join(c.cmdline()) for c in psutil.Process(pid).children()):
        assert time.monotonic() < deadline, "no worker starts"
        time.sleep(0.05)


def test_a_scan_of_good_and_bad_files(cli: Cli, tmp_path: Path) -> None:
    library = tones(tmp_path / "music", 2)
    (library / "zero.mp3").touch()
    (library / "letter.flac").write_text("Dear Mum")

    plan = cli("scan", str(library), "--dry-run")
    assert plan.code == 0
    assert sorted(line.split()[1] for line in plan.out.splitlines()[:4]) == [
        "0.wav", "1.wav", "letter.flac", "zero.mp3",
    ]  # fmt: skip
    assert json.loads(cli("ls", "--format", "json").out) == []

    first = cli("scan", str(library), "--json", "--workers", "1")
    report = json.loads(first.out)
    assert first.code == 1
    assert [report[n] for n in ("found", "analysed", "unchanged", "skipped", "failed")] == [
        4, 2, 0, 0, 2,
    ]  # fmt: skip
    assert sorted((f["path"], f["reason"]) for f in report["failures"]) == [
        ("letter.flac", "not an audio file"),
        ("zero.mp3", "empty file"),
    ]
    assert {"path", "stage", "reason"} <= set(report["failures"][0])

    again = cli("scan", str(library))
    assert again.code == 1
    assert again.out.startswith("4 found: 0 analysed, 2 unchanged, 0 skipped, 2 failed")
    assert "1 × empty file" in again.out
    assert again.err == ""

    rows = json.loads(cli("ledger", "--failed", "--format", "json").out)
    assert {(row["path"], row["state"], row["stage"], row["reason"]) for row in rows} == {
        ("letter.flac", "failed", "tags", "not an audio file"),
        ("zero.mp3", "failed", "tags", "empty file"),
    }
    assert {failure["stage"] for failure in report["failures"]} == {"tags"}
    assert set(rows[0]) >= {"path", "state", "stage", "reason", "seconds"}
    assert len(cli("ledger", "--format", "csv").out.splitlines()) == 5
    assert len(cli("ledger").out.splitlines()) == 5

    jobs = json.loads(cli("jobs", "--json").out)
    assert [(job["state"], job["found"]) for job in jobs] == [("completed", 4)] * 2
    (one,) = json.loads(cli("jobs", jobs[0]["id"][-8:], "--json").out)
    assert one.items() >= jobs[0].items()
    assert one["report"]["found"] == 4
    assert "completed" in cli("jobs").out
    assert cli("jobs", "nonsense").code == 2


def test_a_folder_without_audio_is_no_error(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = cli("scan", str(tmp_path / "empty"))
    assert (result.code, result.err) == (0, "")
    assert f"no audio files in {tmp_path / 'empty'}" in result.out


def test_nothing_yet_is_said_on_stderr(cli: Cli) -> None:
    for verb in ("ledger", "jobs"):
        result = cli(verb)
        assert (result.code, result.out) == (0, "")
        assert "audiolab scan FOLDER" in result.err


def test_ctrl_c_exits_with_130_and_the_next_scan_goes_on(started, cli: Cli, tmp_path: Path) -> None:
    library = tones(tmp_path / "music", 8)
    process = started("scan", str(library), "--workers", "1", "--json")
    wait_for_workers(process.pid)
    process.send_signal(signal.SIGINT)
    stopped = finish(process)
    assert stopped.code == 130
    report = json.loads(stopped.out)
    assert report["interrupted"]
    assert report["found"] == 8
    assert sum(report[n] for n in ("analysed", "unchanged", "skipped", "failed")) == 8
    rest = json.loads(cli("scan", str(library), "--workers", "1", "--json").out)
    assert (rest["unchanged"], rest["analysed"]) == (report["analysed"], 8 - report["analysed"])


@pytest.mark.long
def test_ctrl_c_twice_stops_at_once(started, cli: Cli, tmp_path: Path) -> None:
    process = started("scan", str(tones(tmp_path / "music", 8)), "--workers", "1")
    wait_for_workers(process.pid)
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    stopped = finish(process)
    assert (stopped.code, stopped.out) == (130, "")
    assert "Traceback" not in stopped.err


@pytest.mark.long
def test_killed_at_any_moment_nothing_is_lost_and_nothing_twice(
    started, cli: Cli, database_url: str, tmp_path: Path
) -> None:
    library = tones(tmp_path / "music", 16, seconds=20)
    process = started("scan", str(library), "--workers", "1")
    wait_for_workers(process.pid)
    second = cli("scan", str(library))
    assert second.code == 2
    assert f"is being scanned by process {process.pid} on" in second.err
    wait_for_tracks(database_url, 1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    with Catalog.open(database_url) as catalog:
        ids = set(catalog.tracks().index)
    rest = json.loads(cli("scan", str(library), "--workers", "1", "--json").out)
    assert rest["unchanged"] == len(ids)
    assert rest["found"] == rest["analysed"] + rest["unchanged"] == 16
    with Catalog.open(database_url) as catalog:
        assert set(catalog.tracks().index) >= ids
        assert catalog.count() == 16
