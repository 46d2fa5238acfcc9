"""Kill everything at random moments, damage thousands of files: what is left must be whole.

    python -m tests.benchmarks.faults kills --rounds 50 --seed 1
    python -m tests.benchmarks.faults mutated --files 2000 --seed 1

kills: `audiolab scan` runs over a library while one of scanner (and with it the scheduler), one
worker, all workers or the database is killed with SIGKILL: some times as it starts, mostly when a
random number of rows has been written. Only the scanner's own death may end the scan. Then it runs
again, and every row of the catalog is compared with the rows of a scan that nobody disturbed.

mutated: audio files with flipped, cut, repeated and overwritten bytes; each must be accounted for
in less than 1.5 times the time of the intact ones, and a second scan must find nothing to do.
"""

import argparse
import random
import resource
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from audiolab.catalog.embedded import server_status
from tests.benchmarks.fault_library import (
    BAD_FILES,
    SUFFIXES,
    Library,
    library,
    render,
    same,
    strike,
)

EARLY_SHARE = 0.2
KILLED_SECONDS = 60  # of music in each file: many batches are written one after the other
BATCH_SECONDS = 2.0
VICTIMS = ("scanner", "a worker", "all workers", "database")
MOST_TIMES = 1.5


def kills(rounds: int, seed: int, files: int) -> None:
    """The rounds, one line each."""
    chance = random.Random(seed)
    partly = Counter[str]()
    with library(files, seed, KILLED_SECONDS) as music:
        begun = time.monotonic()
        music.scan()
        whole = time.monotonic() - begun
        truth = music.rows()
        assert len(truth) == files + BAD_FILES, truth
        for number in range(rounds):
            music.forget()
            victim = chance.choice(VICTIMS)
            early = chance.random() < EARLY_SHARE
            scanner = music.start(stdout=subprocess.DEVNULL)
            if early:
                with suppress(subprocess.TimeoutExpired):
                    scanner.wait(chance.uniform(0, whole / 2))
            else:
                _wait_for_rows(music, scanner, chance.randrange(1, files))
                time.sleep(chance.uniform(0, BATCH_SECONDS))
            is_running, written = scanner.poll() is None, _rows(music)
            strike(victim, scanner, music.data)
            _, said = scanner.communicate(timeout=600)
            code = scanner.returncode
            report = music.scan()
            same(music.rows(), truth)
            is_partly = is_running and 0 < written < len(truth)
            partly[victim] += is_partly
            print(f"{number + 1:3} {victim:12} {written:3} of {len(truth)} rows written"
                  f"{'' if is_running else ', over already'}: exit {code:3}, "
                  f"then {report['analysed']:3} analysed, {report['unchanged']:3} unchanged: "
                  "equal", flush=True)  # fmt: skip
            died = victim == "scanner" and is_running
            assert code == (-signal.SIGKILL if died else 1), said
        print(f"{partly.total()} of {rounds} kills hit a running scan that had written some rows "
              f"and not all: {dict(partly)}")  # fmt: skip


def _rows(music: Library) -> int:
    """Tracks in the catalog."""
    if server_status(music.data).pid is None:
        return 0
    with music.catalog() as catalog:
        return len(catalog.ledger())


def _wait_for_rows(music: Library, scanner: "subprocess.Popen[str]", count: int) -> None:
    """Until a scan has written so many tracks, or is over."""
    with music.catalog() as catalog:
        while scanner.poll() is None and len(catalog.ledger()) < count:
            time.sleep(0.05)


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
    chance, generator = random.Random(seed), np.random.default_rng(seed)
    with library(0, seed) as music:
        clean, bad = music.music / "clean", music.music / "bad"
        clean.mkdir()
        bad.mkdir()
        for number in range(files):
            source = clean / f"{number}.{SUFFIXES[number % len(SUFFIXES)]}"
            render(source, generator, 2.0)
            (bad / source.name).write_bytes(mutate(source.read_bytes(), chance))
        intact, damaged, again = (_told(_at(music, at), files) for at in (clean, bad, bad))
        assert again["analysed"] == 0, "the second scan tried again"
        times = {what: damaged[what] / intact[what] for what in ("seconds", "cpu_seconds")}
        print(f"damaged files take {times['seconds']:.2f} times as long, "
              f"and {times['cpu_seconds']:.2f} times the CPU time")  # fmt: skip
        assert times["seconds"] < MOST_TIMES


def _at(music: Library, folder: Path) -> dict[str, Any]:
    music.music = folder
    before = _children_cpu()
    report = music.scan()
    return report | {"cpu_seconds": _children_cpu() - before}


def _children_cpu() -> float:
    """Of the scans that have ended, with their workers: comparable on a busy machine, too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(report: dict[str, Any], files: int) -> dict[str, Any]:
    """The report, once it was printed."""
    reasons = Counter(failure["reason"] for failure in report["failures"])
    numbers = {k: report[k] for k in ("found", "analysed", "unchanged", "failed")}
    spent = f"{report['seconds']:.1f} s, {report['cpu_seconds']:.1f} CPU-s"
    print(report["roots"][0][-5:], numbers, spent, dict(reasons), flush=True)
    assert report["found"] == files
    return report


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["kills", "mutated"])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--files", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.what == "kills":
        kills(chosen.rounds, chosen.seed, chosen.files or 80)
    else:
        mutated(chosen.files or 2000, chosen.seed)


if __name__ == "__main__":
    main()
