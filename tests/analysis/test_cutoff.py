"""The edge that lossy encoders leave: found after later encodings, and not where there is none."""

from pathlib import Path

import av
import numpy as np
import pytest
import scipy.signal
import soundfile
from audio_samples import Samples, drums, noise, sine, write

from audiolab.analysis.cutoff import Cutoff, find_edge
from audiolab.analysis.signal import analyse_blocks

RATE = 44_100


def music(seconds: float = 6.0) -> Samples:
    """Drums over a hiss that falls by 6 dB an octave up to half the rate, as a band's does."""
    hiss = scipy.signal.lfilter([1], [1, -0.9], noise(seconds, RATE)).astype(np.float32)
    return 0.3 * drums(120, 4, seconds, RATE)[: len(hiss)] + 0.02 * hiss


def edge(mono: Samples, rate: int = RATE, block: int = 10_000) -> float | None:
    cutoff = Cutoff(rate)
    for start in range(0, len(mono), block):
        cutoff.push(mono[start : start + block])
    return cutoff.values().get("cutoff_hz")  # type: ignore[return-value]


def mp3(path: Path, mono: Samples, kbps: int) -> None:
    """An MP3 of a constant bit rate."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="stereo")
        stream.bit_rate = 1_000 * kbps
        both = np.ascontiguousarray(np.stack([mono, mono]))
        for start in range(0, len(mono), 1_152):
            frame = av.AudioFrame.from_ndarray(both[:, start : start + 1_152], "fltp", "stereo")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("kbps", "low", "high"), [(128, 15_500, 17_500), (192, 18_000, 19_600), (320, 19_500, 20_700)]
)
def test_an_mp3_is_known_by_its_edge_even_as_flac(
    tmp_path: Path, kbps: int, low: float, high: float
) -> None:
    mp3(tmp_path / "a.mp3", music(), kbps)
    decoded = soundfile.read(tmp_path / "a.mp3", dtype="float32")[0].mean(axis=1)
    found = edge(decoded)
    assert found is not None
    assert low < found < high
    again, _ = soundfile.read(write(tmp_path / "b.flac", decoded), dtype="float32")
    assert edge(again) == pytest.approx(found, abs=400)


def test_what_was_never_encoded_has_no_edge(tmp_path: Path) -> None:
    assert edge(music()) is None
    kept, _ = soundfile.read(write(tmp_path / "a.flac", music()), dtype="float32")
    assert edge(kept) is None
    falling = scipy.signal.lfilter([1], [1, -0.99], noise(6, RATE)).astype(np.float32)
    assert edge(falling) is None


def test_nothing_is_said_of_silence_and_tones() -> None:
    assert edge(np.zeros(3 * RATE, np.float32)) is None
    assert edge(1e-5 * noise(3, RATE)) is None
    assert edge(sine(1_000, 3)) is None
    assert edge(np.zeros(0, np.float32)) is None
    assert edge(music(0.05)) is None


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000, 192_000])
def test_the_rate_does_not_matter(rate: int) -> None:
    low_pass = scipy.signal.firwin(801, 16_000, fs=rate)
    cut = scipy.signal.lfilter(low_pass, 1, noise(5, rate)).astype(np.float32)
    assert edge(cut, rate) == pytest.approx(16_000, abs=500)


def test_blocks_do_not_matter() -> None:
    cut = scipy.signal.lfilter(scipy.signal.firwin(801, 15_000, fs=RATE), 1, noise(5, RATE))
    whole = edge(cut.astype(np.float32), block=10**9)
    assert whole is not None
    for block in (1_000, 4_096, RATE, RATE + 1):
        assert edge(cut.astype(np.float32), block=block) == whole


def test_clipped_peaks_do_not_hide_it() -> None:
    cut = scipy.signal.lfilter(scipy.signal.firwin(801, 16_000, fs=RATE), 1, noise(20, RATE))
    clipped = cut.astype(np.float32)
    clipped[5 * RATE : 5 * RATE + 2000] = np.clip(8 * clipped[5 * RATE : 5 * RATE + 2000], -1, 1)
    assert edge(clipped) == pytest.approx(16_000, abs=500)


def test_short_spectra() -> None:
    assert find_edge(np.zeros(2_049), 8_000) is None


def test_it_is_part_of_the_pass() -> None:
    cut = scipy.signal.lfilter(scipy.signal.firwin(801, 16_000, fs=RATE), 1, noise(3, RATE))
    both = np.stack([cut, cut], axis=1).astype(np.float32)
    found = analyse_blocks([both[:RATE], both[RATE:]], RATE, 2).cutoff_hz
    assert found == edge(cut.astype(np.float32))
    assert analyse_blocks([music(2)[:, None]], RATE, 1).cutoff_hz is None
