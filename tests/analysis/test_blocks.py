"""However a stream is cut into blocks, the values are the same."""

import functools
import itertools

import numpy as np
import pytest
from audio_samples import Samples, cadence, drums
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audiolab.analysis.result import SignalAnalysis
from audiolab.analysis.signal import SignalPass, analyse_blocks
from audiolab.analysis.stream import Framer, Resampler

RATE = 44_100
TOLERANCE = 1e-4
SMALL_BLOCKS = 80  # as many may be as small as a sample; all of them would take minutes


@functools.cache
def music() -> Samples:
    """Ten seconds of stereo, with a gap and with silence at both ends."""
    rhythm = drums(112, 4, 10, RATE)
    harmony = np.resize(cadence(7, "major", RATE), len(rhythm))
    both = np.column_stack([rhythm + 0.5 * harmony, 0.5 * rhythm - 0.3 * harmony])
    both[:9_001] = both[-20_011:] = both[200_000:230_000] = 0
    return both.astype(np.float32)


@functools.cache
def whole() -> SignalAnalysis:
    return analyse_blocks([music()], RATE, 2)


def assert_close(found: object, expected: object, name: str) -> None:
    if isinstance(expected, dict):
        assert isinstance(found, dict)
        for key in expected:
            assert_close(found[key], expected[key], f"{name}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list)
        assert len(found) == len(expected), name
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other, name)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE), name
    else:
        assert found == expected, name


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 150_000), min_size=1, max_size=12))
@example([441_000])
@example([1, 2, 3, 511, 512, 513, 2047, 2048, 2049, 4095])
@example([1_000])
def test_block_size_changes_no_value(sizes: list[int]) -> None:
    signal_pass = SignalPass(RATE, 2)
    samples, start = music(), 0
    for turn, size in enumerate(itertools.cycle(sizes)):
        stop = start + (size if turn < SMALL_BLOCKS else max(size, 20_000))
        signal_pass.push(samples[start:stop])
        start = stop
        if start >= len(samples):
            break
    found, expected = signal_pass.finish(), whole()
    for name, value in expected.values().items():
        assert_close(found.values()[name], value, name)
    assert found.audio_hash == expected.audio_hash
    assert found.waveform == pytest.approx(expected.waveform, abs=TOLERANCE)
    assert found.beats == pytest.approx(expected.beats, abs=TOLERANCE)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=30))
def test_framer_and_resampler_do_not_see_blocks(sizes: list[int]) -> None:
    mono = music()[:40_000, 0]
    whole_rate, whole_frames = Resampler(RATE), Framer()
    resampled = whole_rate.push(mono, last=True)
    expected = np.concatenate([*whole_frames.push(resampled), *whole_frames.finish()])
    assert len(expected) == 1 + len(resampled) // 512
    resampler, framer, found, start = Resampler(RATE), Framer(), [], 0
    for size in sizes:
        found += framer.push(resampler.push(mono[start : start + size]))
        start += size
    found += framer.push(resampler.push(mono[start:], last=True))
    found += framer.finish()
    np.testing.assert_allclose(np.concatenate(found), expected, atol=1e-4)


class Listener:
    """Collects what a network's front end would hear."""

    rate_hz = 16_000

    def __init__(self) -> None:
        self.heard: list[Samples] = []

    def push(self, mono: Samples) -> None:
        self.heard.append(mono)


def test_a_sink_hears_the_same_pass_at_its_own_rate() -> None:
    listener = Listener()
    blocks = np.array_split(music(), 7)
    analyse_blocks(blocks, RATE, 2, [listener])
    heard = np.concatenate(listener.heard)
    assert len(heard) == pytest.approx(10 * 16_000, abs=2)
    expected = Resampler(RATE, 16_000).push(music().mean(axis=1), last=True)
    np.testing.assert_allclose(heard, expected[: len(heard)], atol=1e-5)
