"""Pictures of known signals: tones where they belong, beats at their tempo, columns bounded."""

import librosa
import numpy as np
import pytest

from audiolab.analysis import time_frequency as tf

RATE = tf.RATE_HZ


def tone(hz: float, seconds: float = 4.0, level: float = 1.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def clicks(bpm: float, seconds: float) -> np.ndarray:
    samples = np.zeros(round(seconds * RATE), np.float32)
    burst = np.random.default_rng(1).normal(0, 0.3, 400).astype(np.float32)
    for start in (np.arange(0, seconds - 0.1, 60 / bpm) * RATE).astype(int):
        samples[start : start + 400] += burst
    return samples


def middle(picture: tf.Picture) -> np.ndarray:
    return picture.values[:, picture.values.shape[1] // 2]


@pytest.mark.parametrize("hz", [110.0, 440.0, 3520.0])
def test_a_tone_is_at_its_frequency(hz: float) -> None:
    mel, fine = tf.mel_spectrogram(tone(hz)), tf.constant_q(tone(hz))
    assert mel.rows[middle(mel).argmax()] == pytest.approx(hz, rel=0.15)
    assert fine.rows[middle(fine).argmax()] == pytest.approx(hz, rel=1e-3)
    assert middle(fine).max() == pytest.approx(0, abs=0.2), "full scale is 0 dB"
    assert middle(mel).max() == pytest.approx(0, abs=3)
    quiet = tf.constant_q(tone(hz, level=0.01))
    assert middle(quiet).max() == pytest.approx(-40, abs=0.2)


def test_mel_agrees_with_librosa() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, RATE * 3).astype(np.float32)
    theirs = librosa.feature.melspectrogram(y=noise, sr=RATE, n_fft=2048, hop_length=512)
    ours = tf.mel_spectrogram(noise).values
    assert ours.shape == theirs.shape
    differences = ours - librosa.power_to_db(theirs)
    spread = differences[:, 4:-4].std(axis=1)  # bands are scaled otherwise, each by one factor
    assert spread.max() < 0.05


def test_constant_q_agrees_with_librosa() -> None:
    melody = np.concatenate([tone(hz, 0.5, 0.3) for hz in (220, 277.18, 329.63, 880, 1760)])
    theirs = librosa.amplitude_to_db(
        np.abs(
            librosa.cqt(
                melody, sr=RATE, hop_length=512, fmin=tf.LOWEST_HZ, n_bins=288, bins_per_octave=36
            )
        )
    )
    ours = tf.constant_q(melody).values
    strongest = theirs[:, 20::43].argmax(axis=0) + 1  # our rows begin a third of a semitone lower
    np.testing.assert_allclose(ours[:, 20::43].argmax(axis=0), strongest, atol=1)


def test_the_chromagram_names_the_note() -> None:
    for hz, pitch in ((261.63, 0), (440.0, 9), (92.5, 6)):
        strength = middle(tf.chromagram(tone(hz)))
        assert strength.argmax() == pitch
        assert strength.max() == 1
        assert np.sort(strength)[-2] < 0.7
    assert not tf.chromagram(np.zeros(RATE, np.float32)).values.any()


@pytest.mark.parametrize("bpm", [60.0, 120.0, 174.0])
def test_the_tempogram_shows_the_tempo(bpm: float) -> None:
    found = tf.tempogram(clicks(bpm, 20))
    strength = middle(found)
    at = strength[np.abs(np.log(found.rows / bpm)).argmin()]
    between = strength[np.abs(np.log(found.rows / (bpm * 0.8))).argmin()]
    assert at > 0.5 > between


def test_a_steady_sound_has_no_pulse() -> None:
    assert not middle(tf.tempogram(tone(440, 20))).any()


@pytest.mark.parametrize("make", [tf.mel_spectrogram, tf.constant_q, tf.chromagram, tf.tempogram])
def test_columns_are_bounded_and_span_the_time(make) -> None:  # type: ignore[no-untyped-def]
    picture = make(clicks(120, 30), 200)
    rows, columns = picture.values.shape
    assert rows == len(picture.rows)
    assert 100 <= columns == len(picture.seconds) <= 200
    assert 0 <= picture.seconds[0] < 0.5
    assert picture.seconds[-1] == pytest.approx(30, abs=0.5)
    assert np.isfinite(picture.values).all()
    assert make(np.zeros(0, np.float32), 200).values.shape[1] == 0
    assert make(np.zeros(100, np.float32), 200).values.shape[1] >= 1
