"""Copies in three tiers, each with its evidence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import record
from hypothesis import given
from hypothesis import strategies as st

from audiolab import Filter
from audiolab.catalog import fingerprints
from audiolab.chromaprint import compress
from audiolab.errors import CatalogError

STEPS = 400


def recording(seed: int, steps: int = STEPS) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**32, steps, np.uint32)


def encoded(hashes: np.ndarray, share: float = 0.04, seed: int = 9) -> np.ndarray:
    """The same recording with some bits wrong."""
    wrong = np.random.default_rng(seed).random((len(hashes), 32)) < share
    return hashes ^ (wrong @ (1 << np.arange(32, dtype=np.uint64))).astype(np.uint32)


@pytest.fixture
def write(catalog):
    """Stores tracks of given fingerprints, embeddings and values; returns their ids."""
    root = catalog.root(Path("/m"))

    def write(*tracks: dict) -> list[str]:
        return catalog.write(
            root,
            [
                replace(
                    record(f"{i}.mp3", duration_seconds=60.0 + 10 * i, **track.pop("values", {})),
                    **track,
                )
                for i, track in enumerate(tracks)
            ],
        )

    return write


def test_one_recording_in_several_encodings_and_edits(catalog, write):
    song = recording(1)
    flac, mp3, edit, other, short = write(
        {"fingerprint": compress(song), "values": {"format": "flac", "bitrate_kbps": 700.0}},
        {"fingerprint": compress(encoded(song)), "values": {"format": "mp3"}},
        {"fingerprint": compress(encoded(song[40:], seed=3)), "values": {"format": "wav"}},
        {"fingerprint": compress(recording(2))},
        {"fingerprint": compress(recording(3, 10))},
    )
    pairs = catalog.duplicates()
    assert set(pairs.tier) == {"recording"}
    found = {(pair.id, pair.other_id): pair for pair in pairs.itertuples()}
    assert set(found) == {(flac, mp3), (flac, edit), (mp3, edit)}
    assert found[flac, mp3].better_id == flac
    assert found[flac, mp3].similarity == pytest.approx(0.92, abs=0.02)
    assert found[flac, mp3].evidence.startswith("fingerprints agree in 96")
    assert found[flac, mp3].evidence.endswith("of 50 s")
    assert found[flac, edit].evidence.endswith(", 5.0 s apart")
    assert catalog.duplicates(Filter(id=[flac, other, short])).empty
    catalog.delete(edit)
    assert set(zip(*catalog.duplicates()[["id", "other_id"]].T.values, strict=True)) == {
        (flac, mp3)
    }


def test_the_surest_tier_counts(catalog, write):
    song = compress(recording(1))
    vector = {"m": np.arange(1, 9, dtype=np.float32)}
    same = {"audio_hash": b"x" * 16, "fingerprint": song, "embeddings": vector}
    ids = write(same, same | {"audio_hash": b"y" * 16}, same)
    pairs = catalog.duplicates()
    tiers = {frozenset(pair[1:3]): pair.tier for pair in pairs.itertuples()}
    assert tiers == {
        frozenset((ids[0], ids[2])): "audio",
        frozenset((ids[0], ids[1])): "recording",
        frozenset((ids[1], ids[2])): "recording",
    }
    assert pairs.tier.is_monotonic_increasing
    assert set(pairs.better_id) == {ids[2], ids[1]}  # longer


def test_a_damaged_copy_is_worse_whatever_its_format(catalog, write):
    song = compress(recording(1))
    flac, mp3 = write(
        {"fingerprint": song, "values": {"format": "flac", "decoded_share": 0.6}},
        {"fingerprint": song, "values": {"format": "mp3", "decoded_share": 1.0}},
    )
    [pair] = catalog.duplicates().itertuples()
    assert pair.better_id == mp3 != flac


@pytest.mark.parametrize(
    ("steps", "wrong", "same"),
    [(300, 0.2, True), (300, 0.25, False), (30, 0.04, True), (30, 0.15, False), (15, 0.0, False)],
)
def test_the_shorter_the_more_must_agree(steps, wrong, same):
    song = recording(1, steps)
    other = encoded(song, wrong)
    other[::7] = song[::7]  # something to lay them on top of each other by
    assert (fingerprints.agreement(song, other) is not None) is same


def test_silence_and_steady_tones_are_no_recording(catalog, write):
    silent = compress(np.full(STEPS, 627_964_279, np.uint32))
    write(*({"fingerprint": silent} for _ in range(60)))
    assert catalog.duplicates().empty


def test_fingerprints_are_kept_replaced_and_removed(catalog, write):
    song, other = compress(recording(1)), compress(recording(2))
    [track] = write({"fingerprint": song})
    assert catalog.fingerprint(track) == song
    write({})
    assert catalog.fingerprint(track) == song
    write({"fingerprint": other})
    assert catalog.fingerprint(track) == other
    write({"fingerprint": ""})
    assert catalog.fingerprint(track) is None
    with pytest.raises(CatalogError, match="Chromaprint"):
        write({"fingerprint": "nonsense"})


@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_the_offset_is_found(before, after, swap):
    """However two fingerprints lie, the share is that of the bits that agree."""
    song = recording(4)
    first, second = song[before : STEPS - after], encoded(song)
    offset = before
    if swap:
        first, second, offset = second, first, -before
    found = fingerprints.agreement(first, second)
    assert found is not None
    assert round(found.offset_seconds / fingerprints.STEP_SECONDS) == offset
    assert found.share == pytest.approx(0.96, abs=0.01)
    assert fingerprints.agreement(first, recording(5)) is None
    assert fingerprints.agreement(first, np.empty(0, np.uint32)) is None


def test_alike_is_found_over_the_borders_of_blocks(catalog, monkeypatch):
    monkeypatch.setattr("audiolab.catalog.duplicates._BLOCK", 3)
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((12, 32)).astype(np.float32)
    vectors[7] = vectors[2] + 0.001  # 0.5 s longer
    vectors[11] = vectors[2]  # much longer
    lengths = [10.0, 20, 30, 30.1, 30.2, 30.3, 30.4, 30.5, 40, 50, 60, 70]
    ids = catalog.write(
        catalog.root(Path("/m")),
        [
            replace(record(f"{i}.mp3", duration_seconds=length), embeddings={"wide": vector})
            for i, (vector, length) in enumerate(zip(vectors, lengths, strict=True))
        ],
    )
    [pair] = catalog.duplicates(model="wide").itertuples()
    assert (pair.id, pair.other_id, pair.tier) == (ids[2], ids[7], "alike")
    assert "lengths differ by 0.5 s" in pair.evidence
