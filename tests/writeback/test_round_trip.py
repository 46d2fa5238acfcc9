"""Written, scanned again and undone, in every format: nothing else changes, all stays known."""

from pathlib import Path

import mutagen
import pytest
from mutagen import id3

from audiolab import Catalog
from audiolab.analysis.audio_hash import audio_hash
from audiolab.analysis.tags import read_tags
from audiolab.catalog.tag_claims import claims
from audiolab.scanner.storage import hash_file
from audiolab.writeback import FIELDS, make_plan, undo, write
from audiolab.writeback.containers import open_tags

from .conftest import Fill, file_of, scan_plan
from .samples import KINDS, sound, tagged

WITHOUT_GRID = [field for field in FIELDS if field != "beatgrid"]
SAID = {
    "id3": {"TBPM": "122", "TXXX:BPM": "122.03", "TKEY": "F#m", "TCON": "Deep House",
            "TMOO": "dreamy", "TXXX:replaygain_track_gain": "-7.30 dB",
            "TXXX:REPLAYGAIN_TRACK_PEAK": "0.988553", "TXXX:fBPM": "122.03"},
    "vorbis": {"BPM": "122.03", "INITIALKEY": "F#m", "KEY": "F#m", "GENRE": "Deep House",
               "MOOD": "dreamy", "REPLAYGAIN_TRACK_GAIN": "-7.30 dB"},
    "opus": {"BPM": "122.03", "INITIALKEY": "F#m", "KEY": "F#m", "R128_TRACK_GAIN": "-3149"},
    "mp4": {"tmpo": "122", "----:com.apple.iTunes:BPM": "122.03",
            "----:com.apple.iTunes:initialkey": "F#m", "----:com.apple.iTunes:KEY": "F#m",
            "\xa9gen": "Deep House",
            "----:com.apple.iTunes:replaygain_track_gain": "-7.30 dB"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_tags(catalog: Catalog, fill: Fill, tmp_path: Path, kind: str) -> None:
    path = tagged(tmp_path / f"a.{kind}")
    (track_id,) = fill(tmp_path)
    before, content, sounds = open_tags(path).everything(), path.read_bytes(), audio_hash(path)
    known = catalog.track(track_id)

    report = write(catalog, make_plan(catalog, fields=WITHOUT_GRID))

    assert (report.written, report.failed) == (1, [])
    tags = open_tags(path)
    for slot, text in SAID[tags.kind].items():
        assert tags.texts(slot) == [text], slot
    assert audio_hash(path) == sounds == file_of(catalog, track_id).audio_hash
    changed = {name for name, value in before.items() if tags.everything()[name] != value}
    assert changed <= {*SAID[tags.kind], "fbpm"}
    plan = scan_plan(catalog, tmp_path)
    assert (plan.unchanged, len(plan.tasks), plan.doubts) == (1, 0, ())
    assert file_of(catalog, track_id).known.file_hash == hash_file(path)
    now = catalog.track(track_id)
    assert now["tags"]["bpm"][-1] == "122.03"
    assert now["tag_genre"] == "Deep House"
    for column in ("tempo_bpm", "loudness_lufs", "duration_seconds", "mfcc", "title", "added_at"):
        assert now[column] == known[column], column
    assert {one.verdict for one in claims(now.to_dict())} == {"same"}

    assert undo(catalog).written == 1
    assert open_tags(path).everything() == before
    assert path.read_bytes() == content, "mutagen wrote these tags, and again the same"
    assert scan_plan(catalog, tmp_path).unchanged == 1
    assert catalog.track(track_id)["tags"] == known["tags"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_tags(catalog: Catalog, fill: Fill, tmp_path: Path, kind: str) -> None:
    path = sound(tmp_path / f"a.{kind}")
    fill(tmp_path)
    before = open_tags(path).everything()
    assert write(catalog, make_plan(catalog)).written == 1
    assert read_tags(path).tags["bpm"][-1] == "122.03"
    assert make_plan(catalog).right == 1, "there is nothing left to write"
    assert undo(catalog).written == 1
    assert open_tags(path).everything() == before
    assert "bpm" not in read_tags(path).tags


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("kind", ["mp3", "wav", "aiff"])
def test_the_version_of_id3_stays(
    catalog: Catalog, fill: Fill, tmp_path: Path, kind: str, version: int
) -> None:
    path = tagged(tmp_path / f"a.{kind}", version=version)
    fill(tmp_path)
    write(catalog, make_plan(catalog, fields="mood,key"))
    file = type(mutagen.File(path))(path, translate=False)
    assert file.tags.version == (2, version, 0)
    assert ("TYER" in file.tags) == (version == 3)
    assert ("TMOO" in file.tags) == (version == 4)
    assert ("TXXX:MOOD" in file.tags) == (version == 3)
    assert file.tags["PRIV:a program:\x00\x01\xff"].data == b"\x00\x01\xff"


def test_an_id3v1_tag_stays_as_it_is(catalog: Catalog, fill: Fill, tmp_path: Path) -> None:
    path = tagged(tmp_path / "a.mp3")
    old = b"TAG" + b"Another title".ljust(30, b"\0") + bytes(94) + b"\x11"
    path.write_bytes(path.read_bytes() + old)
    fill(tmp_path)
    assert write(catalog, make_plan(catalog)).written == 1
    assert path.read_bytes().endswith(old)
    assert undo(catalog).written == 1
    assert path.read_bytes().endswith(old)


def test_what_only_an_id3v1_tag_says_is_not_hidden(
    catalog: Catalog, fill: Fill, tmp_path: Path
) -> None:
    path = sound(tmp_path / "a.mp3")
    path.write_bytes(path.read_bytes() + b"TAG" + b"Old title".ljust(30, b"\0") + bytes(95))
    fill(tmp_path)
    write(catalog, make_plan(catalog))
    assert id3.ID3(path, load_v1=False)["TIT2"].text == ["Old title"]


@pytest.mark.parametrize(
    ("notation", "text"), [("camelot", "11A"), ("open", "4m"), ("name", "F#m")]
)
def test_keys_are_written_as_asked(
    catalog: Catalog, fill: Fill, tmp_path: Path, notation: str, text: str
) -> None:
    path = sound(tmp_path / "a.flac")
    fill(tmp_path)
    write(catalog, make_plan(catalog, fields="key", notation=notation))
    assert mutagen.File(path)["initialkey"] == [text]


def test_what_a_file_says_already_can_be_kept(catalog: Catalog, fill: Fill, tmp_path: Path) -> None:
    tagged(tmp_path / "a.flac")
    fill(tmp_path)
    plan = make_plan(catalog, fields="bpm,key,mood", keep_existing=True)
    assert [one.field for one in plan.edits[0].fields] == ["mood"]


def test_what_is_not_known_leaves_the_file_its_own(
    catalog: Catalog, fill: Fill, tmp_path: Path
) -> None:
    tagged(tmp_path / "a.mp3")
    (track_id,) = fill(tmp_path)
    catalog.correct(track_id, tempo_bpm=None, key=None)
    plan = make_plan(catalog, fields="bpm,key")
    assert (plan.edits, plan.right) == ((), 1)
