"""The log mel front end against essentia's, and against itself."""

import numpy as np
import pytest

from audiolab.analysis.networks.mel import BANDS, LogMel, mel_bands

from .conftest import RATE_HZ, Samples, blocks, melody


def log_mel(samples: Samples, size: int = 10**9) -> Samples:
    front_end = LogMel()
    return np.concatenate([*map(front_end.push, blocks(samples, size)), front_end.finish()])


def by_essentia(samples: Samples) -> Samples:
    import essentia.standard as es

    mel = es.TensorflowInputMusiCNN()
    frames = es.FrameGenerator(samples, frameSize=512, hopSize=256, startFromZero=False)
    return np.array([mel(frame) for frame in frames], np.float32)


@pytest.mark.parametrize("seconds", [20.0, 1.0, 0.017])
def test_it_equals_what_the_networks_were_trained_on(seconds: float) -> None:
    samples = melody(seconds)
    expected = by_essentia(samples)
    assert log_mel(samples).shape == expected.shape
    assert np.abs(log_mel(samples) - expected).max() < 1e-4


def test_a_full_scale_sine_in_the_bin_at_a_band_edge_too() -> None:
    samples = np.sin(2 * np.pi * 3156.25 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    assert np.abs(log_mel(samples) - by_essentia(samples)).max() < 1e-4


@pytest.mark.parametrize("size", [1, 255, 257, 11_889])
def test_blocks_of_any_size_give_the_same_frames(size: int) -> None:
    samples = melody(0.4 if size == 1 else 3.0)
    assert np.array_equal(log_mel(samples, size), log_mel(samples))


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 2), (256, 2), (257, 3), (16_000, 64)])
def test_number_of_frames(samples: int, frames: int) -> None:
    assert log_mel(np.full(samples, 0.1, np.float32)).shape == (frames, BANDS)


def test_silence_is_zero() -> None:
    assert not log_mel(np.zeros(5_000, np.float32)).any()


def test_every_band_hears_something() -> None:
    assert mel_bands().shape == (257, BANDS)
    assert (mel_bands().sum(axis=0) > 0).all()
