"""Keys of cadences and scales in all 24 keys, and of detuned instruments."""

import numpy as np
import pytest
from audio_samples import cadence, chord, scale, sine

from audiolab import keys
from audiolab.analysis.chroma import Tonal, count_changes
from audiolab.analysis.key import PROFILES, correlations, estimate_key, probabilities
from audiolab.analysis.signal import analyse_blocks


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_cadence(tonic: int, mode: str) -> None:
    found = analyse_blocks([cadence(tonic, mode)[:, None]], 22_050, 1)
    assert found.key == keys.name(tonic, mode)
    assert found.key_camelot == keys.camelot(tonic, mode)
    assert found.key_runner_up != found.key
    assert found.key_confidence is not None
    assert 0 < found.key_confidence <= 1
    assert found.chroma is not None
    assert sum(found.chroma) == pytest.approx(1)
    assert int(np.argmax(found.chroma)) in (tonic, (tonic + 7) % 12)


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_scale(tonic: int, mode: str) -> None:
    found = analyse_blocks([scale(tonic, mode)[:, None]], 22_050, 1)
    assert found.key == keys.name(tonic, mode)


@pytest.mark.parametrize("cents", [-40, -20, 25, 45])
def test_detuned_instruments(cents: int) -> None:
    rate = round(22_050 * 2 ** (cents / 1200))
    assert analyse_blocks([cadence(2, "major")[:, None]], rate, 1).key == "D major"


@pytest.mark.parametrize(("start", "key"), [(0, "A minor"), (2, "C major")], ids=["minor", "major"])
def test_a_loop_of_the_same_chords_is_at_home_where_it_begins_and_ends(
    start: int, key: str
) -> None:
    triads = ([45, 60, 64, 69], [41, 60, 65, 69], [48, 60, 64, 67], [43, 59, 62, 67])
    order = [triads[(start + bar) % 4] for bar in range(17)]
    loop = np.concatenate([chord(notes, 0.8) for notes in order])
    assert analyse_blocks([loop[:, None]], 22_050, 1).key == key


def test_profile_itself_fits_perfectly() -> None:
    found = correlations(np.roll(PROFILES[1], 4))
    assert found.shape == (2, 12)
    assert found[1, 4] == pytest.approx(1)
    assert found[1, 4] == found.max()


def tonal(chroma: np.ndarray, change: np.ndarray | None = None) -> Tonal:
    change = np.zeros(900, np.float32) if change is None else change
    return Tonal(chroma, chroma, chroma, np.zeros((4, 12)), change, 0)


CHANGING = np.tile(np.array([0, 0.5, 0], np.float32), 300)


def test_every_profile_is_most_probable_in_its_key() -> None:
    for mode in range(2):
        for tonic in range(12):
            found = probabilities(tonal(np.roll(PROFILES[mode], tonic)))
            assert found.shape == (2, 12)
            assert found.sum() == pytest.approx(1)
            assert found.argmax() == mode * 12 + tonic


def test_what_is_flat_silent_or_never_changes_has_no_key() -> None:
    for chroma, change in (
        (np.full(12, 1 / 12), CHANGING),
        (np.zeros(12), CHANGING),
        (PROFILES[0], None),
        (PROFILES[0], CHANGING[:6]),
    ):
        values = estimate_key(tonal(chroma, change))
        assert "key" not in values
        assert values["key_confidence"] == 0
    assert estimate_key(tonal(PROFILES[0], CHANGING))["key"] == "C major"


def test_fifths_alone_have_no_mode() -> None:
    fifths = np.zeros(12)
    fifths[[2, 9]] = 0.5
    assert probabilities(tonal(fifths)).max(axis=0).argmax() == 2
    assert "key" not in estimate_key(tonal(fifths, CHANGING))


def test_changes_are_counted_once_each() -> None:
    assert count_changes(CHANGING) == 300
    assert count_changes(np.full(100, 0.9, np.float32)) == 0
    assert count_changes(np.zeros(0, np.float32)) == 0


@pytest.mark.parametrize("name", ["bell", "hum"])
def test_one_sound_alone_has_no_key(name: str) -> None:
    if name == "bell":
        sound = np.pad(chord([57, 69, 72, 76], 5.0), (22_050, 0))
    else:
        sound = sum(sine(50 * k, 6, 22_050, 0.3 / k) for k in range(1, 8))
    assert analyse_blocks([sound[:, None]], 22_050, 1).key is None
