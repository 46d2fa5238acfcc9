"""CPU cost of the networks against essentia on the same weights and files, in the same run.

    python -m tests.benchmarks.networks POOL --models DIR [--seconds 210]

POOL is a folder of audio files; they are also joined to one track of `--seconds`. DIR holds the
networks for both backends (stand-ins of the real cost will do). Each pipeline has a process of its
own, on one thread, warms up on a clip of 5 s, and they take turns file by file.

ours       mel, backbone and all heads from 16 kHz samples
one        essentia: one predictor, then TensorflowPredict2D for each head
naive      essentia: genre, mood and instruments, each with a predictor run of its own
signal     the signal stage from the file
both       signal and networks from the file in one pass
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
import soundfile

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
FROM_SAMPLES, FROM_FILE = ("ours", "one", "naive"), ("signal", "both")
NAIVE_HEADS = ("genre", "mood", "instrument")
RATE_HZ, FILE_RATE_HZ = 16_000, 44_100
SHORT_SECONDS = 5

Run = Callable[[str], dict[str, float]]


def installed(models: Path, backend: str) -> Any:
    """The stage "networks" of a folder."""
    from audiolab.analysis import find_installed
    from audiolab.config import Settings

    settings = Settings(models_dir=models, allow_unverified_models=True, network_backend=backend)
    found = find_installed(settings)
    if found.of("networks") is None:
        raise SystemExit(f"{backend}: {found.advice}")
    return found


def ours(models: Path) -> Run:
    """Our path; also how much of it the heads are."""
    from dataclasses import replace

    from audiolab.analysis.networks import listener
    from audiolab.analysis.networks.load import load_stage

    networks = installed(models, "onnxruntime").of("networks")
    loaded = load_stage(networks)
    spent = {"heads": 0.0}

    def timed(head: Any) -> Any:
        def run(embeddings: Any) -> Any:
            start = time.process_time()
            scores = head(embeddings)
            spent["heads"] += time.process_time() - start
            return scores

        return run

    heads = {name: timed(head) for name, head in loaded.heads.items()}
    listener.load_stage = lambda _: replace(loaded, heads=heads)  # type: ignore[assignment]

    def run(path: str) -> dict[str, float]:
        spent["heads"] = 0.0
        listening = listener.NetworkPass([networks])
        samples = np.load(path)
        for start in range(0, len(samples), 12_000):
            listening.push(samples[start : start + 12_000])
        assert listening.finish()[0].reason is None
        return dict(spent)

    return run


def one(models: Path) -> Run:
    """What a careful user of essentia does."""
    from audiolab.analysis.networks.listener import NetworkPass

    networks = installed(models, "essentia").of("networks")

    def run(path: str) -> dict[str, float]:
        listening = NetworkPass([networks])
        listening.push(np.load(path))
        assert listening.finish()[0].reason is None
        return {}

    return run


def naive(models: Path) -> Run:
    """What most do: the whole chain again for every question."""
    from dataclasses import replace

    from audiolab.analysis.networks.listener import NetworkPass

    networks = installed(models, "essentia").of("networks")
    chains = [
        replace(networks, heads=(head,))
        for head in networks.heads
        if head.network.name in NAIVE_HEADS
    ]

    def run(path: str) -> dict[str, float]:
        for chain in chains:
            listening = NetworkPass([chain])
            listening.push(np.load(path))
            assert listening.finish()[0].reason is None
        return {}

    return run


def signal(models: Path) -> Run:
    """The signal stage alone."""
    return stages(("signal",), models)


def both(models: Path) -> Run:
    """What a scan does."""
    return stages(("signal", "networks"), models)


def stages(names: tuple[str, ...], models: Path) -> Run:
    """Stages over a file."""
    from audiolab.analysis import run_stages

    found = installed(models, "onnxruntime")

    def run(path: str) -> dict[str, float]:
        outcomes = run_stages(names, path, found)
        assert [outcome.state for outcome in outcomes] == ["done"] * len(names)
        return {}

    return run


def child(name: str, models: Path) -> None:
    """Run one pipeline over the paths that come on stdin; one JSON line for each."""
    start = time.process_time()
    run: Run = globals()[name](models)
    print(json.dumps({"start": time.process_time() - start}), flush=True)
    for line in sys.stdin:
        start = time.process_time()
        found = run(line.strip())
        cpu = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"cpu": cpu, "peak_mb": peak, **found}), flush=True)


class Pipeline:
    """A pipeline in a process of its own."""

    def __init__(self, name: str, models: Path) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.networks", "--child", name]
        self._process = subprocess.Popen(
            [*command, "--models", str(models)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | ONE_THREAD,
        )  # fmt: skip
        self.start_seconds = self._answer()["start"]

    def __call__(self, path: Path) -> dict[str, float]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, float] = json.loads(line)
                return answer
        raise SystemExit("a pipeline ended early: run it with --child to see why")

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def samples_of(path: Path) -> Any:
    """A file as mono at 44.1 kHz."""
    from audiolab.analysis.decode import open_audio
    from audiolab.analysis.stream import Resampler, mix_to_mono

    with open_audio(path) as audio:
        resampler = Resampler(audio.sample_rate_hz, FILE_RATE_HZ)
        parts = [resampler.push(mix_to_mono(block)) for block in audio.blocks()]
        return np.concatenate([*parts, resampler.push(np.zeros(0, np.float32), last=True)])


def prepare(pool: Path, seconds: float, folder: Path) -> list[tuple[str, float, Path, Path]]:
    """Name, length, samples at 16 kHz and mp3 of a short clip, each file, and all joined."""
    import soxr

    from audiolab.analysis import AUDIO_EXTENSIONS

    files = sorted(path for path in pool.iterdir() if path.suffix.lower() in AUDIO_EXTENSIONS)
    if not files:
        raise SystemExit(f"no audio files in {pool}")
    sounds = {path.stem[:40]: samples_of(path) for path in files}
    joined = np.concatenate(list(sounds.values()))
    track = np.resize(joined, round(seconds * FILE_RATE_HZ))
    short = next(iter(sounds.values()))[: SHORT_SECONDS * FILE_RATE_HZ]
    found = []
    for name, sound in {"5 s clip": short, **sounds, f"joined, {seconds:g} s": track}.items():
        mono, file = folder / f"{len(found)}.npy", folder / f"{len(found)}.mp3"
        np.save(mono, soxr.resample(sound, FILE_RATE_HZ, RATE_HZ, "HQ").astype(np.float32))
        soundfile.write(file, np.column_stack([sound, sound]), FILE_RATE_HZ)
        found.append((name, len(sound) / FILE_RATE_HZ, mono, file))
    return found


def main(pool: Path, models: Path, seconds: float) -> None:
    """Measure and print."""
    names = (*FROM_SAMPLES, *FROM_FILE)
    pipelines = {name: Pipeline(name, models) for name in names}
    print(f"{'file':42}{'s':>7}" + "".join(f"{name:>9}" for name in names) + f"{'heads/ms':>10}")
    with tempfile.TemporaryDirectory() as folder:
        todo = prepare(pool, seconds, Path(folder))
        totals = dict.fromkeys(names, 0.0)
        for round_, (name, length, mono, file) in enumerate([todo[0], *todo]):
            found = {p: pipelines[p](mono if p in FROM_SAMPLES else file) for p in names}
            if not round_:
                continue  # warming up
            cpu = {p: found[p]["cpu"] for p in names}
            totals = {p: totals[p] + cpu[p] for p in names}
            row = "".join(f"{cpu[p]:9.3f}" for p in names)
            print(f"{name:42}{length:7.0f}{row}{1000 * found['ours']['heads']:10.1f}", flush=True)
    print(f"{'all':49}" + "".join(f"{totals[p]:9.3f}" for p in names))
    print(f"{'start':49}" + "".join(f"{pipelines[p].start_seconds:9.3f}" for p in names))
    print(f"{'peak memory, MB':49}" + "".join(f"{found[p]['peak_mb']:9.0f}" for p in names))
    for what, figures in (("all files", totals), ("the joined track", cpu)):
        print(
            f"{what}: essentia with one predictor costs {figures['one'] / figures['ours']:.1f} "
            f"times as much, with three {figures['naive'] / figures['ours']:.1f} times"
        )
    for pipeline in pipelines.values():
        pipeline.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pool", type=Path, nargs="?")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=210.0)
    parser.add_argument("--child")
    given = parser.parse_args()
    if given.child:
        child(given.child, given.models)
    elif given.pool:
        main(given.pool, given.models, given.seconds)
    else:
        parser.error("expected the folder of audio files")
