"""Fingerprints: the same as essentia's, and the same for one recording in several encodings."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from audio_samples import cadence, drums, noise

from audiolab.analysis.fingerprint import FINGERPRINT_RATE_HZ, Fingerprint, compute
from audiolab.analysis.signal import SignalPass
from audiolab.analysis.stream import RATE_HZ
from audiolab.chromaprint import Hashes, decompress

DEMO = Path(__file__).parents[2] / "data"


def music(seconds: float, rate: int, seed: int = 1) -> np.ndarray:
    rhythm = drums(112, 4, seconds, rate)
    harmony = np.resize(cadence(7, "major", rate), len(rhythm))
    return rhythm + 0.5 * harmony + noise(seconds, rate, seed, 0.02)[: len(rhythm)]


def wrong_bits(first: Hashes, second: Hashes) -> float:
    steps = min(len(first), len(second))
    different = np.unpackbits((first[:steps] ^ second[:steps]).view(np.uint8))
    return float(different.mean())


@pytest.mark.parametrize(
    "samples",
    [
        music(30, FINGERPRINT_RATE_HZ),
        noise(10, FINGERPRINT_RATE_HZ),
        np.zeros(10 * FINGERPRINT_RATE_HZ, np.float32),
        music(3.2, FINGERPRINT_RATE_HZ),
        music(1, FINGERPRINT_RATE_HZ),
    ],
)
def test_the_numbers_are_essentias(samples, monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    from essentia.standard import Chromaprinter

    samples = samples.astype(np.float32)
    theirs = decompress(Chromaprinter(sampleRate=FINGERPRINT_RATE_HZ)(samples))
    ours = compute(samples)
    assert len(ours) == len(theirs)
    if len(ours):
        assert wrong_bits(ours, theirs) < 0.002


def test_only_the_first_two_minutes_count():
    long, cut = Fingerprint(), Fingerprint()
    samples = music(130, RATE_HZ).astype(np.float32)
    for start in range(0, len(samples), 30_000):
        long.push(samples[start : start + 30_000])
    cut.push(samples[: 120 * RATE_HZ])
    assert long.values() == cut.values()
    assert 930 < len(decompress(str(cut.values()["fingerprint"]))) < 960


@pytest.mark.parametrize("samples", [np.zeros(44_100 * 5), np.tile([0.5, -0.5], 20_000)])
def test_silence_and_short_sounds_have_none(samples):
    signal_pass = SignalPass(44_100, 1)
    signal_pass.push(np.array(samples, np.float32)[:, None])
    assert signal_pass.finish().fingerprint is None


def fingerprint(samples: np.ndarray, rate: int) -> Hashes:
    signal_pass = SignalPass(rate, samples.shape[1])
    for start in range(0, len(samples), 32_768):
        signal_pass.push(samples[start : start + 32_768])
    found = signal_pass.finish().fingerprint
    assert found is not None
    return decompress(found)


def test_encodings_of_a_recording_agree(tmp_path):
    samples, rate = soundfile.read(
        DEMO / "classical" / "allemande-for-flute.flac",
        dtype="float32",
        always_2d=True,
        frames=661_500,
    )
    original = fingerprint(samples, rate)
    for name in ("low.ogg", "low.mp3"):
        soundfile.write(tmp_path / name, samples, rate, compression_level=0.95)
        lossy, lossy_rate = soundfile.read(tmp_path / name, dtype="float32", always_2d=True)
        assert wrong_bits(original, fingerprint(lossy, lossy_rate)) < 0.1
    quiet_mono = 0.2 * samples.mean(axis=1, keepdims=True)
    assert wrong_bits(original, fingerprint(quiet_mono, rate)) < 0.05
    assert wrong_bits(original, original[::-1].copy()) > 0.3
