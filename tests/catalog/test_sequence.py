"""Sequences: the cheapest there is, whatever was asked for."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import record
from hypothesis import given
from hypothesis import strategies as st

from audiolab.catalog import sequence
from audiolab.chromaprint import compress
from audiolab.errors import CatalogError, QueryError, TrackNotFoundError


def problem(tracks, length, seed):
    rng = np.random.default_rng(seed)
    steps = rng.random((tracks, tracks))
    return steps + steps.T, rng.random((tracks, length))


@given(st.integers(1, 6), st.integers(0, 2), st.integers(0, 999), st.booleans(), st.booleans())
def test_small_ones_are_nearly_the_cheapest(length, spare, seed, fix_start, fix_end):
    tracks = length + spare
    steps, places = problem(tracks, length, seed)
    start = 0 if fix_start else None
    end = tracks - 1 if fix_end and length > 1 else None
    found = sequence.order(steps, places, start, end)
    assert len(found) == len(set(found)) == length
    allowed = [
        order
        for order in itertools.permutations(range(tracks), length)
        if (start is None or order[0] == start) and (end is None or order[-1] == end)
    ]
    assert tuple(found) in allowed
    cheapest = min(sequence.cost(list(order), steps, places) for order in allowed)
    assert sequence.cost(found, steps, places) <= 1.35 * cheapest + 1e-9


def test_large_ones_are_improved_and_done_soon():
    steps, places = problem(200, 60, 1)
    greedy = sequence._greedy(steps, places, None, None)
    found = sequence.order(steps, places)
    assert sequence.cost(found, steps, places) < 0.95 * sequence.cost(greedy, steps, places)


@pytest.mark.parametrize(
    ("curve", "shape"),
    [("warm-up", [100, 140]), ("wind-down", [140, 100]), ("level", [120, 120]),
     ("arc", [100, None, 140, None])],
)  # fmt: skip
def test_curves(curve, shape):
    tempi = np.array([96.0, 100, 120, 140, 144, np.nan])
    wanted = sequence.wanted_tempi(tempi, 31, curve, None)
    np.testing.assert_allclose(
        [wanted[0], wanted[-1]], [shape[0], shape[-1] or wanted[-1]], rtol=0.03
    )
    if curve == "arc":
        assert wanted.argmax() == 20
        assert wanted[0] < wanted[-1] < wanted.max()
    else:
        assert (np.sign(np.diff(wanted)) == np.sign(shape[1] - shape[0])).all()
    assert sequence.wanted_tempi(tempi, 5, curve, 128.0)[0] == pytest.approx(128)
    assert sequence.wanted_tempi(np.array([np.nan]), 5, curve, None) is None


@pytest.fixture(scope="module")
def library(shared_catalog):
    for root in shared_catalog.roots():
        shared_catalog.remove_root(root)
    rng = np.random.default_rng(2)
    rows = 120
    tempo = rng.uniform(90, 140, rows).round(1)
    tempo[::17] = np.nan
    styles = rng.standard_normal((3, 24))
    ids = shared_catalog.add(
        pd.DataFrame(
            {
                "path": [f"{i}.mp3" for i in range(rows)],
                "tempo_bpm": tempo,
                "key": rng.choice(["A minor", "C major", "E minor", "F# major", None], rows),
                "genre_primary": rng.choice(["house", "dub"], rows),
            }
        ),
        embeddings={"m": styles[np.arange(rows) % 3] + 0.5 * rng.standard_normal((rows, 24))},
    )
    return shared_catalog, ids


def smoothness(frame):
    return frame[["like_embedding", "like_key", "like_tempo"]].mean().mean()


def test_it_warms_up_smoothly(library):
    catalog, ids = library
    mix = catalog.sequence(length=16)
    assert len(set(mix.index)) == 16
    assert mix.tempo_bpm.corr(mix.wanted_bpm) > 0.95
    assert mix.tempo_bpm.iloc[-1] - mix.tempo_bpm.iloc[0] > 20
    nothing = dict.fromkeys(("sound", "key", "tempo"), 0.0)
    careless = catalog.sequence(ids[:16], curve="none", weights=nothing)
    assert smoothness(mix) > smoothness(careless) + 0.2
    likes = mix[["like_embedding", "like_key", "like_tempo"]]
    assert likes.iloc[0].isna().all()
    assert ((likes.iloc[1:] >= 0) & (likes.iloc[1:] <= 1) | likes.iloc[1:].isna()).all(axis=None)


def test_given_tracks_are_all_played_from_start_to_end(library):
    catalog, ids = library
    mix = catalog.sequence(ids[:12], start=ids[5], end=ids[7], curve="none")
    assert set(mix.index) == set(ids[:12])
    assert (mix.index[0], mix.index[-1]) == (ids[5], ids[7])
    assert mix.wanted_bpm.isna().all()
    assert list(catalog.sequence(ids[3]).index) == [ids[3]]


def test_choice_keeps_to_the_filter_and_near_the_start(library):
    catalog, _ = library
    assert set(catalog.sequence(where="genre:dub", length=10).genre_primary) == {"dub"}
    start = catalog.tracks("genre:dub has:bpm", sort="bpm").index[0]
    mix = catalog.sequence(where="genre:dub", length=10, start=start)
    assert mix.index[0] == start
    assert set(mix.genre_primary) == {"dub"}
    assert len(catalog.sequence(where="genre:dub", length=150)) == catalog.count("genre:dub")


def test_weights_say_what_counts(library):
    catalog, ids = library
    keys = catalog.sequence(ids[:30], curve="none", weights={"sound": 0, "tempo": 0})
    tempi = catalog.sequence(ids[:30], curve="none", weights={"sound": 0, "key": 0})
    assert keys.like_key.mean() > tempi.like_key.mean()
    assert tempi.like_tempo.mean() > keys.like_tempo.mean()


def test_without_embeddings_it_goes_by_key_and_tempo(catalog):
    frame = pd.DataFrame({"path": ["a", "b", "c"], "tempo_bpm": [120.0, 100.0, 110.0]})
    catalog.add(frame, root="bare")
    asked = {"where": "path:a | path:b | path:c"}
    assert list(catalog.sequence(**asked).tempo_bpm) == [100, 110, 120]
    slowest = catalog.tracks(**asked, sort="bpm").index[0]
    assert list(catalog.sequence(**asked, start=slowest).tempo_bpm) == [100, 110, 120]


@pytest.mark.parametrize(
    "arguments",
    [
        {"curve": "up"}, {"length": 0}, {"length": 1_000}, {"weights": {"sond": 1}},
        {"weights": {"sound": -1}}, {"weights": {"sound": float("nan")}}, {"where": "genre:none"},
        {"start": "nonsense"}, {"tracks": ["00000000-0000-0000-0000-000000000000"]},
        {"model": "other"}, {"tracks": []},
    ],
)  # fmt: skip
def test_wishes_that_make_no_sense(library, arguments):
    catalog, _ = library
    with pytest.raises((QueryError, CatalogError, TrackNotFoundError)):
        catalog.sequence(**arguments)


def test_copies_and_unknown_tempi_are_left_out(catalog):
    song = compress(np.random.default_rng(1).integers(0, 2**32, 300, np.uint32))
    root = catalog.root(Path("/m"))
    records = [replace(record("a.mp3", tempo_bpm=100.0), fingerprint=song),
               replace(record("b.mp3", tempo_bpm=101.0), fingerprint=song),
               record("c.mp3", tempo_bpm=110.0), record("d.mp3")]  # fmt: skip
    a, b, c, d = catalog.write(root, records)
    mix = catalog.sequence(length=2)
    assert len(mix) == 2
    assert set(mix.index) in ({a, c}, {b, c})
    assert set(catalog.sequence(length=9, start=b).index) == {b, c, d}
    assert len(catalog.sequence([a, b, d])) == 3, "who names tracks gets them"
