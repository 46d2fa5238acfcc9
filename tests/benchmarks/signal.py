"""CPU cost of the signal stage against the two usual ways, over the same files in the same run.

    python -m tests.benchmarks.signal POOL [--limit N] [--hours H]

POOL is a folder of audio files. Each pipeline runs in a process of its own, on one thread, and
warms up on the first file before it is measured. The pipelines take turns file by file, so that
what else the machine does meets all of them. ``--hours`` adds peak memory for a generated recording
of that length.

ours       audiolab's signal stage: everything, true peak and beats included
librosa    the obvious pipeline: load, every feature on its own, load again for the peaks
essentia   MusicExtractor, plus the 800 peaks it does not give
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

MARK = "RESULT"
PIPELINES = ("ours", "librosa", "essentia")
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}
KRUMHANSL = np.array(
    [
        [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
        [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
    ]
)


def ours(path: str) -> None:
    """The signal stage."""
    from audiolab.analysis import run_stage

    outcome = run_stage("signal", path)
    if outcome.result is None:
        raise SystemExit(f"{path}: {outcome.reason}")


def peaks(samples: Any, columns: int = 800) -> Any:
    """The largest magnitude in each of 800 columns."""
    edges = np.linspace(0, len(samples), columns + 1).astype(int)[:-1]
    return np.maximum.reduceat(np.abs(samples), edges)


def librosa(path: str) -> None:
    """What a tutorial does."""
    import librosa

    y, rate = librosa.load(path, sr=22_050)
    librosa.feature.tempo(y=y, sr=rate)
    chroma = librosa.feature.chroma_cqt(y=y, sr=rate).mean(axis=1)
    [np.corrcoef(chroma, np.roll(one, tonic)) for one in KRUMHANSL for tonic in range(12)]
    librosa.feature.rms(y=y).mean()
    librosa.feature.spectral_centroid(y=y, sr=rate).mean()
    librosa.feature.spectral_rolloff(y=y, sr=rate).mean()
    librosa.feature.spectral_bandwidth(y=y, sr=rate).mean()
    librosa.feature.zero_crossing_rate(y).mean()
    librosa.feature.mfcc(y=y, sr=rate, n_mfcc=13).mean(axis=1)
    onsets = librosa.onset.onset_strength(y=y, sr=rate)
    _, beats = librosa.beat.beat_track(y=y, sr=rate)
    onsets[beats].mean()
    again, _ = librosa.load(path, sr=22_050)
    peaks(again)


def essentia(path: str) -> None:
    """Essentia's own collection."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import essentia
    import essentia.standard as es

    essentia.log.infoActive = essentia.log.warningActive = False
    statistics = {f"{group}Stats": ["mean", "stdev"] for group in ("lowlevel", "rhythm", "tonal")}
    es.MusicExtractor(rhythmMethod="degara", **statistics)(path)
    peaks(es.MonoLoader(filename=path, sampleRate=22_050)())


def peak_memory_mb() -> float:
    """Largest resident set of this process so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def work(name: str) -> None:
    """Run one pipeline over each path that comes in, and answer with what it took."""
    run: Callable[[str], None] = {"ours": ours, "librosa": librosa, "essentia": essentia}[name]
    for line in sys.stdin:
        start = time.process_time()
        run(line.rstrip("\n"))
        took = time.process_time() - start
        print(MARK + json.dumps({"seconds": took, "peak": peak_memory_mb()}), flush=True)


class Worker:
    """One pipeline in a process of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seconds = 0.0
        self.peak = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.signal", "--worker", name],
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, path: str) -> float:
        """CPU-seconds that the pipeline took for a file."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith(MARK):
                found = json.loads(line.removeprefix(MARK))
                self.peak = found["peak"]
                return float(found["seconds"])
        raise SystemExit(f"{self.name} failed on {path}")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def compare(paths: list[str]) -> None:
    """Print the table of the three pipelines."""
    import soundfile

    minutes = sum(soundfile.info(path).duration for path in paths) / 60
    workers = [Worker(name) for name in PIPELINES]
    for worker in workers:
        worker.run(paths[0])
    for path in paths:
        for worker in workers:
            worker.seconds += worker.run(path)
    print(f"{len(paths)} files, {minutes:.1f} minutes of audio, one thread")
    print(f"{'pipeline':10} {'CPU-s/track':>12} {'CPU-s/min':>10} {'ours is':>14} {'peak MB':>8}")
    for worker in workers:
        worker.close()
        total = worker.seconds
        ratio = f"{total / workers[0].seconds:.1f} x cheaper" if worker.name != "ours" else ""
        print(
            f"{worker.name:10} {total / len(paths):12.2f} {total / minutes:10.3f} {ratio:>14} "
            f"{worker.peak:8.0f}"
        )


def long_file(hours: float, seed: str) -> None:
    """Print the memory that one long recording costs over the idle process."""
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.flac")
        generator = np.random.default_rng(0)
        with soundfile.SoundFile(path, "w", 44_100, 2) as file:
            for _ in range(round(hours * 60)):
                file.write(0.1 * generator.standard_normal((44_100 * 60, 2)).clip(-3, 3))
        worker = Worker("ours")
        worker.run(seed)
        idle = worker.peak
        seconds = worker.run(str(path))
        worker.close()
    print(
        f"{hours:g} h: idle {idle:.0f} MB, peak {worker.peak:.0f} MB "
        f"(+{worker.peak - idle:.0f}), {seconds:.1f} CPU-s"
    )


def main() -> None:
    """Run the comparison, or one worker of it."""
    if sys.argv[1:2] == ["--worker"]:
        work(sys.argv[2])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path, metavar="POOL")
    parser.add_argument("--limit", type=int, help="only the first N files")
    parser.add_argument("--hours", type=float, help="also measure memory for H hours of audio")
    arguments = parser.parse_args()
    kinds = {".mp3", ".wav", ".flac", ".ogg", ".aiff"}  # what all three can read
    paths = sorted(str(path) for path in arguments.pool.rglob("*") if path.suffix in kinds)
    if not paths:
        parser.error(f"expected a folder of audio files, found none in {arguments.pool}")
    compare(paths[: arguments.limit])
    if arguments.hours:
        long_file(arguments.hours, paths[0])


if __name__ == "__main__":
    main()
