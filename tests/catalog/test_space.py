"""The index of neighbours: when it is made, what it misses, what happens while it is made."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from audiolab.catalog import halves, neighbours, space_build, space_index, upkeep, values
from audiolab.catalog.reduction import Trial, unit_rows
from audiolab.catalog.space import Space, find_space
from audiolab.catalog.upkeep import due

DIMENSIONS = 40


@pytest.mark.parametrize(
    ("vectors", "pending", "built_for", "what"),
    [
        (9_999, 9_999, None, "nothing"),
        (10_000, 10_000, None, "build"),
        (100_000, 0, 100_000, "nothing"),
        (100_000, 1, 100_000, "move"),
        (100_000, 20_001, 80_000, "build"),
        (160_000, 10, 100_000, "build"),
        (9_000, 10, 100_000, "nothing"),
    ],
)
def test_what_pays(vectors, pending, built_for, what):
    assert due(vectors, pending, built_for) == what


def clustered(rows, seed=2, noise=0.5):
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).standard_normal((8, DIMENSIONS))
    vectors = centres[rng.integers(0, 8, rows)] + noise * rng.standard_normal((rows, DIMENSIONS))
    return vectors.astype("float32")


def frame(rows, folder="a"):
    return pd.DataFrame({"path": [f"{folder}/{i}.mp3" for i in range(rows)]})


@pytest.fixture
def indexed(catalog, monkeypatch):
    """A library with an index over reduced vectors: catalog, ids, vectors."""
    monkeypatch.setattr(upkeep, "INDEX_FROM", 100)
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 20)
    monkeypatch.setattr("audiolab.catalog.reduction.SIZES", (16,))
    matrix = clustered(400)
    ids = catalog.add(frame(400), embeddings={"m": matrix})
    assert catalog.maintain() == ["m"]
    return catalog, ids, matrix


def counts(catalog):
    """Vectors in the index, and vectors that wait for it."""
    with catalog._database.read() as connection:
        return tuple(
            connection.scalar(text(f"SELECT count(*) FROM embedding_1_{name}"))
            for name in ("near", "pending")
        )


def nearest(matrix, query, count):
    return set(np.argsort(-(unit_rows(matrix) @ unit_rows(query[None])[0]))[:count].tolist())


def found(catalog, ids, query, count=10):
    return {ids.index(i) for i in catalog.similar(query, limit=count, copies=True).index}


def test_what_is_written_later_is_found_at_once(indexed):
    catalog, ids, matrix = indexed
    assert counts(catalog) == (400, 0)
    more = clustered(30, seed=5)
    ids += catalog.add(frame(30, "b"), embeddings={"m": more})
    matrix = np.vstack([matrix, more])
    assert counts(catalog) == (400, 30)
    for place in (3, 410, 429):
        assert found(catalog, ids, matrix[place]) == nearest(matrix, matrix[place], 10)

    assert catalog.maintain() == [], "so few are put into the index that is there"
    assert counts(catalog) == (430, 0)
    for place in (3, 410, 429):
        assert len(found(catalog, ids, matrix[place]) & nearest(matrix, matrix[place], 10)) >= 9

    ids += catalog.add(frame(300, "c"), embeddings={"m": clustered(300, seed=6)})
    assert catalog.maintain() == ["m"], "so many are worth a new one"
    assert counts(catalog) == (730, 0)


def test_what_is_removed_while_it_waits_for_the_index_is_forgotten(indexed):
    catalog, ids, _ = indexed
    catalog.add(frame(30), root="other", embeddings={"m": clustered(30, seed=5)})
    catalog.add(frame(20), embeddings={"m": clustered(20, seed=6)})
    assert counts(catalog) == (400, 50)
    (other,) = (root for root in catalog.roots() if root.path == "other")
    catalog.remove_root(other)
    assert len(catalog.similar(ids[3], limit=380, copies=True)) == 380
    assert catalog.maintain() == []
    assert counts(catalog) == (400, 0)


@pytest.mark.parametrize("where", [None, "path:a/", "bpm:100"])
def test_a_track_is_compared_as_it_is_now(indexed, where):
    """By its vector in the index while that is the one it has, else by the one it has."""
    catalog, ids, matrix = indexed
    tempo = np.where(np.arange(400) % 10, 120.0, 100.0)
    catalog.add(frame(400).assign(tempo_bpm=tempo))
    others = np.array([i for i in range(400) if i != 3 and (where != "bpm:100" or tempo[i] == 100)])

    def right():
        shown = catalog.similar(ids[3], limit=10, where=where, copies=True)
        wanted = nearest(matrix[others], matrix[3], 10)
        return len({ids.index(i) for i in shown.index} & {int(others[i]) for i in wanted})

    assert right() >= 9
    unlike = int(np.argmin(unit_rows(matrix) @ unit_rows(matrix[3:4])[0]))
    matrix[3] = 0.9 * matrix[unlike]
    catalog.add(frame(4)[3:], embeddings={"m": matrix[3:4]})
    assert counts(catalog) == (400, 1)
    assert right() >= 9
    catalog.maintain()
    assert counts(catalog) == (400, 0)
    assert right() >= 9


def test_a_filter_by_age_goes_with_the_time(indexed, monkeypatch):
    catalog, ids, _ = indexed
    assert len(catalog.similar(ids[0], where="added:-1h..")) == 10

    class Tomorrow(values.datetime):
        @classmethod
        def now(cls, zone=None):
            return super().now(zone) + timedelta(days=1)

    monkeypatch.setattr(values, "datetime", Tomorrow)
    assert catalog.similar(ids[0], where="added:-1h..").empty
    assert len(catalog.similar(ids[0], where="added:-2d..")) == 10


def test_a_large_addition_makes_its_index(indexed, monkeypatch):
    catalog, _, _ = indexed
    monkeypatch.setattr(upkeep, "LARGE_ADDITION", 300)
    told = set()
    catalog.add(
        frame(300, "b"),
        embeddings={"m": clustered(300, seed=5)},
        progress=lambda what, share: told.add(what),
    )
    assert counts(catalog) == (700, 0)
    assert "index of m" in told


def test_a_vector_that_changes_is_found_where_it_is_now(indexed):
    catalog, ids, matrix = indexed
    matrix[7] = -matrix[11]
    catalog.add(frame(400), embeddings={"m": matrix})
    assert counts(catalog) == (400, 1), "what has not changed is not written"
    assert 7 in found(catalog, ids, -matrix[11], 3)
    assert catalog.maintain() == []
    assert counts(catalog) == (400, 0)
    assert 7 in found(catalog, ids, -matrix[11], 3)


def test_tracks_that_are_gone_are_not_found(indexed):
    catalog, ids, matrix = indexed
    wanted = sorted(nearest(matrix, matrix[0], 6))
    catalog.delete([ids[i] for i in wanted])
    rest = np.delete(np.arange(400), wanted)
    close = {int(rest[i]) for i in nearest(matrix[rest], matrix[0], 10)}
    assert found(catalog, ids, matrix[0]) == close
    catalog.remove_root(catalog.roots()[0])
    assert counts(catalog) == (0, 0)
    assert found(catalog, ids, matrix[0]) == set()


def test_what_is_written_during_a_build_waits_for_the_next(indexed, monkeypatch):
    catalog, ids, matrix = indexed
    catalog.add(frame(200, "b"), embeddings={"m": clustered(200, seed=3)})
    written = threading.Event()
    index = space_build.make_index

    def slow_index(*arguments):
        matrix[5] = -matrix[6]
        catalog.add(frame(400), embeddings={"m": matrix})
        catalog.add(frame(10, "late"), embeddings={"m": clustered(10, seed=4)})
        prune(ids[20:23])
        index(*arguments)
        prune(ids[23:25])  # nobody waits for an index
        written.set()

    def prune(tracks):
        catalog.prune(catalog.roots()[0], tracks)

    monkeypatch.setattr(space_build, "make_index", slow_index)
    assert catalog.maintain() == ["m"]
    assert written.is_set()
    assert counts(catalog) == (595, 11)
    assert not {ids[i] for i in range(20, 25)} & set(catalog.similar(matrix[22], limit=20).index)
    assert 5 in found(catalog, [*ids, *catalog.tracks().index], -matrix[6], 1)


def test_a_build_that_dies_leaves_the_old_index(indexed, monkeypatch):
    catalog, ids, _ = indexed
    catalog.add(frame(200, "b"), embeddings={"m": clustered(200, seed=3)})

    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(space_build, "_put_in_place", dies)
    with pytest.raises(KeyboardInterrupt):
        catalog.maintain()
    assert counts(catalog) == (400, 200)
    assert len(catalog.similar(ids[0], limit=10)) == 10
    monkeypatch.undo()
    monkeypatch.setattr(upkeep, "INDEX_FROM", 100)
    assert catalog.maintain() == ["m"], "and is made up for"


def test_progress_is_told_and_never_goes_back(indexed, monkeypatch):
    catalog, _, _ = indexed
    monkeypatch.setattr(space_index, "POLL_SECONDS", 0.001)
    catalog.add(frame(600, "b"), embeddings={"m": clustered(600, seed=3)})
    told = []
    catalog.maintain(lambda what, share: told.append((what, share)))
    shares = [share for what, share in told if what == "index of m"]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(shares) > 3


def test_a_search_that_misses_is_noticed(indexed, monkeypatch):
    """Where the index finds too little or not even the seed, all are compared."""
    catalog, ids, _ = indexed
    with catalog._database.cursor(write=True) as cursor:
        cursor.execute("DELETE FROM embedding_1_near WHERE track_id = %s", (ids[3],))
    calls = []
    everything = neighbours._all_reduced
    monkeypatch.setattr(
        neighbours, "_all_reduced", lambda *asked: calls.append(1) or everything(*asked)
    )
    assert len(catalog.similar(ids[3], limit=10, copies=True)) == 10
    assert calls == [1]
    assert len(catalog.similar(ids[4], limit=10, copies=True)) == 10
    assert calls == [1]


def test_two_halves_are_the_whole(indexed, monkeypatch):
    catalog, ids, matrix = indexed
    catalog.add(frame(400).assign(tempo_bpm=np.where(np.arange(400) % 3, 100.0, 120.0)))
    others = np.flatnonzero(np.arange(400) % 3)
    monkeypatch.setattr(neighbours, "TRUSTED", 100)  # the index is not
    read = []

    def ask(worth):
        monkeypatch.setattr(halves, "WORTH_TWO", worth)
        return catalog.similar(ids[0], limit=10, where="bpm:100", copies=True)

    whole = ask(10_000)
    split = halves.of_all
    monkeypatch.setattr(halves, "of_all", lambda *asked: read.append(split(*asked)) or read[-1])
    pd.testing.assert_frame_equal(ask(0), whole)
    assert {ids.index(i) for i in whole.index} == {
        int(others[i]) for i in nearest(matrix[others], matrix[0], 10)
    }
    assert {len(parts) for parts in read} == {2}
    with ThreadPoolExecutor(20) as pool:
        at_once = list(pool.map(lambda _: ask(0).index.tolist(), range(60)))
    assert at_once == [whole.index.tolist()] * 60
    assert {len(parts) for parts in read} <= {1, 2}


def test_what_matches_may_sound_unlike_the_seed(indexed):
    """What is near is of other kinds: the first that match are not the nearest that do."""
    catalog, *_ = indexed
    rows = 3_000
    matrix = clustered(rows, noise=1.5)
    kinds = (unit_rows(matrix) @ unit_rows(clustered(400, noise=0)[:1])[0]) > 0.4
    tempo = np.where(kinds & (np.arange(rows) % 25 > 0), 100.0, 120.0)
    ids = catalog.add(frame(rows).assign(tempo_bpm=tempo), embeddings={"m": matrix})
    catalog.maintain()
    right, seeds = 0, np.flatnonzero(kinds)[:20]
    for seed in seeds:
        others = np.array([i for i in np.flatnonzero(tempo == 120.0) if i != seed])
        wanted = {int(others[i]) for i in nearest(matrix[others], matrix[seed], 10)}
        near = catalog.similar(ids[seed], limit=10, where="bpm:120", copies=True)
        right += len({ids.index(i) for i in near.index} & wanted)
    assert right / (10 * len(seeds)) > 0.97


def test_all_copies_of_a_recording_do_not_crowd_out_the_others(indexed):
    catalog, ids, matrix = indexed
    copies = np.repeat(matrix[:1], 120, axis=0)
    catalog.add(frame(120, "copies"), embeddings={"m": copies})
    near = catalog.similar(ids[0], limit=10)
    assert len(near) == 10
    assert set(near.index) == {ids[i] for i in nearest(matrix[1:], matrix[0], 10) for i in [i + 1]}


def test_two_do_not_build_at_once(indexed, monkeypatch):
    catalog, _, _ = indexed
    catalog.add(frame(200, "b"), embeddings={"m": clustered(200, seed=3)})
    other = []
    index = space_build.make_index

    def ask_meanwhile(*arguments):
        other.append(catalog.maintain())
        index(*arguments)

    monkeypatch.setattr(space_build, "make_index", ask_meanwhile)
    assert catalog.maintain() == ["m"]
    assert other == [[]]


def test_a_reduction_is_only_as_small_as_it_can_be_trusted(monkeypatch):
    monkeypatch.setattr("audiolab.catalog.reduction.SIZES", (4, 16))
    monkeypatch.setattr("audiolab.catalog.reduction.PAGES_PER_CANDIDATE", 0.2)
    rng = np.random.default_rng(0)
    basis = rng.standard_normal((4, DIMENSIONS))
    flat = (rng.standard_normal((3_000, 4)) @ basis).astype("float32")
    round_ = rng.standard_normal((3_000, DIMENSIONS)).astype("float32")
    for matrix, size in ((flat, 4), (round_, None)):
        trial = Trial(matrix[:500])
        for start in range(0, 3_000, 700):
            part = matrix[start : start + 700]
            trial.push([str(start + i) for i in range(len(part))], part)
        reduction = trial.result(6_000)
        assert (None if reduction.components is None else reduction.components.shape[1]) == size
        one = reduction.apply_to(matrix[7])
        np.testing.assert_allclose(one, reduction.apply(matrix[7:8])[0], rtol=1e-4, atol=1e-6)
    lengths = np.linalg.norm(reduction.apply(round_), axis=1)
    np.testing.assert_allclose(lengths, 1, rtol=1e-5)


def test_an_index_of_another_database_is_not_mistaken_for_ours(indexed):
    """After a restore there may be a record of an index, and no index."""
    catalog, ids, matrix = indexed
    with catalog._database.cursor(write=True) as cursor:
        cursor.execute("DROP TABLE embedding_1_near")
    with catalog._database.read() as connection:
        cursor = connection.connection.cursor()
        assert find_space(connection, cursor, "embedding_1") == Space("embedding_1", None)
    assert found(catalog, ids, matrix[0]) == nearest(matrix, matrix[0], 10)
    assert catalog.maintain() == ["m"]
