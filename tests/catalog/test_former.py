"""What was known of a file's former bytes goes, and nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from audiolab import chromaprint
from audiolab.catalog import neighbours, upkeep
from audiolab.catalog.records import StageRow, TrackRecord

SIGNAL, NETWORKS = (StageRow(stage, "1", "done", None, 1.0) for stage in ("signal", "networks"))
FAILED = StageRow("networks", "1", "failed", "damaged weights", 0.1)
SIDE_TABLES = ("waveform", "beats", "fingerprint", "class_scores", "embedding_1", "embedding_2")


@pytest.fixture
def root(catalog):
    catalog.register_head("mood", ["happy", "sad"], "1")
    return catalog.root(Path("/music"))


def full(path="a.mp3", sound=b"a", seed=0):
    rng = np.random.default_rng(seed)
    return TrackRecord(
        path, "analysed", 10, 20, file_hash=sound * 16, audio_hash=sound * 16,
        values={"title": "One", "tempo_bpm": 120.0, "genre_primary": "jazz"},
        stages=(SIGNAL, NETWORKS), waveform=np.ones(800), beats=np.array([0.5, 1.0]),
        fingerprint=chromaprint.compress(rng.integers(0, 1 << 32, 60, np.uint32)),
        embeddings={"net": rng.random(8), "sig": rng.random(4)}, scores={"mood": np.ones(2) / 2},
    )  # fmt: skip


def other_sound(track_id, **brought):
    """The file holds other bytes now, of which little is known."""
    base = TrackRecord(
        "a.mp3", "partial", 11, 21, id=track_id, changed=True, file_hash=b"n" * 16,
        audio_hash=b"n" * 16, values={"title": "Two", "genre_primary": None},
        stages=(SIGNAL, FAILED), fingerprint="",
    )  # fmt: skip
    return replace(base, **brought)


def stored(catalog, track_id):
    """Rows beside the track's own, by table."""
    with catalog._database.read() as connection:
        return {
            table: connection.scalar(
                text(f"SELECT count(*) FROM {table} WHERE track_id = :id"), {"id": track_id}
            )
            for table in SIDE_TABLES
        }


def test_what_the_new_bytes_do_not_have_goes(catalog, root):
    track_id, other = catalog.write(root, [full(), full("b.mp3", b"b", seed=1)])
    catalog.correct(track_id, tempo_bpm=60.0)
    everything = dict.fromkeys(SIDE_TABLES, 1)
    assert stored(catalog, track_id) == everything
    sig = np.arange(4.0)
    catalog.write(root, [other_sound(track_id, embeddings={"sig": sig})])
    kept = dict.fromkeys(SIDE_TABLES, 0) | {_table(catalog, "sig"): 1}
    assert stored(catalog, track_id) == kept
    assert stored(catalog, other) == everything, "another track's"
    track = catalog.track(track_id)
    assert (track.title, track.tempo_bpm) == ("Two", 60.0), "what a person said stays"
    assert catalog.tracks("jazz").index.tolist() == [other]
    ids, matrix = catalog.embeddings("sig")
    np.testing.assert_array_equal(matrix[ids.index(track_id)], sig)
    assert catalog.embeddings("net")[0] == [other]


def _table(catalog, model):
    with catalog._database.read() as connection:
        found = text("SELECT id FROM embedding_model WHERE name = :name")
        return f"embedding_{connection.scalar(found, {'name': model})}"


def test_a_stage_that_did_not_run_on_them_is_to_run(catalog, root):
    [track_id] = catalog.write(root, [full()])
    catalog.write(root, [other_sound(track_id, stages=(SIGNAL,))])
    assert catalog.known_files(root)["a.mp3"].stages == {"signal": "1"}


def test_of_bytes_that_could_not_be_read_nothing_is_known(catalog, root):
    [track_id] = catalog.write(root, [full()])
    unread = other_sound(track_id, state="failed", file_hash=None, audio_hash=None, values={})
    catalog.write(root, [unread])
    assert catalog.known_files(root)["a.mp3"].file_hash is None
    assert set(stored(catalog, track_id).values()) == {0}
    assert catalog.track(track_id)[["title", "tempo_bpm", "genre_primary"]].isna().all()


def test_new_tags_are_no_new_sound(catalog, root):
    [track_id] = catalog.write(root, [full()])
    edited = other_sound(track_id, audio_hash=b"a" * 16, fingerprint=None)
    catalog.write(root, [edited])
    assert set(stored(catalog, track_id).values()) == {1}
    assert (catalog.track(track_id).title, catalog.track(track_id).tempo_bpm) == ("Two", 120.0)


def test_a_vector_that_went_leaves_the_index(catalog, root, monkeypatch):
    monkeypatch.setattr(upkeep, "INDEX_FROM", 50)
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 5)
    ids = catalog.write(root, [full(f"{i}.mp3", b"%c" % i, seed=i) for i in range(80)])
    assert set(catalog.maintain()) == {"net", "sig"}
    catalog.make_map(method="pca", model="net")
    catalog.write(root, [other_sound(ids[3], path="3.mp3")])
    assert len(catalog.map()) == 79
    for moved in (False, True):
        near = catalog.similar(ids[4], limit=100, model="net", copies=True)
        assert len(near) == 78
        assert ids[3] not in near.index
        with catalog._database.read() as connection:
            rows = connection.scalar(text(f"SELECT count(*) FROM {_table(catalog, 'net')}_near"))
        assert rows == (79 if moved else 80)
        catalog.maintain()
