"""Whole files through the stages: every format, and what is no audio at all."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from audio_samples import FORMATS, cadence, clicks, noise, stereo, write

from audiolab.analysis import STAGE_VERSIONS, FileTags, SignalAnalysis, analyze, decoders, run_stage
from audiolab.analysis.hear import hear
from audiolab.catalog.fields import BY_NAME
from audiolab.errors import AnalysisError


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_answers(tmp_path: Path, kind: str) -> None:
    music = np.resize(cadence(9, "minor", 44_100), 44_100 * 6)
    music += 0.3 * clicks(120, 6, 44_100)
    path = write(tmp_path / f"a.{kind}", stereo(music))
    found = analyze(path)
    assert found.format == kind
    assert found.duration_seconds == pytest.approx(6, abs=0.1)
    assert found.channels == 2
    assert found.sample_rate_hz == (48_000 if kind == "opus" else 44_100)
    assert found.tempo_bpm == pytest.approx(120, rel=0.01)
    assert found.key == "A minor"
    assert found.decoded_share == 1
    assert [outcome.state for outcome in found.stages] == ["done", "done"]


def test_values_are_exactly_the_columns(tmp_path: Path) -> None:
    found = analyze(write(tmp_path / "a.wav", cadence(0, "major"), 22_050))
    assert set(found.values()) <= set(BY_NAME)
    assert set(SignalAnalysis().values()) | set(FileTags().values()) <= set(found.values())
    assert found.waveform is not None
    assert found.waveform.shape == (800,)
    assert found.audio_hash is not None
    assert len(found.audio_hash) == 16


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("zero.mp3", b"", "empty file"),
        ("text.flac", b"not music at all\n" * 500, "not an audio file"),
        ("text.wav", b"not music at all\n" * 500, "not an audio file"),
        ("text.mp3", b"x", "not an audio file"),
    ],
)
@pytest.mark.parametrize("stage", ["tags", "signal"])
def test_what_is_no_audio_fails_with_a_short_reason(
    tmp_path: Path, name: str, content: bytes, reason: str, stage: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    outcome = run_stage(stage, path)
    assert (outcome.state, outcome.reason, outcome.result) == ("failed", reason, None)
    assert outcome.version == STAGE_VERSIONS[stage]


def test_analyze_raises_what_run_stage_reports(tmp_path: Path) -> None:
    (tmp_path / "zero.ogg").touch()
    with pytest.raises(AnalysisError, match="empty file"):
        analyze(tmp_path / "zero.ogg")
    with pytest.raises(FileNotFoundError):
        analyze(tmp_path / "none.ogg")
    assert run_stage("signal", tmp_path / "none.ogg").reason == "file not found"
    with pytest.raises(ValueError, match="expected a stage of tags, signal"):
        run_stage("colour", tmp_path / "zero.ogg")


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_extreme_rates(tmp_path: Path, rate: int) -> None:
    found = analyze(write(tmp_path / "a.wav", clicks(100, 8, rate), rate))
    assert found.tempo_bpm == pytest.approx(100, rel=0.005)


def test_eight_channels_and_a_single_sample(tmp_path: Path) -> None:
    eight = analyze(write(tmp_path / "8.wav", noise(4).reshape(-1, 1).repeat(8, axis=1)))
    assert eight.channels == 8
    assert eight.loudness_lufs is not None
    one = analyze(write(tmp_path / "1.wav", np.full(1, 0.5, np.float32)))
    assert one.true_peak_dbtp == pytest.approx(-6.02, abs=0.5)
    assert (one.tempo_bpm, one.key, one.loudness_lufs, one.energy) == (None,) * 4


def test_time_limit_ends_the_work(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", noise(5))
    with pytest.raises(AnalysisError, match="took longer than 0 s"):
        hear(path, time_limit_seconds=0)


class Endless:
    """A stream that a decoder keeps finding something in."""

    sample_rate_hz, channels, claimed_frames, damaged = 44_100, 1, None, False

    def blocks(self) -> Iterator[np.ndarray]:
        while True:
            yield np.zeros((4_096, 1), np.float32)

    def close(self) -> None:
        """Nothing to release."""


def test_time_limit_ends_a_decoder_that_never_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.wav", noise(1))
    monkeypatch.setattr(decoders, "DECODERS", dict.fromkeys(decoders.DECODERS, lambda _: Endless()))
    with pytest.raises(AnalysisError, match=r"took longer than 0\.2 s"):
        hear(path, time_limit_seconds=0.2)


def test_importing_the_package_is_light() -> None:
    heavy = "{'librosa', 'essentia', 'numba', 'av', 'soundfile', 'scipy', 'soxr'}"
    code = f"import sys, audiolab.analysis; print(*{heavy} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""
