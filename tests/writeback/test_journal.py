"""What was written is on record, and can be taken back; what was interrupted is looked after."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import mutagen
import pytest

from audiolab import Catalog
from audiolab.catalog.tag_writes import TagChange
from audiolab.errors import AudiolabError
from audiolab.writeback import make_plan, recover, run, undo, write
from audiolab.writeback.containers import open_tags

from .conftest import Fill, scan_plan
from .samples import tagged

# Slots that a write of tempo, key and mood changes where they are there already.
TOUCHED = {"TBPM", "TXXX:fBPM", "BPM", "KEY", "tmpo", "----:com.apple.iTunes:KEY"}


@pytest.fixture
def library(tmp_path: Path, fill: Fill) -> Path:
    """Three files that are known."""
    for place, kind in enumerate(("mp3", "flac", "m4a")):
        tagged(tmp_path / f"{place}.{kind}", seed=place)
    fill(tmp_path)
    return tmp_path


def bpm(folder: Path) -> list[str]:
    """What the files say."""
    return [
        (tags.texts("TXXX:BPM") or tags.texts("TBPM") or tags.texts("BPM") or tags.texts("tmpo"))[0]
        for tags in (open_tags(path) for path in sorted(folder.glob("?.*")))
    ]


def test_the_journal_tells_what_was_done(catalog: Catalog, library: Path) -> None:
    number = write(catalog, make_plan(catalog, fields="bpm,key")).write
    taken_back = undo(catalog, number).write
    journal = catalog.tag_writes()
    assert journal.loc[number, ["what", "undone", "written"]].tolist() == ["bpm, key", 3, 0]
    assert journal.loc[taken_back, ["undoes", "written"]].tolist() == [number, 3]
    assert journal["finished_at"].notna().all()
    with pytest.raises(AudiolabError, match="nothing of write"):
        undo(catalog, number)


def test_writes_are_undone_one_by_one_the_last_first(catalog: Catalog, library: Path) -> None:
    first = write(catalog, make_plan(catalog, fields="bpm")).write
    for track_id in catalog.tracks().index:
        catalog.correct(track_id, tempo_bpm=99.5)
    write(catalog, make_plan(catalog, fields="bpm"))
    report = undo(catalog, first)
    assert report.written == 0
    assert {one.reason for one in report.failed} == {
        "its tags are others than they were: left alone"
    }
    undo(catalog)
    assert bpm(library) == ["122.03", "122.03", "122"]
    assert undo(catalog).written == 3
    assert bpm(library) == ["121", "121", "121"]


def test_what_others_wrote_since_survives_an_undo(catalog: Catalog, library: Path) -> None:
    write(catalog, make_plan(catalog, fields="bpm"))
    file = mutagen.File(library / "1.flac")
    file["title"] = "Another"
    file.save()
    assert undo(catalog).written == 3
    assert mutagen.File(library / "1.flac")["title"] == ["Another"]


def test_a_track_that_was_taken_out_stays_out(catalog: Catalog, library: Path) -> None:
    write(catalog, make_plan(catalog, fields="bpm"))
    catalog.delete(list(catalog.tracks().index))
    assert undo(catalog).written == 3
    assert catalog.count() == 0


def test_a_root_that_is_gone_can_still_be_undone(catalog: Catalog, library: Path) -> None:
    write(catalog, make_plan(catalog, fields="bpm"))
    catalog.remove_root(catalog.root(library))
    assert undo(catalog).written == 3
    assert bpm(library) == ["121", "121", "121"]


def test_what_was_left_pending_is_looked_at_file_by_file(catalog: Catalog, library: Path) -> None:
    """The first was replaced, the second was not reached, the third is another's by now."""
    plan = make_plan(catalog, fields="bpm")
    changes = [run._change_of(edit) for edit in plan.edits]
    write(catalog, plan)
    undo(catalog)
    number = catalog.begin_tag_write("bpm")
    noted = catalog.note_tag_changes(number, changes)
    _rewrite(noted[0])
    (library / noted[1].temporary).write_bytes(b"half a copy")
    file = mutagen.File(noted[2].path)
    file["tmpo"] = [77]
    file.save()
    found = recover(catalog)
    assert vars(found) == {"written": 1, "untouched": 2, "copies": 1}
    assert list(library.glob(".audiolab*")) == []
    assert catalog.tag_writes().loc[number, ["written", "failed", "pending"]].tolist() == [1, 2, 0]
    plan = scan_plan(catalog, library)
    assert (plan.unchanged, [one.file.path for one in plan.doubts]) == (2, ["2.m4a"])
    assert not recover(catalog)
    assert undo(catalog, number).written == 1


def _rewrite(change: TagChange) -> None:
    run.rewrite(Path(change.path), change.temporary, change.before, change.after)


def test_somebody_at_work_is_not_taken_for_interrupted(catalog: Catalog, library: Path) -> None:
    plan = make_plan(catalog, fields="bpm")
    with catalog.hold_root(catalog.root(library)):
        number = catalog.begin_tag_write("bpm")
        catalog.note_tag_changes(number, [run._change_of(edit) for edit in plan.edits])
        assert not recover(catalog)
    assert recover(catalog).untouched == 3


def test_whoever_interrupts_waits_for_the_files_in_hand(
    catalog: Catalog, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(catalog, fields="bpm")
    once, told = run.rewrite, []

    def interrupted(*given: object, **more: object) -> object:
        if not told:
            told.append(True)
            time.sleep(0.2)  # until this thread is waited for
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        return once(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "rewrite", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    try:
        with pytest.raises(KeyboardInterrupt):
            write(catalog, plan)
    finally:
        signal.signal(signal.SIGINT, before)
    monkeypatch.undo()
    journal = catalog.tag_writes().iloc[0]
    assert journal["pending"] == 0
    assert journal["written"] >= 1
    assert not recover(catalog)


def test_killed_at_any_moment_every_file_is_whole(
    catalog: Catalog, fill: Fill, tmp_path: Path
) -> None:
    """A small round of tests/benchmarks/faults_write.py."""
    originals = {}
    for number in range(8):
        kind = ("mp3", "flac", "ogg", "m4a")[number % 4]
        path = tagged(tmp_path / f"{number}.{kind}", seed=number)
        originals[path] = (path.read_bytes(), open_tags(path).everything())
    fill(tmp_path)
    chance = random.Random(7)
    for _ in range(2):
        _killed(catalog, "write(cat, make_plan(cat, fields='bpm,key,mood'))", chance)
        recover(catalog)
        for path, (_, before) in originals.items():
            now = open_tags(path).everything()
            assert {name for name in before if now[name] != before[name]} <= TOUCHED
        assert scan_plan(catalog, tmp_path).unchanged == 8
        while (catalog.tag_writes().query("undoes.isna()")["written"] > 0).any():
            assert undo(catalog).failed == []
    assert {path: path.read_bytes() for path in originals} == {
        path: content for path, (content, _) in originals.items()
    }


def _killed(catalog: Catalog, deed: str, chance: random.Random) -> None:
    """Run something in a process of its own, and kill that at some moment of it."""
    program = (
        "import sys; from audiolab import Catalog; from audiolab.writeback import *\n"
        "with Catalog.open(sys.argv[1]) as cat:\n"
        "    plan = make_plan(cat, fields='bpm'); print('ready', flush=True)\n"
        f"    {deed}\n"
    )
    url = catalog._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.02, 0.4))
        process.kill()
