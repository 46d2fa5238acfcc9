"""CLAP: the ear against librosa's spectra, windows, silence; words in the same space."""

import shutil
import sys
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile

from audiolab import resources
from audiolab.analysis import ClapAnalysis, default_stages, find_installed, run_stages
from audiolab.analysis.networks import clap
from audiolab.analysis.networks.installed import StageNetworks
from audiolab.analysis.networks.listener import Finding, passes
from audiolab.analysis.networks.text import TextEncoder
from audiolab.errors import ModelError

from .conftest import TINY, Samples, blocks, settings_for

STAND_INS = resources.CHECKOUT / "tests" / "fixtures" / "clap"
SECOND = 48_000


@pytest.fixture(scope="module")
def networks() -> StageNetworks:
    found = find_installed(settings_for(STAND_INS)).of("clap")
    assert found is not None
    return found


def listen(networks: StageNetworks, samples: Samples, size: int = 10**9) -> Finding:
    (one,) = passes([networks])
    for block in blocks(samples, size):
        one.push(block)
    (finding,) = one.finish()
    return finding


def tone(hz: float, seconds: float) -> Samples:
    time = np.arange(round(seconds * SECOND)) / SECOND
    return (0.1 * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def embedding(finding: Finding) -> Samples:
    (vector,) = finding.result.embeddings.values()
    return vector


def test_the_spectra_are_those_it_was_trained_on() -> None:
    generator = np.random.default_rng(1)
    window = (0.1 * generator.standard_normal(clap.WINDOW)).astype(np.float32)
    power = librosa.feature.melspectrogram(
        y=window, sr=SECOND, n_fft=1024, hop_length=480, n_mels=64, fmin=50, fmax=14_000,
        center=True, pad_mode="reflect",
    )  # fmt: skip
    expected = librosa.power_to_db(power, ref=1.0, amin=1e-10, top_db=None).T
    assert clap.log_mel(window).shape == expected.shape == (1001, 64)
    assert np.abs(clap.log_mel(window) - expected).max() < 1e-3
    assert clap.log_mel(np.zeros(clap.WINDOW, np.float32)) == pytest.approx(-100)


def test_a_short_clip_is_repeated_and_filled_up() -> None:
    filled = clap.filled(np.arange(1, 200_001, dtype=np.float32))
    assert filled.shape == (clap.WINDOW,)
    assert (filled[200_000], filled[399_999], filled[400_000]) == (1, 200_000, 0)


def test_a_track_is_the_mean_of_its_windows(networks: StageNetworks) -> None:
    low, high = tone(200, 10), tone(5_000, 10)
    rest = tone(1_000, 4)  # shorter than a window: left out
    mixed = embedding(listen(networks, np.concatenate([low, high, rest])))
    both = embedding(listen(networks, low)) + embedding(listen(networks, high))
    assert mixed == pytest.approx(clap.unit(both), abs=1e-5)
    assert np.linalg.norm(mixed) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("size", [4_801, 700_000])
def test_a_stream_gives_the_same_as_the_whole_file(networks: StageNetworks, size: int) -> None:
    samples = np.concatenate([tone(hz, 8) for hz in (150, 900, 3_000, 7_000)])
    assert np.array_equal(
        embedding(listen(networks, samples, size)), embedding(listen(networks, samples))
    )


def test_fast_hears_every_third_window() -> None:
    fast = find_installed(settings_for(STAND_INS, network_speed="fast")).of("clap")
    samples = np.concatenate([tone(200, 10), tone(5_000, 20), tone(200, 10)])
    assert embedding(listen(fast, samples, 12_345)) == pytest.approx(
        embedding(listen(fast, tone(200, 10))), abs=1e-5
    )


@pytest.mark.parametrize("samples", [np.zeros(2 * clap.WINDOW, np.float32), tone(440, 0)])
def test_nothing_is_said_of_silence(networks: StageNetworks, samples: Samples) -> None:
    finding = listen(networks, samples)
    assert (finding.reason, finding.result.embeddings) == (None, {})


def test_it_runs_beside_the_other_networks_and_only_when_asked(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "m")
    shutil.copytree(STAND_INS, tmp_path / "m", dirs_exist_ok=True)
    installed = find_installed(settings_for(tmp_path / "m"))
    assert default_stages(installed) == ("tags", "signal", "networks")
    soundfile.write(tmp_path / "a.wav", tone(440, 4), SECOND)
    both = run_stages(("signal", "networks", "clap"), tmp_path / "a.wav", installed)
    assert [outcome.state for outcome in both] == ["done"] * 3
    assert both[1].result.genre_primary is not None
    (alone,) = run_stages(("clap",), tmp_path / "a.wav", installed)
    assert isinstance(alone.result, ClapAnalysis)
    assert alone.result.values() == {}
    ((name, vector),) = alone.result.embeddings.items()
    assert name == TextEncoder(settings_for(tmp_path / "m")).model
    assert np.array_equal(vector, both[2].result.embeddings[name])


def test_words_lie_where_the_sounds_they_describe_lie(networks: StageNetworks) -> None:
    encode = TextEncoder(settings_for(STAND_INS))
    assert encode.model == networks.backbone.name
    low, high = (embedding(listen(networks, tone(hz, 10))) for hz in (200, 8_000))
    dark, bright = encode("a dark, rumbling sound"), encode("bright")
    assert np.linalg.norm(dark) == pytest.approx(1)
    assert dark @ low > 0 > dark @ high
    assert bright @ high > 0 > bright @ low


def test_a_long_description_is_cut() -> None:
    encode = TextEncoder(settings_for(STAND_INS))
    assert encode("dark " * 2_000) == pytest.approx(encode("dark"), abs=1e-6)


def test_words_without_meaning_to_it_are_an_error() -> None:
    with pytest.raises(ModelError, match="expected 512 numbers, not all zero, for ''"):
        TextEncoder(settings_for(STAND_INS))("")


@pytest.mark.parametrize("file", ["clap-audio.onnx", "clap-text.onnx", "clap-tokenizer.json"])
def test_files_that_are_missing_broken_or_not_accepted(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "m"
    shutil.copytree(STAND_INS, folder)
    with pytest.raises(ModelError, match="AUDIOLAB_ALLOW_UNVERIFIED_MODELS=1 accepts it"):
        TextEncoder(settings_for(folder, allow_unverified_models=False))
    (folder / file).write_bytes(b"no model")
    if file == "clap-audio.onnx":
        (problem,) = find_installed(settings_for(folder)).problems
        assert problem == "clap-audio.onnx: not a complete ONNX model"
    else:
        with pytest.raises(ModelError, match=f"{file}: not a"):
            TextEncoder(settings_for(folder))
    (folder / file).unlink()
    with pytest.raises(ModelError, match=rf"{file}: missing in the models folder.* \(https://"):
        TextEncoder(settings_for(folder))


def test_without_the_tokenizers_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ModelError, match="pip install tokenizers"):
        TextEncoder(settings_for(STAND_INS))
