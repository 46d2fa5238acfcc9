"""Kill the embedded database at random moments while a writer works: is every batch there?

    python -m tests.benchmarks.faults_database --moments 20 --seed 1
    python -m tests.benchmarks.faults_database --moments 20 --victims everybody
    python -m tests.benchmarks.faults_database --full-disk     (root on Linux: mounts a small disk)

The writer is a process that attaches, writes batches through the catalog and notes each batch on
disk once the commit is acknowledged. At a random moment one of these is killed with SIGKILL: all
of the server's processes, its first process, one of the others, or the writer. After each recovery
every noted batch must be in the catalog, complete and once.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audiolab import Catalog
from audiolab.catalog.embedded import ensure_server, stop_server
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.processes import members, postmaster, send
from audiolab.catalog.records import TrackRecord
from audiolab.config import Settings
from audiolab.errors import AudiolabError
from tests.data_folders import temporary_data_dir

BATCH = 50
VICTIMS = ("everybody", "first", "other", "writer")


@dataclass
class Faults:
    """What the kills led to.

    Attributes
    ----------
    killed : list of str
        The victims, in order.
    recovery_seconds : list of float
        From asking for the server to its first answer, after each kill.
    batches : int
        Batches that were acknowledged.
    lost : list of int
        Acknowledged batches that are missing or incomplete.
    doubled : int
        Tracks that are there more than once.
    """

    killed: list[str] = field(default_factory=list)
    recovery_seconds: list[float] = field(default_factory=list)
    batches: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: int = 0


def write_batches(data_dir: Path, notes: Path) -> None:
    """The writer: for ever, through whatever happens to the server."""
    descriptor = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = len(noted(notes))
    while True:
        try:
            with Catalog.open(settings=Settings(data_dir=data_dir)) as catalog:
                root = catalog.root(Path("/music"), create=True)
                while True:
                    catalog.write(root, batch(number))
                    os.write(descriptor, f"{number}\n".encode())
                    number += 1
        except AudiolabError:
            time.sleep(0.05)  # and again: the batch was not acknowledged


def batch(number: int) -> list[TrackRecord]:
    """Some tracks whose paths tell the batch."""
    return [
        TrackRecord(f"{number:06d}/{i:02d}.mp3", "analysed", 1, 1, values={"tempo_bpm": 120.0})
        for i in range(BATCH)
    ]


def noted(notes: Path) -> list[int]:
    """The batches that were acknowledged; a last line that was cut does not count."""
    if not notes.exists():
        return []
    return [int(line) for line in notes.read_text().split("\n")[:-1]]


def found(data_dir: Path) -> tuple[dict[int, int], int]:
    """Tracks by batch, and how many are there twice."""
    for attempt in range(10):
        try:
            with Catalog.open(settings=Settings(data_dir=data_dir)) as catalog:
                paths = catalog.tracks(columns=["path"])["path"]
            break
        except AudiolabError:  # the server may notice only now that a process was killed
            if attempt == 9:
                raise
            time.sleep(0.2)
    counts = paths.str.split("/").str[0].astype(int).value_counts()
    return counts.to_dict(), int(paths.duplicated().sum())


def kill(
    victim: str, data_dir: Path, writer: subprocess.Popen[bytes], chance: random.Random
) -> None:
    """SIGKILL to the chosen ones."""
    pgdata = Cluster.at(data_dir).pgdata
    if victim == "writer":
        writer.kill()
        return
    everybody, first = members(pgdata), postmaster(pgdata)
    if victim == "first":
        everybody = [first] if first else []
    elif victim == "other":
        others = [process for process in everybody if first is None or process.pid != first.pid]
        everybody = chance.sample(others, min(1, len(others)))
    send(everybody, signal.SIGKILL)


def start_writer(data_dir: Path, notes: Path) -> subprocess.Popen[bytes]:
    """The writer as a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.faults_database", "--write", data_dir, notes]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2])


def run(moments: int, seed: int, victims: Sequence[str] = VICTIMS) -> Faults:
    """Kill `moments` times and look each time.

    Parameters
    ----------
    moments : int
        How often to kill.
    seed : int
        For the victims and the moments: 0.05 to 1.5 s after the last batch was seen.
    victims : sequence of str
        Some of `VICTIMS`, in turns.
    """
    chance, faults = random.Random(seed), Faults()
    with temporary_data_dir() as data_dir:
        notes = data_dir / "notes"
        found(data_dir)  # makes the database
        writer = start_writer(data_dir, notes)
        try:
            for moment in range(moments):
                victim = victims[moment % len(victims)]
                wait_for_progress(notes, writer)
                time.sleep(chance.uniform(0.05, 1.5))
                kill(victim, data_dir, writer, chance)
                acknowledged = noted(notes)
                began = time.perf_counter()
                ensure_server(data_dir)
                faults.recovery_seconds.append(time.perf_counter() - began)
                counts, faults.doubled = found(data_dir)
                faults.killed.append(victim)
                faults.batches = len(acknowledged)
                faults.lost += [each for each in acknowledged if counts.get(each) != BATCH]
                if victim == "writer":
                    writer.wait()
                    writer = start_writer(data_dir, notes)
        finally:
            writer.kill()
            writer.wait()
    return faults


def wait_for_progress(notes: Path, writer: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Until the writer has written something new."""
    before, deadline = len(noted(notes)), time.monotonic() + seconds
    while len(noted(notes)) <= before:
        if writer.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the writer does not write any more")
        time.sleep(0.01)


def full_disk() -> str:
    """Fill a small disk until the database gives up, make room, and look.

    Returns
    -------
    str
        What the user was told.
    """
    top = Path(tempfile.mkdtemp(prefix="audiolab-disk-", dir="/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=180m,mode=755", "tmpfs", top], check=True)
    try:
        notes, ballast = top / "notes", top / "ballast"
        ballast.write_bytes(bytes(40_000_000))
        found(top)
        told = [_write_until_full(top, notes), _complaint(top)]
        ballast.unlink()
        counts, doubled = found(top)
        lost = [each for each in noted(notes) if counts.get(each) != BATCH]
        told.append(f"{len(noted(notes))} batches acknowledged, lost {lost}, doubled {doubled}")
        return "\n".join(told)
    finally:
        stop_server(top)
        subprocess.run(["umount", top], check=True)
        shutil.rmtree(top)


def _complaint(top: Path) -> str:
    """What the next use of a full disk says."""
    try:
        return ensure_server(top)
    except AudiolabError as error:
        return f"{type(error).__name__}: {error}"


def _write_until_full(top: Path, notes: Path) -> str:
    number = 0
    with notes.open("a") as file:
        while True:
            try:
                with Catalog.open(settings=Settings(data_dir=top)) as catalog:
                    root = catalog.root(Path("/music"), create=True)
                    while True:
                        catalog.write(root, batch(number))
                        number += 1
                        file.write(f"{number - 1}\n")
                        file.flush()
            except AudiolabError as error:
                return f"{type(error).__name__}: {error}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=VICTIMS)
    parser.add_argument("--full-disk", action="store_true")
    parser.add_argument("--write", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_batches(*options.write)
    if options.full_disk:
        print(full_disk())
        return
    faults = run(options.moments, options.seed, options.victims)
    slowest = max(faults.recovery_seconds)
    print(f"{len(faults.killed)} kills: {', '.join(faults.killed)}")
    print(f"{faults.batches} batches of {BATCH} acknowledged; lost: {faults.lost}")
    print(f"tracks there twice: {faults.doubled}")
    print(
        f"recovery: median {sorted(faults.recovery_seconds)[len(faults.recovery_seconds) // 2]:.2f}"
    )
    print(f"slowest {slowest:.2f} s")
    sys.exit(1 if faults.lost or faults.doubled else 0)


if __name__ == "__main__":
    main()
