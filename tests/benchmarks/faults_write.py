"""Write tags into thousands of files and take them back, killed over and over: none is damaged.

    python -m tests.benchmarks.faults_write --files 10000 --seed 1

`audiolab write --yes` runs until nothing is left to write, then `audiolab write --undo` until
nothing is left to undo; at random moments the program, or now and then the database, is killed
with SIGKILL. Whatever a kill left pending is looked at at once; at the end of each half every file
is decoded and its tags are compared slot by slot with what they were.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from audiolab import Catalog
from audiolab.analysis import run_stages
from audiolab.analysis.audio_hash import audio_hash
from audiolab.catalog.embedded import server_status
from audiolab.scanner.model import Task
from audiolab.scanner.records import to_record
from audiolab.scanner.storage import hash_file
from audiolab.scanner.worker import FileResult
from audiolab.writeback.containers import open_tags
from tests.benchmarks.fault_library import Library, library
from tests.writeback.samples import KINDS, tagged

STAGES = ("tags", "signal")
SOURCES = 28
BATCH = 500
FIELDS = "bpm,key,mood,replaygain"
DATABASE_SHARE = 0.1  # of the kills
MOST_AT_ONCE = 1_000  # files until the next kill
TOUCHED = {"TBPM", "TXXX:BPM", "TXXX:fBPM", "TKEY", "TMOO", "BPM", "KEY", "INITIALKEY", "MOOD",
           "REPLAYGAIN_TRACK_GAIN", "REPLAYGAIN_TRACK_PEAK", "R128_TRACK_GAIN", "tmpo",
           "TXXX:replaygain_track_gain", "TXXX:REPLAYGAIN_TRACK_PEAK"}  # fmt: skip


class Truth:
    """What each file was: its source's sound and tags, and its own bytes."""

    def __init__(self, music: Path, files: int) -> None:
        self.sources = [
            tagged(music.parent / f"source-{number}.{KINDS[number % len(KINDS)]}", number)
            for number in range(SOURCES)
        ]
        self.sounds = [audio_hash(source) for source in self.sources]
        self.tags = [open_tags(source).everything() for source in self.sources]
        self.bytes = [hash_file(source) for source in self.sources]
        self.paths = []
        for number in range(files):
            source = self.sources[number % SOURCES]
            path = music / f"{number % 100:02}" / f"{number:05}{source.suffix}"
            path.parent.mkdir(exist_ok=True)
            shutil.copy(source, path)
            self.paths.append(path)

    def check(self, number: int, *, undone: bool) -> None:
        """That a file is whole."""
        path, place = self.paths[number], number % SOURCES
        assert audio_hash(path) == self.sounds[place], f"{path} sounds different"
        now, before = open_tags(path).everything(), self.tags[place]
        changed = {name for name in {*now, *before} if now.get(name) != before.get(name)}
        free = {name for name in changed if name.startswith("----:com.apple.iTunes:")}
        assert changed - free <= (set() if undone else TOUCHED), (path, changed)
        if undone:
            assert not changed, (path, changed)

    def check_all(self, *, undone: bool) -> None:
        """That all are, and that nothing lies beside them."""
        for number in range(len(self.paths)):
            self.check(number, undone=undone)
        left = list(self.paths[0].parent.parent.rglob(".audiolab*"))
        assert left == [], left


def fill(catalog: Catalog, music: Path, truth: Truth) -> None:
    """The catalog as a scan leaves it; the sources alone are analysed."""
    outcomes = [run_stages(STAGES, source) for source in truth.sources]
    root = catalog.root(music)
    for start in range(0, len(truth.paths), BATCH):
        records = []
        for number in range(start, min(start + BATCH, len(truth.paths))):
            path, place = truth.paths[number], number % SOURCES
            status, name = path.stat(), path.relative_to(music).as_posix()
            task = Task(name, status.st_size, status.st_mtime_ns, STAGES, "new")
            result = FileResult(status.st_size, status.st_mtime_ns, truth.bytes[place],
                                outcomes[place])  # fmt: skip
            records.append(to_record(task, result))
        catalog.write(root, records)
    with catalog._database.cursor(write=True) as cursor:
        cursor.execute(
            "UPDATE track SET tempo_bpm = 100 + random() * 60, key = 'F# minor', "
            "mood_primary = 'calm'"
        )


def run(music: Library, arguments: list[str], catalog: Catalog, chance: random.Random) -> str:
    """Start `audiolab write`, kill something while it is at it; what became of it."""
    command = [sys.executable, "-m", "audiolab", "--data-dir", str(music.data), "write", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        before, wanted = noted(catalog), chance.uniform(1, MOST_AT_ONCE)
        while process.poll() is None and noted(catalog) < before + wanted:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.5))
        if process.poll() is not None:
            return {0: "finished", 2: "refused"}.get(process.returncode, "failed")
        if chance.random() < DATABASE_SHARE:
            pid = server_status(music.data).pid
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
            process.wait(300)
            return "database killed"
        process.kill()
        return "killed"


def noted(catalog: Catalog) -> int:
    """How many changes the journal has."""
    writes = catalog.tag_writes()[["written", "undone", "failed", "pending"]]
    return int(writes.to_numpy().sum())


def until_done(
    music: Library, arguments: list[str], truth: Truth, chance: random.Random, *, undone: bool
) -> Counter[str]:
    """Run again and again, as somebody whose machine dies all the time would."""
    ends: Counter[str] = Counter()
    while True:
        with music.catalog() as catalog:
            end = run(music, arguments, catalog, chance)
            ends[end] += 1
            pending = catalog.tag_changes("pending")
            counts = catalog.tag_writes()[["written", "undone", "failed", "pending"]].sum()
        for change in pending:
            number = int(Path(change.path).stem)
            truth.check(number, undone=False)
        print(f"  {end:16} {len(pending):3} pending, all whole; {counts.to_dict()}", flush=True)
        if end == "refused" or (end == "finished" and not undone):
            return ends


def main() -> None:
    """Both halves."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    with library(0, chosen.seed) as music:
        for path in music.music.iterdir():
            path.unlink()
        truth = Truth(music.music, chosen.files)
        with music.catalog() as catalog:
            fill(catalog, music.music, truth)
        print(f"{chosen.files} files of {', '.join(KINDS)}", flush=True)
        for name, arguments, undone in (
            ("write", ["--yes", "--fields", FIELDS], False),
            ("undo", ["--undo"], True),
        ):
            begun = time.monotonic()
            ends = until_done(music, arguments, truth, chance, undone=undone)
            seconds = time.monotonic() - begun
            truth.check_all(undone=undone)
            report = music.scan("--dry-run")
            print(f"{name}: {dict(ends)}, {seconds:.0f} s; {chosen.files} files whole; the next "
                  f"scan takes {report['unchanged']} for unchanged", flush=True)  # fmt: skip
            assert report["unchanged"] == chosen.files, report
        same = sum(hash_file(path) == truth.bytes[number % SOURCES]
                   for number, path in enumerate(truth.paths))  # fmt: skip
        print(f"{same} of {chosen.files} files are byte for byte what they were")


if __name__ == "__main__":
    main()
