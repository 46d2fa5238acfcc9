"""The stages over files: decoded once, the same alone or with the signal, and bad files."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.analysis import Installed, analyze, decode, hear, run_stages, stage_versions
from audiolab.errors import ModelError

from .conftest import RATE_HZ, TINY, melody, settings_for


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.flac"
    left = melody(20)
    soundfile.write(path, np.column_stack([left, 0.7 * left]), RATE_HZ)
    return path


def test_signal_and_networks_decode_the_file_once(song: Path, tiny: Installed, monkeypatch) -> None:
    opened = []

    def counted(path: Path, decoder: str | None = None):
        opened.append(path)
        return decode.open_audio(path, decoder)

    monkeypatch.setattr(hear, "open_audio", counted)
    outcomes = run_stages(("tags", "signal", "networks"), song, tiny)
    assert [(o.stage, o.state, o.reason) for o in outcomes] == [
        ("tags", "done", None), ("signal", "done", None), ("networks", "done", None),
    ]  # fmt: skip
    assert len(opened) == 1
    assert {o.stage: o.version for o in outcomes} == stage_versions(tiny)
    assert all(o.seconds > 0 for o in outcomes)


def test_networks_alone_hear_the_same(song: Path, tiny: Installed) -> None:
    _, together = run_stages(("signal", "networks"), song, tiny)
    (alone,) = run_stages(("networks",), song, tiny)
    assert alone.result == together.result
    for head, row in alone.result.scores.items():
        assert np.array_equal(row, together.result.scores[head])


def test_samples_that_are_no_numbers_count_as_silence(tmp_path: Path, tiny: Installed) -> None:
    samples = melody(20).copy()
    samples[RATE_HZ : 2 * RATE_HZ] = np.nan
    soundfile.write(tmp_path / "nan.wav", samples, RATE_HZ, subtype="FLOAT")
    soundfile.write(tmp_path / "zero.wav", np.nan_to_num(samples), RATE_HZ, subtype="FLOAT")
    (broken,) = run_stages(("networks",), tmp_path / "nan.wav", tiny)
    (silent,) = run_stages(("networks",), tmp_path / "zero.wav", tiny)
    assert (broken.state, broken.reason) == ("partial", "damaged or cut short")
    assert broken.result == silent.result


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty file"), (b"no music" * 500, "not an audio file")]
)
def test_what_is_no_audio_fails_every_stage(
    tmp_path: Path, tiny: Installed, content: bytes, reason: str
) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    outcomes = run_stages(("signal", "networks"), tmp_path / "a.mp3", tiny)
    assert [(o.state, o.reason, o.result) for o in outcomes] == [("failed", reason, None)] * 2


def test_a_broken_network_does_not_cost_the_signal(song: Path, models: Path) -> None:
    from audiolab.analysis import find_installed

    installed = find_installed(settings_for(models))
    (models / "discogs-effnet-bsdynamic-1.onnx").unlink()
    signal, networks = run_stages(("signal", "networks"), song, installed)
    assert signal.state == "done"
    assert networks.state == "failed"
    assert "cannot be read" in networks.reason


def test_a_stage_without_networks_cannot_be_asked_for(song: Path) -> None:
    with pytest.raises(ModelError, match="audiolab models download networks"):
        run_stages(("networks",), song)


def test_analyze_uses_the_networks_that_are_installed(song: Path, tmp_path: Path) -> None:
    with_networks = analyze(song, settings=settings_for(TINY))
    assert [outcome.stage for outcome in with_networks.stages] == ["tags", "signal", "networks"]
    assert with_networks.genre_primary is not None
    assert with_networks.tempo_bpm is not None
    assert set(with_networks.scores) >= {"genre", "mood", "instrument", "voice"}
    without = analyze(song, settings=settings_for(tmp_path))
    assert [outcome.stage for outcome in without.stages] == ["tags", "signal"]
    assert without.genre_primary is None
