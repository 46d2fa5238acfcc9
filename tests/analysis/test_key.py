"""Keys of cadences in all 24 keys, their names, and detuned instruments."""

import numpy as np
import pytest
from audio_samples import cadence

from audiolab.analysis.chroma import Tonal
from audiolab.analysis.key import TONICS, Key, correlations, estimate_key
from audiolab.analysis.signal import analyse_blocks

CAMELOT = {
    "C major": "8B", "A minor": "8A", "G major": "9B", "E minor": "9A", "D major": "10B",
    "B minor": "10A", "A major": "11B", "F# minor": "11A", "E major": "12B", "Db minor": "12A",
    "B major": "1B", "Ab minor": "1A", "F# major": "2B", "Eb minor": "2A", "Db major": "3B",
    "Bb minor": "3A", "Ab major": "4B", "F minor": "4A", "Eb major": "5B", "C minor": "5A",
    "Bb major": "6B", "G minor": "6A", "F major": "7B", "D minor": "7A",
}  # fmt: skip


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_cadence(tonic: int, mode: str) -> None:
    found = analyse_blocks([cadence(tonic, mode)[:, None]], 22_050, 1)
    assert found.key == f"{TONICS[tonic]} {mode}"
    assert found.key_camelot == CAMELOT[found.key]
    assert found.key_runner_up != found.key
    assert found.key_confidence is not None
    assert 0 < found.key_confidence <= 1
    assert found.chroma is not None
    assert sum(found.chroma) == pytest.approx(1)
    assert int(np.argmax(found.chroma)) in (tonic, (tonic + 7) % 12)


@pytest.mark.parametrize("cents", [-40, -20, 25, 45])
def test_detuned_instruments(cents: int) -> None:
    rate = round(22_050 * 2 ** (cents / 1200))
    assert analyse_blocks([cadence(2, "major")[:, None]], rate, 1).key == "D major"


def test_every_key_has_its_own_names() -> None:
    keys = [Key(tonic, mode) for tonic in range(12) for mode in ("major", "minor")]
    assert {str(key): key.camelot for key in keys} == CAMELOT
    assert len({key.open_key for key in keys}) == 24
    assert (Key(0, "major").open_key, Key(9, "minor").open_key) == ("1d", "1m")
    assert (Key(6, "minor").open_key, Key(5, "major").open_key) == ("4m", "12d")


def test_profile_itself_fits_perfectly() -> None:
    from audiolab.analysis.key import PROFILES

    found = correlations(np.roll(PROFILES[1], 4))
    assert found.shape == (2, 12)
    assert found[1, 4] == pytest.approx(1)
    assert found[1, 4] == found.max()


def test_flat_chroma_has_no_key() -> None:
    flat = np.full(12, 1 / 12)
    values = estimate_key(Tonal(flat, flat, np.zeros(0, np.float32), 0.0))
    assert "key" not in values
    assert values["key_confidence"] == 0
    nothing = np.zeros(12)
    assert estimate_key(Tonal(nothing, nothing, np.zeros(0, np.float32), 0.0)) == {}
