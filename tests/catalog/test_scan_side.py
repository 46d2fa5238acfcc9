"""What scans rely on: merging by stage, corrections, moves, missing files, the lock, jobs."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import record

from audiolab import Filter
from audiolab.catalog.records import StageRow, TrackRecord
from audiolab.errors import CatalogError, RootBusyError, TrackNotFoundError

SIGNAL = StageRow("signal", "1", "done", None, 0.5)
TAGS = StageRow("tags", "1", "done", None, 0.1)


@pytest.fixture
def root(catalog):
    return catalog.root(Path("/music/ä"))


def scanned(path="a/one.mp3", **changes) -> TrackRecord:
    values = {"title": "One", "artist": "Björk", "album": "Debut", "tempo_bpm": 120.0,
              "key": "A minor"}  # fmt: skip
    base = TrackRecord(
        path, "analysed", 10, 20, file_hash=b"h" * 16, values=values, stages=(TAGS, SIGNAL),
        audio_hash=b"a" * 16, waveform=np.linspace(0, 1, 800), beats=np.array([0.5, 1.0]),
    )  # fmt: skip
    return replace(base, **changes)


def test_a_scanned_file_is_remembered(catalog, root):
    [track_id] = catalog.write(root, [scanned()])
    known = catalog.known_files(root)["a/one.mp3"]
    assert (known.id, known.state, known.file_size_bytes, known.mtime_ns) == (
        track_id, "analysed", 10, 20,
    )  # fmt: skip
    assert known.file_hash == b"h" * 16
    assert known.stages == {"tags": "1", "signal": "1"}
    assert known.reasons == {}
    np.testing.assert_allclose(catalog.waveform(track_id), np.linspace(0, 1, 800), atol=1e-5)
    np.testing.assert_array_equal(catalog.beats(track_id), [0.5, 1.0])
    assert catalog.path(track_id) == Path("/music/ä/a/one.mp3")


def test_one_stage_again_leaves_the_others_alone(catalog, root):
    [track_id] = catalog.write(root, [scanned()])
    again = StageRow("signal", "2", "done", None, 0.4)
    update = scanned(values={"tempo_bpm": 121.0}, stages=(again,), waveform=None, beats=None)
    assert catalog.write(root, [update]) == [track_id]
    track = catalog.track(track_id)
    assert (track.tempo_bpm, track.title, track.key) == (121.0, "One", "A minor")
    assert catalog.count("bjork debut one") == 1
    assert catalog.known_files(root)["a/one.mp3"].stages == {"tags": "1", "signal": "2"}


def test_records_of_different_columns_in_one_batch(catalog, root):
    records = [scanned(), record("b.mp3", title="B"), record("c.mp3", tempo_bpm=99.0)]
    ids = catalog.write(root, records)
    assert [catalog.track(i).path for i in ids] == ["a/one.mp3", "b.mp3", "c.mp3"]


def test_a_batch_is_stored_whole_or_not_at_all(catalog, root):
    with pytest.raises(CatalogError, match="800 finite peaks"):
        catalog.write(root, [scanned(), scanned("b.mp3", waveform=np.ones(5))])
    assert catalog.known_files(root) == {}


def test_failures_are_in_the_ledger_only(catalog, root):
    failure = StageRow("signal", "1", "failed", "not an audio file", 0.01)
    catalog.write(root, [scanned(), scanned("bad.mp3", state="failed", values={}, stages=(failure,),
                                            waveform=None, beats=None)])  # fmt: skip
    assert catalog.count() == 1
    ledger = catalog.ledger(failed=True)
    assert ledger[["path", "state", "stage", "reason"]].values.tolist() == [
        ["bad.mp3", "failed", "signal", "not an audio file"]
    ]
    assert len(catalog.ledger()) == 2
    assert catalog.known_files(root)["bad.mp3"].reasons == {"signal": "not an audio file"}


def test_a_filter_that_names_states_is_taken_at_its_word(catalog, root):
    failure = StageRow("signal", "1", "failed", "not an audio file", 0.01)
    bad = scanned("bad.mp3", state="failed", values={}, stages=(failure,), waveform=None,
                  beats=None)  # fmt: skip
    ids = catalog.write(root, [scanned(), bad, scanned("gone.mp3"), scanned("out.mp3")])
    catalog.mark_missing(root, [ids[2]])
    catalog.delete(ids[3])
    for where, paths in (
        (None, ["a/one.mp3"]), ("state:failed", ["bad.mp3"]), ("state:missing", ["gone.mp3"]),
        ("state:failed,excluded", ["bad.mp3", "out.mp3"]), ("-state:excluded gone", ["gone.mp3"]),
        (Filter(state=["analysed", "missing"]) & Filter.parse("debut -path:gone"), ["a/one.mp3"]),
    ):  # fmt: skip
        assert list(catalog.tracks(where, sort="path").path) == paths
        assert catalog.count(where) == len(paths)
    states = catalog.facets("state", Filter(state=["failed", "missing", "excluded"]))
    assert dict(states) == {"failed": 1, "missing": 1, "excluded": 1}
    assert catalog.standing(ids) == {
        ids[0]: ("analysed", None), ids[1]: ("failed", "not an audio file"),
        ids[2]: ("missing", None), ids[3]: ("excluded", None),
    }  # fmt: skip
    assert len(catalog.tracks("state:failed", sort="id")) == 1


def test_skipped_places_are_in_the_ledger_until_the_next_scan(catalog, root):
    catalog.set_skipped(root, [("locked", "no permission"), ("loop", "link leads back")])
    assert set(catalog.ledger().state) == {"skipped"}
    catalog.set_skipped(root, [])
    assert catalog.ledger().empty


def test_corrections_survive_every_analysis(catalog, root):
    [track_id] = catalog.write(root, [scanned()])
    catalog.correct(track_id, tempo_bpm=60.0, key="8B", genre_primary="Trip Hop")
    track = catalog.track(track_id)
    assert (track.tempo_bpm, track.key, track.key_camelot) == (60.0, "C major", "8B")
    assert sorted(track.corrected) == ["genre_primary", "key", "tempo_bpm"]
    assert catalog.count('genre:"trip hop"') == catalog.count("trip hop") == 1
    new = {"tempo_bpm": 124.0, "key": "D minor", "genre_primary": "House"}
    catalog.write(root, [scanned(values=new)])
    track = catalog.track(track_id)
    assert (track.tempo_bpm, track.key, track.key_camelot) == (60.0, "C major", "8B")
    assert catalog.count("trip hop") == 1
    assert catalog.count("genre:house") == 0
    catalog.uncorrect(track_id, "tempo_bpm", "key", "genre_primary")
    track = catalog.track(track_id)
    assert (track.tempo_bpm, track.key, track.key_camelot) == (124.0, "D minor", "7A")
    assert track.corrected == []
    assert catalog.count("genre:house") == 1


@pytest.mark.parametrize(
    "values",
    [{"tempo_bpm": "fast"}, {"tempo_bpm": -1}, {"energy": 2}, {"key": "H"}, {"path": "x"},
     {"has_vocals": 1}, {"genre_secondary": "house"}, {"nothing": 1}],
)  # fmt: skip
def test_corrections_that_make_no_sense(catalog, root, values):
    [track_id] = catalog.write(root, [scanned()])
    with pytest.raises(CatalogError):
        catalog.correct(track_id, **values)
    assert catalog.track(track_id).corrected == []


def test_a_moved_file_keeps_its_track(catalog, root):
    [track_id] = catalog.write(root, [scanned()])
    catalog.move(root, [(track_id, "b/renamed.mp3", 10, 99)])
    track = catalog.track(track_id)
    assert (track.path, track.filename, track.title) == ("b/renamed.mp3", "renamed.mp3", "One")
    assert catalog.count("renamed debut") == 1
    assert catalog.known_files(root)["b/renamed.mp3"].mtime_ns == 99


def test_a_file_that_is_gone_comes_back(catalog, root):
    [track_id] = catalog.write(root, [scanned()])
    catalog.mark_missing(root, [track_id])
    assert catalog.count() == 0
    assert catalog.track(track_id).state == "missing"
    catalog.touch(root, [(track_id, 10, 20)])
    assert catalog.track(track_id).state == "analysed"


def test_a_deleted_track_stays_deleted_when_its_file_goes(catalog, root):
    [track_id] = catalog.write(root, [scanned()])
    catalog.delete(track_id)
    catalog.mark_missing(root, [track_id])
    assert catalog.track(track_id).state == "excluded"


def test_class_scores_come_back_as_a_frame(catalog, root):
    catalog.register_head("mood", ["happy", "sad"], "abc")
    scores = {"mood": np.array([0.25, 0.75])}
    [track_id] = catalog.write(root, [scanned(scores=scores)])
    frame = catalog.predictions("mood")
    assert list(frame.columns) == ["happy", "sad"]
    np.testing.assert_allclose(frame.loc[track_id], [0.25, 0.75])
    assert catalog.scores(track_id)["mood"].to_dict() == {"sad": 0.75, "happy": 0.25}
    assert list(catalog.scores(track_id)["mood"].index) == ["sad", "happy"], "the highest first"
    with pytest.raises(CatalogError, match="there are: mood"):
        catalog.predictions("genre")
    for head, scores in (("mood", [0.1]), ("genre", [0.1, 0.2])):
        with pytest.raises(CatalogError, match=r"has 2 classes, got 1|is not registered"):
            catalog.write(root, [scanned(scores={head: np.array(scores)})])
    catalog.register_head("mood", ["sad", "happy"], "def")
    assert catalog.predictions("mood").empty


def test_file_names_of_any_bytes(catalog, root):
    from audiolab.catalog import paths

    name = b"\xff\xfe 'quoted' \n.mp3"
    [track_id] = catalog.write(root, [scanned(paths.encode(name))])
    assert bytes(catalog.path(track_id)) == "/music/ä/".encode() + name


HOLD = """
import sys, time
from pathlib import Path
from audiolab import Catalog
catalog = Catalog.open(sys.argv[1])
root = catalog.root(Path("/music/ä"))
with catalog.hold_root(root):
    catalog.start_job(root, {})
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_scan_a_root_and_a_killed_one_lets_go(catalog, root, database_url):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, database_url], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "held\n"
        with (
            pytest.raises(RootBusyError, match=f"process {process.pid} on"),
            catalog.hold_root(root),
        ):
            pass
    finally:
        process.kill()
        process.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with catalog.hold_root(root):
                break
        except RootBusyError:
            time.sleep(0.05)
    else:
        pytest.fail("the killed process still holds the root")
    catalog.start_job(root, {})
    assert list(catalog.jobs().state) == ["running", "failed"]


def test_a_job_and_its_counts(catalog, root):
    job = catalog.start_job(root, {"recursive": True})
    assert catalog.update_job(job, found=5, analysed=2) is False
    catalog.finish_job(job, "completed", {"found": 5})
    row = catalog.jobs().loc[job]
    assert (row.state, row.found, row.analysed, row.root) == ("completed", 5, 2, "/music/ä")
    assert row.options == {"recursive": True}
    with pytest.raises(CatalogError, match="a job counts"):
        catalog.update_job(job, nonsense=1)


def test_forgetting_a_root(catalog, root):
    catalog.write(root, [scanned()])
    assert catalog.remove_root(root) == 1
    assert catalog.count() == 0
    with pytest.raises(CatalogError, match="never scanned"):
        catalog.root(Path("/music/ä"), create=False)


def test_a_root_behind_a_url_is_kept_as_it_is(catalog):
    root = catalog.root("s3://bucket/music", create=True)
    assert [known.address for known in catalog.roots()] == ["s3://bucket/music"]
    assert catalog.root("s3://bucket/music") == root
    [track_id] = catalog.write(root, [scanned()])
    with pytest.raises(TrackNotFoundError, match="on a server: it has no path here"):
        catalog.path(track_id)
