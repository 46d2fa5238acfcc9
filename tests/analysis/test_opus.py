"""Any file as Ogg/Opus: damage, odd channels, changes in mid-stream."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from audiolab.analysis.opus import to_opus
from audiolab.errors import AnalysisError

RATE = 44_100


def tones(seconds: float, channels: int = 2, hz: float = 441) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.tile(0.5 * np.sin(2 * np.pi * hz * time)[:, None], (1, channels)).astype(np.float32)


def heard(path: Path, start: float = 0.0) -> tuple[int, np.ndarray]:
    """Channels and samples of what comes out."""
    with av.open(io.BytesIO(b"".join(to_opus(path, start)))) as container:
        frames = list(container.decode(audio=0))
    return frames[0].layout.nb_channels, np.concatenate([f.to_ndarray() for f in frames], axis=1)


@pytest.mark.parametrize(("channels", "heard_as"), [(1, 1), (2, 2), (6, 2)])
def test_channels_and_level(tmp_path: Path, channels: int, heard_as: int) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tones(2, channels), RATE)
    found, samples = heard(path)
    assert found == heard_as
    assert samples.shape[1] == pytest.approx(2 * 48_000, abs=2_000)
    if channels < 3:
        assert np.abs(samples).max() == pytest.approx(0.5, abs=0.05)


def test_a_block_comes_before_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    soundfile.write(path, tones(60), RATE)
    blocks = to_opus(path)
    first = next(blocks)
    assert first.startswith(b"OggS")
    assert len(first) < 20_000
    blocks.close()


def test_the_start_is_met_to_a_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    half = np.concatenate([np.zeros((3 * RATE, 2), np.float32), tones(3)])
    soundfile.write(path, half, RATE)
    loud = np.abs(heard(path, 2.5)[1]).max(axis=0) > 0.1
    assert np.argmax(loud) / 48_000 == pytest.approx(0.5, abs=0.1)
    with pytest.raises(AnalysisError, match="nothing can be decoded from 7 s on"):
        next(to_opus(path, 7.0))


def test_what_is_damaged_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, tones(20), RATE)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3000] = bytes(3000)
    path.write_bytes(content)
    assert heard(path)[1].shape[1] / 48_000 == pytest.approx(20, abs=1)


def test_a_stream_that_changes_on_its_way_is_heard_whole(tmp_path: Path) -> None:
    """Two recordings in one file, as ripped radio has them."""
    parts = []
    for place, (channels, rate) in enumerate([(2, 44_100), (1, 22_050)]):
        part = tmp_path / f"{place}.mp3"
        soundfile.write(part, tones(5, channels), rate)
        parts.append(part.read_bytes())
    path = tmp_path / "both.mp3"
    path.write_bytes(b"".join(parts))
    assert heard(path)[1].shape[1] / 48_000 > 13


def test_no_sound_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_text("no sound in here")
    with pytest.raises(AnalysisError, match="not an audio file"):
        next(to_opus(path))
    with pytest.raises(FileNotFoundError):
        next(to_opus(tmp_path / "gone.mp3"))
