"""Kill everything at random moments; a rerun must reach the state of an undisturbed scan.

    python -m tests.benchmarks.faults kills --rounds 50 --seed 1
    python -m tests.benchmarks.faults mutated --files 2000 --seed 1

kills: `audiolab scan` runs over a small library while one of scanner (and with it the scheduler),
one worker, all workers or the database is killed with SIGKILL; then it runs again, and every row
of the catalog is compared with the rows of a scan that nobody disturbed.

mutated: audio files with flipped, cut, repeated and overwritten bytes; each must be accounted for,
and a second scan must find nothing to do.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import soundfile
from sqlalchemy import text

from audiolab import Catalog
from audiolab.catalog.embedded import server_status, stop_server
from audiolab.config import Settings

VICTIMS = ("scanner", "a worker", "all workers", "database")
SUFFIXES = ("wav", "flac", "ogg", "mp3")
ROWS = (
    "SELECT path, state, file_size_bytes, mtime_ns, file_hash, audio_hash, title, "
    "duration_seconds, tempo_bpm, key, loudness_lufs, "
    "(SELECT count(*) FROM waveform w WHERE w.track_id = t.id) AS waveforms, "
    "(SELECT string_agg(concat_ws(' ', stage, version, s.state, reason), ', ' ORDER BY stage) "
    " FROM stage_status s WHERE s.track_id = t.id) AS stages FROM track t ORDER BY path"
)


def render(path: Path, generator: np.random.Generator, seconds: float) -> None:
    """A few decaying notes."""
    time_axis = np.arange(int(seconds * 22050)) / 22050
    hz = generator.uniform(100, 900)
    beat = np.exp(-6 * (time_axis % generator.uniform(0.3, 0.8)))
    soundfile.write(path, 0.5 * beat * np.sin(2 * np.pi * hz * time_axis), 22050)


def plant(root: Path, files: int, seed: int) -> None:
    """A library with good files and some that are none."""
    generator = np.random.default_rng(seed)
    for number in range(files):
        folder = root / f"{number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        render(folder / f"{number}.{SUFFIXES[number % len(SUFFIXES)]}", generator, 4 + number % 9)
    (root / "empty.mp3").touch()
    (root / "diary.flac").write_text("Dear diary")


def command(data: Path, root: Path) -> list[str]:
    """The scan as a user starts it."""
    options = ["--workers", "2", "--stages", "tags,signal", "--json"]
    return [sys.executable, "-m", "audiolab", "--data-dir", str(data), "scan", str(root), *options]


def rows(data: Path) -> pd.DataFrame:
    """What the catalog knows, the ids and times left out."""
    with (
        Catalog.open(settings=Settings(data_dir=data)) as catalog,
        catalog._database.read() as connection,
    ):
        tracks = pd.read_sql_query(text(ROWS), connection)
    for name in ("file_hash", "audio_hash"):
        tracks[name] = [None if value is None else bytes(value).hex() for value in tracks[name]]
    return tracks


def strike(victim: str, scanner: "subprocess.Popen[bytes]", data: Path) -> None:
    """Kill it, if it lives."""
    with suppress(psutil.Error, ProcessLookupError):
        if victim == "scanner":
            scanner.kill()
        elif victim == "database":
            if (pid := server_status(data).pid) is not None:  # else it has not started yet
                os.kill(pid, signal.SIGKILL)
        else:
            children = psutil.Process(scanner.pid).children(recursive=True)
            workers = [p for p in children if "spawn_main" in " ".join(p.cmdline())]
            for process in workers if victim == "all workers" else workers[:1]:
                process.kill()


def forget(data: Path) -> None:
    """An empty catalog."""
    with Catalog.open(settings=Settings(data_dir=data)) as catalog:
        for root in catalog.roots():
            catalog.remove_root(root)


def kills(rounds: int, seed: int, files: int) -> None:
    """The rounds, one line each."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="audiolab-faults-") as name:
        Path(name).chmod(0o755)
        data, root = Path(name) / "data", Path(name) / "music"
        try:
            plant(root, files, seed)
            begun = time.monotonic()
            subprocess.run(command(data, root), capture_output=True, check=False)
            whole = time.monotonic() - begun
            truth = rows(data)
            assert len(truth) == files + 2, truth
            for number in range(rounds):
                forget(data)
                victim, moment = chance.choice(VICTIMS), chance.uniform(0, whole)
                quiet = subprocess.DEVNULL
                scanner = subprocess.Popen(command(data, root), stdout=quiet, stderr=quiet)
                time.sleep(moment)
                strike(victim, scanner, data)
                code = scanner.wait(300)
                rerun = subprocess.run(command(data, root), capture_output=True, check=False)
                report = json.loads(rerun.stdout)
                pd.testing.assert_frame_equal(rows(data), truth)
                print(f"{number + 1:3} {victim:12} at {moment:5.1f} s: exit {code:4}, "
                      f"then {report['analysed']:3} analysed, {report['unchanged']:3} unchanged: "
                      "equal", flush=True)  # fmt: skip
        finally:
            stop_server(data)


def mutate(content: bytes, chance: random.Random) -> bytes:
    """The content with something wrong."""
    damaged = bytearray(content)
    kind = chance.randrange(5)
    if kind == 0:
        for _ in range(chance.randrange(1, 50)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del damaged[chance.randrange(len(damaged)) :]
    elif kind == 2:
        start = chance.randrange(len(damaged))
        damaged[start : start + 4000] = chance.randbytes(min(4000, len(damaged) - start))
    elif kind == 3:
        start = chance.randrange(len(damaged))
        damaged[start:start] = damaged[start : start + 2000]
    else:
        damaged[: chance.randrange(1, 200)] = chance.randbytes(chance.randrange(1, 200))
    return bytes(damaged)


def mutated(files: int, seed: int) -> None:
    """Scan the clean files, then as many damaged ones, then those again."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="audiolab-faults-") as name:
        Path(name).chmod(0o755)
        data, clean, bad = Path(name) / "data", Path(name) / "clean", Path(name) / "bad"
        generator = np.random.default_rng(seed)
        clean.mkdir()
        bad.mkdir()
        try:
            for number in range(files):
                source = clean / f"{number}.{SUFFIXES[number % len(SUFFIXES)]}"
                render(source, generator, 2.0)
                (bad / source.name).write_bytes(mutate(source.read_bytes(), chance))
            times = {}
            for root in (clean, bad, bad):
                run = subprocess.run(command(data, root), capture_output=True, check=False)
                assert run.returncode in (0, 1), run.stderr[-2000:]
                report = json.loads(run.stdout)
                times.setdefault(root.name, report["seconds"])
                reasons: dict[str, int] = {}
                for failure in report.pop("failures"):
                    reasons[failure["reason"]] = reasons.get(failure["reason"], 0) + 1
                numbers = {k: report[k] for k in ("found", "analysed", "unchanged", "failed")}
                print(root.name, numbers, f"{report['seconds']:.1f} s", reasons, flush=True)
                assert report["found"] == files
            assert report["analysed"] == 0, "the second scan tried again"
            print(f"damaged files take {times['bad'] / times['clean']:.2f} times as long")
        finally:
            stop_server(data)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["kills", "mutated"])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--files", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.what == "kills":
        kills(chosen.rounds, chosen.seed, chosen.files or 40)
    else:
        mutated(chosen.files or 2000, chosen.seed)


if __name__ == "__main__":
    main()
