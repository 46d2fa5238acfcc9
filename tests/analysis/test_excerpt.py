"""Stretches of files: the right ones, from any format, at any place."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.analysis.excerpt import read_excerpt
from audiolab.errors import AnalysisError

RATE = 44_100


def steps(seconds: int) -> np.ndarray:
    """A tone whose level says which second it is, in stereo."""
    time = np.arange(seconds * RATE) / RATE
    level = (1 + np.floor(time)) / (2 * seconds)
    mono = level * np.sin(2 * np.pi * 441 * time)
    return np.stack([mono, mono], axis=1).astype(np.float32)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg"])
def test_a_stretch_begins_where_it_was_asked_to(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"steps.{suffix}"
    soundfile.write(path, steps(20), RATE)
    found = read_excerpt(path, start=12.5, seconds=3)
    assert (found.start_seconds, found.rate_hz, len(found.samples)) == (12.5, 22_050, 3 * 22_050)
    loudest = np.abs(found.samples).reshape(6, -1).max(axis=1)
    expected = (1 + np.floor(12.5 + np.arange(6) / 2)) / 40
    np.testing.assert_allclose(loudest[[0, 2, 4]], expected[[0, 2, 4]], atol=0.03)


def test_the_end_of_the_file_is_the_end(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, steps(2), RATE)
    assert read_excerpt(path, 1.5, 60).seconds == pytest.approx(0.5, abs=0.05)
    assert len(read_excerpt(path, 30, 60).samples) == 0


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"no audio" * 100)
    with pytest.raises(AnalysisError, match="not an audio file"):
        read_excerpt(bad)
    with pytest.raises(FileNotFoundError):
        read_excerpt(tmp_path / "gone.mp3")
    with pytest.raises(ValueError, match="up to 900 s"):
        read_excerpt(bad, 0, 1e9)
    with pytest.raises(ValueError, match="start from 0"):
        read_excerpt(bad, float("nan"))


def test_a_damaged_file_gives_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "cut.ogg"
    soundfile.write(path, steps(10), RATE)
    path.write_bytes(path.read_bytes()[:-3000])
    found = read_excerpt(path, 2, 60)
    assert 1 < found.seconds < 8
    assert np.isfinite(found.samples).all()
