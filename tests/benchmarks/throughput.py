"""How much of the machine a scan gives to the analysis, against two processes that do nothing else.

    python -m tests.benchmarks.throughput FOLDER... --rounds 3

The files below the folders (60 or more make sense) are analysed three times, in turn: by one
process, by one process per core that share them without talking to each other, and by
`audiolab scan` into a catalog of its own. Every clock starts with the process and stops with its
end, imports included; the rows "steady" begin when everybody has imported and compiled: a scan of
days spends its time there.

efficiency: CPU seconds that one process alone needs for the files, by wall time × cores.
of the ceiling: speed of the scan, by that of the independent processes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import audiolab
from audiolab.analysis import AUDIO_EXTENSIONS, Installed, run_stages
from audiolab.catalog.embedded import ensure_server, stop_server
from audiolab.config import Settings
from audiolab.scanner.cluster import ENVIRONMENT
from audiolab.scanner.progress import Silent

STAGES = ("tags", "signal")


@dataclass(frozen=True)
class Run:
    """Seconds of one way to analyse the files."""

    wall: float
    steady: float
    cpu: float


def files_below(folders: Sequence[str]) -> list[Path]:
    """Those with an audio extension, the largest first."""
    found = [
        file
        for folder in folders
        for file in Path(folder).rglob("*")
        if file.suffix.lower() in AUDIO_EXTENSIONS
    ]
    return sorted(found, key=lambda file: -file.stat().st_size)


def analyse(files: Sequence[Path]) -> None:
    """What an independent process does; its times go to stdout."""
    run_stages(STAGES, files[-1], Installed())
    begun, cpu = time.monotonic(), time.process_time()
    for file in files:
        run_stages(STAGES, file, Installed())
    print(json.dumps({"steady": time.monotonic() - begun, "cpu": time.process_time() - cpu}))


def independent(files: Sequence[Path], processes: int) -> Run:
    """So many processes, each with every so manieth file."""
    command = [sys.executable, "-m", "tests.benchmarks.throughput", "--analyse"]
    environment = os.environ | ENVIRONMENT
    begun = time.monotonic()
    started = [
        subprocess.Popen(
            [*command, *files[place::processes]], stdout=subprocess.PIPE, env=environment, text=True
        )
        for place in range(processes)
    ]
    said = [json.loads(process.communicate()[0]) for process in started]
    wall = time.monotonic() - begun
    return Run(wall, max(one["steady"] for one in said), sum(one["cpu"] for one in said))


class Clock(Silent):
    """Notes when each file was through, and its bytes."""

    def __init__(self, music: Path) -> None:
        self._music = music
        self.done: list[tuple[float, int]] = []

    def finished(self, path: str, failure: object) -> None:
        """One more."""
        self.done.append((time.monotonic(), (self._music / path).stat().st_size))

    def steady(self, processes: int) -> float:
        """Seconds for all bytes at the speed since every process has delivered something."""
        since, _ = self.done[processes]
        after = sum(size for _, size in self.done[processes + 1 :])
        return (self.done[-1][0] - since) * sum(size for _, size in self.done) / after


def scan_here(music: Path, data: Path, processes: int) -> None:
    """What the scanning process does; its times go to stdout."""
    clock = Clock(music)
    settings = Settings(data_dir=data, num_workers=processes)
    report = audiolab.scan(music, settings=settings, stages=STAGES, progress=clock)
    print(json.dumps({"steady": clock.steady(processes), "found": report.found,
                      "through": report.analysed + report.failed}))  # fmt: skip


def scan(music: Path, count: int, processes: int) -> Run:
    """A scan in a process of its own, with its workers, into a new catalog."""
    with tempfile.TemporaryDirectory(prefix="audiolab-bench-", dir="/tmp") as name:
        data = Path(name)
        data.chmod(0o755)
        ensure_server(data)
        before = _children_cpu()
        begun = time.monotonic()
        command = [sys.executable, "-m", "tests.benchmarks.throughput", "--scan", music, data]
        done = subprocess.run(
            [*command, str(processes)], stdout=subprocess.PIPE, text=True, check=True
        )
        wall = time.monotonic() - begun
        cpu = _children_cpu() - before
        said = json.loads(done.stdout)
        assert said["found"] == said["through"] == count, said
        stop_server(data)
    return Run(wall, said["steady"], cpu)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Take turns, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=1, help="how often each file is in the pool")
    parser.add_argument("--analyse", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--scan", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.scan:
        music, data, processes = chosen.folders
        scan_here(Path(music), Path(data), int(processes))
        return
    if chosen.analyse:
        analyse([Path(file) for file in chosen.folders])
        return
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="audiolab-pool-", dir="/tmp") as name:
        for number, file in enumerate(files_below(chosen.folders) * chosen.times):
            (Path(name) / f"{number:04}{file.suffix}").symlink_to(file.resolve())
        pool = files_below([name])
        print(f"{len(pool)} files, {cores} cores")
        rows: dict[str, list[Run]] = {"alone": [], "apart": [], "scan": []}
        for _ in range(chosen.rounds):
            rows["alone"].append(independent(pool, 1))
            rows["apart"].append(independent(pool, cores))
            rows["scan"].append(scan(Path(name), len(pool), cores))
            print(
                "  ".join(f"{way} {runs[-1].wall:.1f} s" for way, runs in rows.items()), flush=True
            )
    report(rows, cores)


def report(rows: dict[str, list[Run]], cores: int) -> None:
    """Medians of all rounds."""
    middle = {
        way: Run(
            *(median(getattr(run, part) for run in runs) for part in ("wall", "steady", "cpu"))
        )
        for way, runs in rows.items()
    }
    for way, run in middle.items():
        print(f"{way:6} wall {run.wall:6.1f} s, steady {run.steady:6.1f} s, CPU {run.cpu:6.1f} s")
    for clock in ("wall", "steady"):
        seconds = {way: getattr(run, clock) for way, run in middle.items()}
        print(
            f"{clock}: apart {seconds['alone'] / seconds['apart']:.2f} times as fast as alone, "
            f"scan {seconds['alone'] / seconds['scan']:.2f}: "
            f"{seconds['apart'] / seconds['scan']:.1%} of the ceiling; "
            f"efficiency {middle['alone'].cpu / seconds['scan'] / cores:.1%}"
        )


if __name__ == "__main__":
    main()
