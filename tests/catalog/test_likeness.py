"""Similar tracks, ways between them, copies: against numpy on the same vectors."""

import numpy as np
import pandas as pd
import pytest

from audiolab import Filter
from audiolab.catalog import neighbours
from audiolab.catalog.vectors import model_table, remove
from audiolab.errors import CatalogError, QueryError

ROWS, DIMENSIONS = 600, 48


def unit(matrix):
    return matrix / np.linalg.norm(matrix, axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def library(shared_catalog):
    for root in shared_catalog.roots():
        shared_catalog.remove_root(root)
    rng = np.random.default_rng(2)
    centres = rng.standard_normal((12, DIMENSIONS))
    style = rng.integers(0, 12, ROWS)
    matrix = (centres[style] + 0.5 * rng.standard_normal((ROWS, DIMENSIONS))).astype("float32")
    frame = pd.DataFrame(
        {
            "path": [f"{i:04d}.mp3" for i in range(ROWS)],
            "genre_primary": [f"genre {s}" for s in style],
            "tempo_bpm": rng.uniform(80, 160, ROWS),
            "key": rng.choice(["A minor", "C major", "F# minor"], ROWS),
            "mood_primary": rng.choice(["happy", "sad"], ROWS),
            "duration_seconds": np.arange(ROWS) * 10.0,
        }
    )
    ids = shared_catalog.add(frame, embeddings={"m": matrix})
    return shared_catalog, ids, matrix, frame


def exact(matrix, query, allowed, limit):
    scores = unit(matrix) @ unit(query)
    order = [i for i in np.argsort(-scores) if allowed[i]]
    return order[:limit]


def forget_index(catalog):
    with catalog._database.cursor(write=True) as cursor:
        cursor.execute("DELETE FROM embedding_space")
        cursor.execute("DROP TABLE IF EXISTS embedding_1_near")
        cursor.execute(
            "INSERT INTO embedding_1_pending (track_id) SELECT track_id FROM embedding_1 "
            "ON CONFLICT DO NOTHING"
        )


@pytest.fixture
def low_bars(monkeypatch):
    """What pays for large libraries pays for small ones."""
    monkeypatch.setattr("audiolab.catalog.upkeep.INDEX_FROM", 100)
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 20)


@pytest.fixture(params=["exact", "index", "reduced"])
def searched(request, library, monkeypatch, low_bars):
    catalog, *_ = library
    forget_index(catalog)
    if request.param == "reduced":
        monkeypatch.setattr("audiolab.catalog.reduction.SIZES", (16, 24))
    if request.param != "exact":
        assert catalog.maintain() == ["m"]
        assert catalog.maintain() == []
    yield library
    forget_index(catalog)


def test_the_nearest_come_first(searched):
    catalog, ids, matrix, _ = searched
    hits = 0
    for i in range(0, ROWS, 20):
        found = catalog.similar(ids[i], limit=10, copies=True)
        assert len(found) == 10
        assert found.similarity.is_monotonic_decreasing
        allowed = np.arange(ROWS) != i
        hits += len(set(found.index) & {ids[j] for j in exact(matrix, matrix[i], allowed, 10)})
    assert hits / 300 >= 0.98


@pytest.mark.parametrize(
    "where",
    [
        "genre:'none'", 'genre:"genre 3"', "bpm:100..150 key:Am", "bpm:80..",
        "nosuchword", "mp3 bpm:80..", "path:mp3", "id:5", "-mp3 | added:-1d..",
    ],
)  # fmt: skip
def test_inside_a_filter_the_answer_is_full(searched, where):
    catalog, ids, matrix, _ = searched
    allowed = np.isin(ids, list(catalog.tracks(where).index))
    allowed[5] = False
    found = catalog.similar(ids[5], limit=40, where=where, copies=True)
    wanted = [ids[j] for j in exact(matrix, matrix[5], allowed, 40)]
    assert len(found) == len(wanted)
    assert len(set(found.index) & set(wanted)) >= 0.95 * len(wanted)


def test_several_seeds_and_a_vector(library):
    catalog, ids, matrix, _ = library
    seeds = [ids[1], ids[2]]
    query = unit(matrix[[1, 2]]).mean(0)
    allowed = ~np.isin(np.arange(ROWS), [1, 2])
    wanted = [ids[j] for j in exact(matrix, query, allowed, 5)]
    assert list(catalog.similar(seeds, limit=5, copies=True).index) == wanted
    assert list(catalog.similar(query, limit=7, copies=True).index[:1]) == [
        ids[exact(matrix, query, np.ones(ROWS, bool), 1)[0]]
    ]
    away = catalog.similar(ids[1], minus=[wanted[0]], limit=10, copies=True)
    assert wanted[0] not in away.index
    direction = unit(matrix[1]) - 0.5 * unit(matrix[ids.index(wanted[0])])
    others = np.array([i not in (ids[1], wanted[0]) for i in ids])
    nearest = [ids[j] for j in exact(matrix, direction, others, 10)]
    assert list(away.index) == nearest
    from_vector = catalog.similar(matrix[1], minus=[wanted[0]], limit=11, copies=True)
    assert list(from_vector.index.drop(ids[1])) == nearest


def test_why(library):
    catalog, ids, _, frame = library
    found = catalog.similar(ids[0], limit=20, explain=True)
    likes = found[["like_embedding", "like_tempo", "like_key", "like_mood"]]
    assert ((likes >= 0) & (likes <= 1)).all(axis=None)
    same_key = found.key == frame.key[0]
    assert (found.like_key[same_key] == 1).all()
    assert (found.like_key[~same_key] < 1).all()
    assert set(found.like_mood) <= {0.0, 1.0}


def test_only_the_columns_that_were_asked_for(library):
    catalog, ids, *_ = library
    everything = catalog.similar(ids[0], limit=20, explain=True)
    some = catalog.similar(ids[0], limit=20, explain=True, columns=["title", "tempo_bpm"])
    likes = ["like_embedding", "like_tempo", "like_key", "like_mood"]
    assert list(some) == [*likes, "similarity", "title", "tempo_bpm"]
    pd.testing.assert_frame_equal(some, everything[list(some)], check_categorical=False)
    assert list(catalog.similar(ids[0], columns=())) == ["similarity"]
    with pytest.raises(QueryError, match="there is no column"):
        catalog.similar(ids[0], columns=["loudness_of_the_moon"])


def test_a_way_from_one_to_another(library):
    catalog, ids, matrix, _ = library
    way = catalog.between(ids[0], ids[1], steps=5)
    assert len(way) == len(set(way.index)) == 7
    assert (way.index[0], way.index[-1]) == (ids[0], ids[1])
    rows = [ids.index(i) for i in way.index[1:-1]]
    nearness = unit(matrix[rows]) @ unit(matrix[1])
    assert nearness[-1] > nearness[0]


@pytest.mark.parametrize(
    "ask",
    [
        {"seed": np.ones(3)}, {"seed": np.zeros(DIMENSIONS)}, {"seed": np.full(DIMENSIONS, np.nan)},
        {"seed": []}, {"seed": np.ones(DIMENSIONS), "model": "other"}, {"seed": np.array([])},
        {"seed": np.array(1.0)},
        {"seed": [], "minus": ["01a22040-0142-7429-99c8-c219804bd5ca"]},
    ],
)  # fmt: skip
def test_questions_that_make_no_sense(library, ask):
    catalog, *_ = library
    with pytest.raises(CatalogError):
        catalog.similar(**ask)


def test_copies_are_found_and_left_out(library):
    catalog, ids, matrix, _ = library
    rng = np.random.default_rng(3)
    copies = pd.DataFrame(
        {
            "path": ["copy.flac", "copy.mp3"],
            "format": ["flac", "mp3"],
            "bitrate_kbps": [900.0, 320.0],
            "duration_seconds": [5000.0, 5001.0],
        }
    )
    near = matrix[[7, 7]] + 0.001 * rng.standard_normal((2, DIMENSIONS)).astype("float32")
    flac, mp3 = catalog.add(copies, root="copies", embeddings={"m": near})
    try:
        found = catalog.similar(ids[7], limit=10)
        assert not {flac, mp3} & set(found.index)
        assert {flac, mp3} == set(catalog.similar(ids[7], limit=2, copies=True).index)
        pairs = catalog.duplicates()
        assert pairs[["tier", "better_id"]].values.tolist() == [["alike", flac]]
        assert {pairs.id[0], pairs.other_id[0]} == {flac, mp3}
        assert catalog.duplicates("format:mp3").empty
    finally:
        [root] = [r for r in catalog.roots() if r.path == "copies"]
        catalog.remove_root(root)


def test_equal_audio_is_the_surest_tier(catalog):
    from dataclasses import replace
    from pathlib import Path

    from conftest import record

    root = catalog.root(Path("/m"))
    same = [replace(record(f"{i}.mp3", duration_seconds=9.0), audio_hash=b"x" * 16) for i in (1, 2)]
    other = replace(record("3.mp3", duration_seconds=9.0), audio_hash=b"y" * 16)
    ids = catalog.write(root, [*same, other])
    pairs = catalog.duplicates()
    assert pairs.tier.tolist() == ["audio"]
    assert {pairs.id[0], pairs.other_id[0]} == set(ids[:2])
    assert catalog.duplicates(Filter(id=[ids[2]])).empty


def test_a_model_whose_last_vector_went_is_no_longer_asked(catalog):
    vectors = np.eye(2, dtype="float32")
    gone = catalog.add(
        pd.DataFrame({"path": ["a.mp3", "b.mp3"]}),
        embeddings={"network": vectors, "audiolab-signal-1": vectors},
    )
    assert catalog.embeddings()[0] == sorted(gone)
    with catalog._database.cursor(write=True) as cursor:
        remove(cursor, model_table(cursor, "network")[0], gone)
    assert catalog.embeddings()[0] == sorted(gone)
    assert catalog.similar(gone[0]).index.tolist() == gone[1:]
    assert len(catalog.embeddings("network")[0]) == 0
    with pytest.raises(CatalogError, match=r"no embeddings of 'other' .*it has: audiolab-signal-1"):
        catalog.embeddings("other")
