"""Kill everything at random moments, damage thousands of files: what is left must be whole.

    python -m tests.benchmarks.faults kills --rounds 50 --seed 1
    python -m tests.benchmarks.faults mutated --files 2000 --seed 1

kills: `audiolab scan` runs over a small library while one of scanner (and with it the scheduler),
one worker, all workers or the database is killed with SIGKILL; then it runs again, and every row
of the catalog is compared with the rows of a scan that nobody disturbed.

mutated: audio files with flipped, cut, repeated and overwritten bytes; each must be accounted for
in less than 1.5 times the time of the intact ones, and a second scan must find nothing to do.
"""

import argparse
import random
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.fault_library import (
    BAD_FILES,
    SUFFIXES,
    Library,
    library,
    render,
    same,
    strike,
)

VICTIMS = ("scanner", "a worker", "all workers", "database")
MOST_TIMES = 1.5


def kills(rounds: int, seed: int, files: int) -> None:
    """The rounds, one line each."""
    chance = random.Random(seed)
    with library(files, seed) as music:
        begun = time.monotonic()
        music.scan()
        whole = time.monotonic() - begun
        truth = music.rows()
        assert len(truth) == files + BAD_FILES, truth
        number = 0
        while number < rounds:
            music.forget()
            victim, moment = chance.choice(VICTIMS), chance.uniform(0, whole)
            quiet, begun = subprocess.DEVNULL, time.monotonic()
            scanner = music.start(stdout=quiet, stderr=quiet)
            with suppress(subprocess.TimeoutExpired):
                scanner.wait(moment)
                whole = time.monotonic() - begun  # there was less to do at the same time: too late
                continue
            number += 1
            strike(victim, scanner, music.data)
            code = scanner.wait(300)
            report = music.scan()
            same(music.rows(), truth)
            print(f"{number:3} {victim:12} at {moment:5.1f} s: exit {code:4}, "
                  f"then {report['analysed']:3} analysed, {report['unchanged']:3} unchanged: "
                  "equal", flush=True)  # fmt: skip


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
        intact = _told(_at(music, clean), files)
        damaged = _told(_at(music, bad), files)
        again = _told(_at(music, bad), files)
        assert again["analysed"] == 0, "the second scan tried again"
        times = damaged["seconds"] / intact["seconds"]
        print(f"damaged files take {times:.2f} times as long")
        assert times < MOST_TIMES


def _at(music: Library, folder: Path) -> dict[str, Any]:
    music.music = folder
    return music.scan()


def _told(report: dict[str, Any], files: int) -> dict[str, Any]:
    """The report, once it was printed."""
    reasons = Counter(failure["reason"] for failure in report["failures"])
    numbers = {k: report[k] for k in ("found", "analysed", "unchanged", "failed")}
    print(report["roots"][0][-5:], numbers, f"{report['seconds']:.1f} s", dict(reasons), flush=True)
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
        kills(chosen.rounds, chosen.seed, chosen.files or 40)
    else:
        mutated(chosen.files or 2000, chosen.seed)


if __name__ == "__main__":
    main()
