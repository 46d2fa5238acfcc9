"""Keys of cadences and scales in all 24 keys, and of detuned instruments."""

import numpy as np
import pytest
from audio_samples import cadence, scale

from audiolab import keys
from audiolab.analysis.chroma import Tonal
from audiolab.analysis.key import correlations, estimate_key
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
