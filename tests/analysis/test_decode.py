"""Decoding: formats, both decoders, damage and what is left of it."""

import os
from pathlib import Path

import numpy as np
import pytest
from audio_samples import FORMATS, noise, sine, stereo, write

from audiolab.analysis import AUDIO_EXTENSIONS, SignalAnalysis, run_stage
from audiolab.analysis.decode import decoder_names, open_audio
from audiolab.analysis.headers import is_cut
from audiolab.errors import AnalysisError


def decoded(path: Path, decoder: str | None = None) -> np.ndarray:
    with open_audio(path, decoder) as audio:
        return np.concatenate(list(audio.blocks()))


@pytest.mark.parametrize("kind", FORMATS)
def test_samples_come_back(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / f"a.{kind}", stereo(sine(440, 3)))
    samples = decoded(path)
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    rate = 48_000 if kind == "opus" else 44_100
    assert len(samples) == pytest.approx(3 * rate, abs=2_500)
    middle = samples[rate : 2 * rate, 0]
    spectrum = np.abs(np.fft.rfft(middle))
    assert int(spectrum.argmax()) == 440
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.06)


@pytest.mark.parametrize("kind", ["wav", "flac", "aiff"])
def test_both_decoders_agree(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / f"a.{kind}", stereo(noise(2)))
    one, other = decoded(path, "libsndfile"), decoded(path, "ffmpeg")
    np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 6, 8])
@pytest.mark.parametrize("kind", ["wav", "flac", "aiff", "ogg"])
def test_every_channel_is_its_own(tmp_path: Path, kind: str, channels: int) -> None:
    levels = np.geomspace(0.03, 0.4, channels, dtype=np.float32)
    path = write(tmp_path / f"a.{kind}", sine(60, 1)[:, None] * levels)
    middle = decoded(path)[10_000:30_000]
    assert np.sort(middle.std(axis=0)) == pytest.approx(levels / np.sqrt(8), rel=0.25)


@pytest.mark.parametrize("suffix", sorted(AUDIO_EXTENSIONS))
def test_every_extension_has_decoders(suffix: str) -> None:
    assert sorted(decoder_names(Path(f"a{suffix}"))) == ["ffmpeg", "libsndfile"]
    assert decoder_names(Path(f"A{suffix.upper()}")) == decoder_names(Path(f"a{suffix}"))


def test_content_counts_not_the_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", noise(1))
    wrong = path.rename(tmp_path / "a.mp3")
    assert len(decoded(wrong)) == 44_100
    assert run_stage("signal", wrong).state == "done"


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "aiff"])
def test_truncated_file_is_partial_with_its_share(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / f"a.{kind}", stereo(noise(8)))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    outcome = run_stage("signal", path)
    assert outcome.state == "partial"
    assert outcome.reason == "damaged or cut short"
    assert isinstance(outcome.result, SignalAnalysis)
    assert outcome.result.decoded_share == pytest.approx(0.5, abs=0.03)
    assert outcome.result.duration_seconds == pytest.approx(4, abs=0.2)
    assert outcome.result.loudness_lufs is not None


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["flac", "mp3", "ogg", "opus", "aac"])
def test_a_hole_costs_only_itself(tmp_path: Path, kind: str, seed: int) -> None:
    path = write(tmp_path / f"a.{kind}", stereo(noise(10)))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3_000] = np.random.default_rng(seed).bytes(3_000)
    path.write_bytes(data)
    outcome = run_stage("signal", path)
    assert isinstance(outcome.result, SignalAnalysis)
    assert outcome.result.duration_seconds is not None
    assert outcome.result.duration_seconds > 8
    if kind in ("flac", "mp3", "ogg"):
        assert outcome.state == "partial"


@pytest.mark.parametrize("place", [0.3, 0.5, 0.8])
def test_a_few_wrong_bytes_in_a_flac_frame_are_no_music(tmp_path: Path, place: float) -> None:
    path = write(tmp_path / "a.flac", stereo(sine(440, 10)))
    data = bytearray(path.read_bytes())
    start = int(place * len(data))
    data[start : start + 40] = np.random.default_rng(1).bytes(40)
    path.write_bytes(data)
    outcome = run_stage("signal", path)
    assert outcome.state == "partial"
    assert isinstance(outcome.result, SignalAnalysis)
    assert outcome.result.true_peak_dbtp is not None
    assert outcome.result.true_peak_dbtp < -5  # not the bang of decoded rubbish


def test_an_ogg_that_ends_in_mid_page_is_partial(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ogg", stereo(noise(6)))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    outcome = run_stage("signal", path)
    assert outcome.state == "partial"
    assert isinstance(outcome.result, SignalAnalysis)
    assert outcome.result.decoded_share is None  # an Ogg file does not say how long it should be


@pytest.mark.parametrize("kind", ["wav", "aiff"])
def test_a_file_without_a_sample_says_so(tmp_path: Path, kind: str) -> None:
    outcome = run_stage("signal", write(tmp_path / f"a.{kind}", noise(0)))
    assert (outcome.state, outcome.reason) == ("failed", "no audio in it")


def test_only_a_page_that_is_not_whole_makes_an_ogg_cut(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ogg", noise(0.2))
    whole = path.read_bytes()
    last_page = b"OggS\0\4" + bytes(20) + b"\0"  # says "the end", without a packet
    for data, cut in ((whole, False), (whole + last_page, False), (whole[:-1], True)):
        path.write_bytes(data)
        assert is_cut(path, "OGG") == cut


def test_refuses_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path, tmp_path / "pipe.wav"):
        with pytest.raises(AnalysisError, match="not a file"), open_audio(path):
            pass
    with pytest.raises(FileNotFoundError), open_audio(tmp_path / "none.wav"):
        pass


def test_audio_hash_is_of_the_audio_alone(tmp_path: Path) -> None:
    import mutagen

    def same(seed: int = 1) -> np.ndarray:
        return np.round(stereo(noise(2, seed=seed)) * 32_768).astype(np.int16)

    path = write(tmp_path / "a.flac", same())
    before = run_stage("signal", path).result
    tags = mutagen.File(path)
    tags["title"] = "Another name"
    tags.save()
    after = run_stage("signal", path).result
    copy = run_stage("signal", write(tmp_path / "b.wav", same())).result
    other = run_stage("signal", write(tmp_path / "c.flac", same(2))).result
    for one in (before, after, copy, other):
        assert isinstance(one, SignalAnalysis)
    assert before.audio_hash == after.audio_hash == copy.audio_hash != other.audio_hash


def test_pcm_of_all_kinds(tmp_path: Path) -> None:
    import soundfile

    samples = stereo(noise(1))
    expected = None
    for subtype in ("PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"):
        soundfile.write(tmp_path / "a.wav", samples, 44_100, subtype=subtype)
        found = run_stage("signal", tmp_path / "a.wav").result
        assert isinstance(found, SignalAnalysis)
        expected = expected or found.loudness_lufs
        assert found.loudness_lufs == pytest.approx(expected, abs=0.01)
