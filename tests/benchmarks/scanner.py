"""What scanning costs beside the analysis: overhead per file, memory over many files, planning.

    python -m tests.benchmarks.scanner flow --files 60000     # stub analysis, real everything else
    python -m tests.benchmarks.scanner plan --files 1000000   # a library in which nothing changed
    python -m tests.benchmarks.scanner hash                   # the second read of a file
    python -m tests.benchmarks.scanner share FOLDER           # analysis alone against a whole scan

CPU seconds count, of the scanning process (client and scheduler), its workers and the database;
wall time says something on a quiet machine only. Memory is the resident set.
"""

import argparse
import os
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from audiolab import Catalog, scan
from audiolab.analysis import STAGE_VERSIONS, FileTags, Installed, StageOutcome
from audiolab.catalog.embedded import stop_server
from audiolab.config import Settings
from audiolab.scanner import run as run_module
from audiolab.scanner import worker
from audiolab.scanner.model import Options
from audiolab.scanner.plan import make_plan
from audiolab.scanner.progress import Silent
from audiolab.scanner.walk import FoundFile, Skipped

PER_FOLDER = 500
MARKS = 12


def stub(stages: tuple[str, ...], file: str, networks: Installed) -> tuple[StageOutcome, ...]:
    """An analysis that takes no time."""
    tags = FileTags(format="mp3", title=Path(file).stem, artist="Somebody")
    return tuple(
        StageOutcome(
            stage, STAGE_VERSIONS[stage], "done", None, 0.0, tags if stage == "tags" else None
        )
        for stage in stages
    )


def process_stub(work: worker.Work) -> worker.FileResult:
    """What a worker does with a file, the analysis left out."""
    return worker.process(work, stub)


@contextmanager
def data_folder() -> Iterator[Path]:
    """One that the database's user can enter; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="audiolab-bench-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        try:
            yield Path(name)
        finally:
            stop_server(Path(name))


def plant(root: Path, files: int) -> None:
    """So many files of a few bytes, each different."""
    for number in range(files):
        folder = root / f"{number // PER_FOLDER:05}"
        if number % PER_FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"{number:07}.mp3").write_bytes(number.to_bytes(4, "big"))


class Gauge(Silent):
    """Memory and CPU time of everybody, noted as files come through."""

    def __init__(self, files: int) -> None:
        self._every = max(1, files // MARKS)
        self._files = 0
        self._lock = threading.Lock()
        self.marks: list[tuple[int, float, float, float, float]] = []

    def finished(self, path: str, failure: object) -> None:
        """Note how things are now and then."""
        self._files += 1
        if self._files % self._every == 0:
            self.note_now()

    def note_now(self) -> None:
        """(files, client + scheduler MB, worker MB, CPU-s of both, CPU-s of the database)."""
        me = psutil.Process()
        workers = [p for p in me.children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]
        self.marks.append(
            (
                self._files,
                me.memory_info().rss / 1e6,
                max((p.memory_info().rss for p in workers), default=0) / 1e6,
                _cpu([me]),
                _cpu(workers),
            )
        )


def _cpu(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        times = process.cpu_times()
        total += times.user + times.system
    return total


def _postgres_cpu(folder: Path) -> float:
    """CPU seconds of the database in a data folder, with those of connections that have ended."""
    total = 0.0
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and str(folder) in " ".join(process.cmdline()):
                times = process.cpu_times()
                total += times.children_user + times.children_system
                total += _cpu([process, *process.children()])
        except psutil.Error:
            continue
    return total


def flow(files: int) -> None:
    """A whole scan of small files with an analysis that does nothing."""
    run_module.Runner = partial(run_module.Runner, work=process_stub)  # type: ignore[misc]
    with data_folder() as folder, tempfile.TemporaryDirectory(dir="/tmp") as music:
        plant(Path(music), files)
        settings = Settings(data_dir=folder, num_workers=2)
        gauge = Gauge(files)
        with Catalog.open(settings=settings) as catalog:
            begun, server = time.monotonic(), _postgres_cpu(folder)
            report = scan(
                music, catalog=catalog, settings=settings, progress=gauge, stages=["tags"]
            )
            seconds = time.monotonic() - begun
            server = _postgres_cpu(folder) - server
        assert report.analysed == files, report
    print("   files  scanner MB  worker MB  scanner CPU-s  workers CPU-s")
    for count, own, workers, own_cpu, workers_cpu in gauge.marks:
        print(f"{count:8} {own:11.0f} {workers:10.0f} {own_cpu:14.1f} {workers_cpu:14.1f}")
    first, last = gauge.marks[0], gauge.marks[-1]
    done = last[0] - first[0]
    for name, cpu in (
        ("client + scheduler", last[3] - first[3]),
        ("workers", last[4] - first[4]),
        ("database", server * done / files),
    ):
        print(f"{name}: {cpu / done * 1e3:.2f} CPU-ms a file")
    print(f"wall: {seconds / files * 1e3:.2f} ms a file")


def plan(files: int) -> None:
    """Planning a library in which nothing changed: real catalog, synthetic walk."""
    with data_folder() as folder, Catalog.open(settings=Settings(data_dir=folder)) as catalog:
        root = catalog.root(Path("/music"))
        with catalog._database.cursor(write=True) as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: quicker
            cursor.execute(
                "INSERT INTO track (id, root_id, path, filename, state, file_size_bytes, mtime_ns, "
                "file_hash) SELECT uuidv7(), %s, format('%%s/%%s.mp3', "
                "lpad((i / 500)::text, 5, '0'), lpad(i::text, 7, '0')), lpad(i::text, 7, '0') || "
                "'.mp3', 'analysed', 5000000 + i, 1700000000000000000 + i, "
                "decode(md5(i::text), 'hex') FROM generate_series(0, %s - 1) i",
                (root.id, files),
            )
            for stage, version in STAGE_VERSIONS.items():
                cursor.execute(
                    "INSERT INTO stage_status (track_id, stage, version, state, seconds) "
                    "SELECT id, %s, %s, 'done', 0.5 FROM track",
                    (stage, version),
                )
            cursor.execute("ANALYZE track")
            cursor.execute("ANALYZE stage_status")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        cpu, begun = time.process_time(), time.monotonic()
        options = Options(tuple(STAGE_VERSIONS), STAGE_VERSIONS)
        result = make_plan(_walk(files), catalog.known_in_order(root), options)
        assert (result.unchanged, result.tasks, result.missing) == (files, (), ()), result.found
        print(f"{files} unchanged files planned in {time.monotonic() - begun:.1f} s wall, "
              f"{time.process_time() - cpu:.1f} CPU-s here")  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(f"largest resident set: {after:.0f} MB, of which {after - before:.0f} MB by the plan")


def _walk(files: int) -> Iterator[FoundFile | Skipped]:
    for number in range(files):
        path = f"{number // PER_FOLDER:05}/{number:07}.mp3"
        yield FoundFile(path, 5_000_000 + number, 1_700_000_000_000_000_000 + number)


def walk(files: int) -> None:
    """The walk through a real tree of empty files."""
    from audiolab.scanner.walk import find

    with tempfile.TemporaryDirectory(dir="/tmp") as music:
        plant(Path(music), files)
        cpu = time.process_time()
        assert sum(1 for _ in find(Path(music))) == files
        print(f"walk: {(time.process_time() - cpu) / files * 1e6:.1f} CPU-µs a file")


def read_twice(megabytes: int = 8) -> None:
    """What the hash costs: CPU time, and whether the disk is asked a second time."""
    import numpy as np
    import soundfile

    from audiolab.scanner.storage import hash_file
    from audiolab.scanner.worker import Work, process

    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "a.flac"
        noise = np.random.default_rng(0).normal(0, 0.1, (megabytes * 400_000, 2)).clip(-1, 1)
        soundfile.write(file, noise, 44100)
        process(Work(name, file.name, ("tags", "signal"), 60.0))  # imports and compilation
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        before, cpu = _read_bytes(), time.process_time()
        process(Work(name, file.name, ("tags", "signal"), 60.0))
        whole = time.process_time() - cpu
        disk = _read_bytes() - before
        cpu = time.process_time()
        hash_file(file)
        alone = time.process_time() - cpu
        size = file.stat().st_size
    print(f"a file of {size / 1e6:.1f} MB: {disk / size:.2f} times read from the disk")
    print(f"hash {alone * 1e3:.1f} CPU-ms of {whole * 1e3:.0f}: {alone / whole:.1%}")


def _read_bytes() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["read_bytes"])


def share(folder: str) -> None:
    """How much of a scan's CPU time is analysis."""
    from audiolab.analysis import run_stages

    files = sorted(p for p in Path(folder).rglob("*") if p.is_file() and not p.name.startswith("."))
    stages = tuple(STAGE_VERSIONS)
    run_stages(stages, str(files[0]), Installed())
    cpu = time.process_time()
    for file in files:
        run_stages(stages, str(file), Installed())
    alone = time.process_time() - cpu
    with data_folder() as data:
        settings = Settings(data_dir=data, num_workers=2)
        with Catalog.open(settings=settings) as catalog:
            server = _postgres_cpu(data)
            before = _all_cpu()
            begun = time.monotonic()
            report = scan(folder, catalog=catalog, settings=settings, stages=stages)
            wall = time.monotonic() - begun
            total = _all_cpu() - before + _postgres_cpu(data) - server
    print(f"{report.found} files: {alone:.1f} CPU-s of analysis, {total:.1f} in the whole scan "
          f"(of which starting workers takes about 3 each), {wall:.1f} s wall")  # fmt: skip


def _all_cpu() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["flow", "plan", "walk", "hash", "share"])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--files", type=int, default=60_000)
    chosen = parser.parse_args()
    if chosen.what == "hash":
        read_twice()
    elif chosen.what == "share":
        share(chosen.folder)
    else:
        {"flow": flow, "plan": plan, "walk": walk}[chosen.what](chosen.files)


if __name__ == "__main__":
    main()
