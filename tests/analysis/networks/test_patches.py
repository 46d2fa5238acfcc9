"""Patches of a stream of frames."""

import numpy as np
import pytest

from audiolab.analysis.networks.mel import BANDS
from audiolab.analysis.networks.patches import Patches

from .conftest import Samples, blocks


def frames(count: int) -> Samples:
    """Frames that know their number."""
    return np.repeat(np.arange(count, dtype=np.float32)[:, None], BANDS, axis=1)


def starts(count: int, hop: int = 62, size: int = 10**9, at_once: int = 8) -> list[int]:
    """First frames of all patches."""
    cut = Patches(128, hop, at_once)
    batches = [batch for part in blocks(frames(count), size) for batch in cut.push(part)]
    batches += cut.finish()
    assert all(batch.shape[1:] == (128, BANDS) for batch in batches)
    assert all(len(batch) == at_once for batch in batches[:-1])
    return [int(patch[0, 0]) for batch in batches for patch in batch]


@pytest.mark.parametrize(
    ("count", "patches"), [(0, 0), (1, 1), (127, 1), (128, 1), (189, 1), (190, 2), (1_000, 15)]
)
def test_number_of_patches(count: int, patches: int) -> None:
    assert starts(count) == [62 * number for number in range(patches)]


@pytest.mark.parametrize(("hop", "at_once"), [(62, 8), (93, 1), (128, 3)])
@pytest.mark.parametrize("size", [1, 61, 500])
def test_portions_of_any_size_give_the_same_patches(hop: int, at_once: int, size: int) -> None:
    assert starts(3_000, hop, size, at_once) == starts(3_000, hop)
    assert len(starts(3_000, hop)) == (3_000 - 128) // hop + 1


def test_a_short_clip_is_repeated_to_one_patch() -> None:
    cut = Patches(128, 62, 8)
    assert list(cut.push(frames(50))) == []
    ((patch,),) = cut.finish()
    assert patch[:, 0].tolist() == [*range(50), *range(50), *range(28)]
