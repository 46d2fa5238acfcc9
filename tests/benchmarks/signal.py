"""CPU cost of the signal stage against the two usual ways, over the same files in the same run.

    python -m tests.benchmarks.signal POOL [--limit N] [--hours H]

POOL is a folder of audio files. Each pipeline runs in a process of its own, on one thread, and
warms up on the first file before it is measured. ``--hours`` adds peak memory for a generated
recording of that length.

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


def work(name: str, paths: list[str]) -> None:
    """Measure one pipeline in this process and print the result as JSON."""
    run: Callable[[str], None] = {"ours": ours, "librosa": librosa, "essentia": essentia}[name]
    run(paths[0])
    idle = peak_memory_mb()
    seconds = []
    for path in paths:
        start = time.process_time()
        run(path)
        seconds.append(time.process_time() - start)
    print("RESULT" + json.dumps({"seconds": seconds, "idle": idle, "peak": peak_memory_mb()}))


def measured(name: str, paths: list[str]) -> dict[str, Any]:
    """Run one pipeline in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.signal", "--worker", name, *paths]
    done = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, check=False
    )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT"):
            found: dict[str, Any] = json.loads(line.removeprefix("RESULT"))
            return found
    raise SystemExit(f"{name} failed: {done.stderr[-500:]}")


def compare(paths: list[str]) -> None:
    """Print the table of the three pipelines."""
    import soundfile

    minutes = sum(soundfile.info(path).duration for path in paths) / 60
    print(f"{len(paths)} files, {minutes:.1f} minutes of audio, one thread")
    print(f"{'pipeline':10} {'CPU-s/track':>12} {'CPU-s/min':>10} {'ours is':>14} {'peak MB':>8}")
    base = None
    for name in PIPELINES:
        found = measured(name, paths)
        total = sum(found["seconds"])
        base = base or total
        ratio = "" if name == "ours" else f"{total / base:.1f} x cheaper"
        print(
            f"{name:10} {total / len(paths):12.2f} {total / minutes:10.3f} {ratio:>14} "
            f"{found['peak']:8.0f}"
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
        found = measured("ours", [seed, str(path)])
    print(
        f"{hours:g} h: idle {found['idle']:.0f} MB, peak {found['peak']:.0f} MB "
        f"(+{found['peak'] - found['idle']:.0f}), {found['seconds'][1]:.1f} CPU-s"
    )


def main() -> None:
    """Run the comparison, or one worker of it."""
    if sys.argv[1:2] == ["--worker"]:
        work(sys.argv[2], sys.argv[3:])
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
