"""Real encoded files, damaged at random: a result or a clear reason, quickly, and never NaN."""

import functools
import math
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from audio_samples import FORMATS, cadence, drums, stereo, write

from audiolab.analysis import SignalAnalysis, StageOutcome, run_stage

MUTATIONS = 30  # of each format
SLOWEST_SECONDS = 20.0


@functools.cache
def encoded(kind: str) -> bytes:
    music = 0.5 * np.resize(cadence(4, "minor"), 22_050 * 3) + drums(120, 4, 3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a.{kind}")
        return write(path, stereo(music.astype(np.float32)), 22_050).read_bytes()


def flip(data: bytearray, generator: np.random.Generator) -> None:
    for place in generator.integers(0, len(data), generator.integers(1, 200)):
        data[place] = generator.integers(0, 256)


def flip_header(data: bytearray, generator: np.random.Generator) -> None:
    for place in generator.integers(0, min(len(data), 300), generator.integers(1, 6)):
        data[place] = generator.integers(0, 256)


def cut(data: bytearray, generator: np.random.Generator) -> None:
    del data[generator.integers(0, len(data)) :]


def remove(data: bytearray, generator: np.random.Generator) -> None:
    start = generator.integers(0, len(data))
    del data[start : start + generator.integers(1, len(data) // 3)]


def repeat(data: bytearray, generator: np.random.Generator) -> None:
    start = generator.integers(0, len(data))
    data[start:start] = data[start : start + generator.integers(1, len(data) // 3)]


def overwrite(data: bytearray, generator: np.random.Generator) -> None:
    start = generator.integers(0, len(data))
    length = min(int(generator.integers(1, 4_000)), len(data) - start)
    data[start : start + length] = bytes([generator.choice([0, 0x7F, 0x80, 0xFF])]) * length


Mutation = Callable[[bytearray, np.random.Generator], None]
KINDS: tuple[Mutation, ...] = (flip, flip_header, cut, remove, repeat, overwrite)


def check(outcome: StageOutcome) -> None:
    assert outcome.seconds < SLOWEST_SECONDS
    assert (outcome.result is None) == (outcome.state == "failed")
    assert (outcome.reason is None) == (outcome.state == "done")
    if outcome.reason:
        assert len(outcome.reason) < 60
        assert "\n" not in outcome.reason
    if outcome.result is not None:
        check_finite(vars(outcome.result))


def check_finite(value: object) -> None:
    if isinstance(value, dict):
        for item in value.values():
            check_finite(item)
    elif isinstance(value, list):
        for item in value:
            check_finite(item)
    elif isinstance(value, np.ndarray):
        assert np.isfinite(value).all()
    elif isinstance(value, float):
        assert math.isfinite(value)


@pytest.mark.parametrize("kind", FORMATS)
def test_mutations(tmp_path: Path, kind: str) -> None:
    generator = np.random.default_rng(sorted(FORMATS).index(kind))
    states = []
    for number in range(MUTATIONS):
        data = bytearray(encoded(kind))
        KINDS[number % len(KINDS)](data, generator)
        path = tmp_path / f"{number}.{kind}"
        path.write_bytes(data)
        check(run_stage("tags", path))
        signal = run_stage("signal", path)
        check(signal)
        states.append(signal.state)
        path.unlink()
    assert len(set(states)) > 1  # the damage is neither harmless nor always fatal


@pytest.mark.parametrize("kind", ["wav", "aiff"])
def test_float_samples_that_are_no_numbers(tmp_path: Path, kind: str) -> None:
    import soundfile

    samples = stereo(drums(120, 4, 5)).copy()
    samples[1_000:2_000] = np.nan
    samples[5_000, 1] = np.inf
    samples[6_000, 0] = -1e30
    path = tmp_path / f"a.{kind}"
    soundfile.write(path, samples, 22_050, subtype="FLOAT")
    outcome = run_stage("signal", path)
    check(outcome)
    assert outcome.state == "partial"
    assert isinstance(outcome.result, SignalAnalysis)
    assert outcome.result.decoded_share == pytest.approx(1 - 1_002 / len(samples))
    soundfile.write(path, np.full((5_000, 2), np.nan), 22_050, subtype="FLOAT")
    assert run_stage("signal", path).reason == "damaged: no sample is a number"
