"""Tags, headers and cover art of every container."""

import base64
from pathlib import Path

import mutagen
import pytest
from audio_samples import FORMATS, sine, stereo, write
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, COMM, TALB, TCON, TDRC, TIT2, TPE1, TXXX
from mutagen.mp4 import MP4Cover

from audiolab.analysis.tags import read_artwork, read_tags
from audiolab.errors import AnalysisError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
TAGGABLE = [kind for kind in FORMATS if kind != "aac"]


def picture(data: bytes = PNG, kind: int = 3) -> Picture:
    made = Picture()
    made.data, made.type, made.mime = data, kind, "image/jpeg"  # a wrong declaration
    return made


def tagged(path: Path) -> Path:
    write(path, stereo(sine(440, 2)))
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    kind = path.suffix[1:]
    if kind in ("mp3", "wav", "aiff"):
        for frame in (
            TIT2(text="Ätna"), TPE1(text=["One", "Two"]), TALB(text="Hills"), TDRC(text="1998-05"),
            TCON(text="(17)Blues"), TXXX(desc="Mood", text="calm"), COMM(desc="", text="hello"),
            APIC(mime="image/png", type=3, data=PNG),
        ):  # fmt: skip
            file.tags.add(frame)
    elif kind == "m4a":
        file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = "Ätna", ["One", "Two"], "Hills"
        file["\xa9day"], file["\xa9gen"], file["trkn"] = "1998-05", "Rock", [(3, 12)]
        file["----:com.apple.iTunes:Mood"] = [b"calm"]
        file["covr"] = [MP4Cover(PNG, MP4Cover.FORMAT_PNG)]
    else:
        file["title"], file["artist"], file["album"] = "Ätna", ["One", "Two"], "Hills"
        file["date"], file["genre"], file["mood"] = "1998-05", "Rock", "calm"
        if isinstance(file, FLAC):
            file.add_picture(picture())
        else:
            block = base64.b64encode(picture().write()).decode()
            file["metadata_block_picture"] = [block]
    file.save()
    return path


@pytest.mark.parametrize("kind", TAGGABLE)
def test_tags(tmp_path: Path, kind: str) -> None:
    found = read_tags(tagged(tmp_path / f"a.{kind}"))
    assert (found.title, found.artist, found.album) == ("Ätna", "One", "Hills")
    assert found.year == 1998
    assert found.tag_genre in ("Rock", "Blues")
    assert found.tags is not None
    assert found.tags["artist"] == ["One", "Two"]
    assert found.tags["mood"] == ["calm"]
    assert not any("picture" in name or name == "covr" for name in found.tags)
    assert found.has_artwork


@pytest.mark.parametrize("kind", FORMATS)
def test_header(tmp_path: Path, kind: str) -> None:
    found = read_tags(write(tmp_path / f"a.{kind}", stereo(sine(440, 2))))
    assert found.format == kind
    assert found.channels == 2
    assert found.sample_rate_hz == (48_000 if kind == "opus" else 44_100)
    assert found.duration_seconds == pytest.approx(2, abs=0.4 if kind == "aac" else 0.1)
    assert found.bitrate_kbps is not None
    assert found.bitrate_kbps > 4
    assert (found.title, found.artist, found.year, found.has_artwork) == (None, None, None, False)


@pytest.mark.parametrize("kind", TAGGABLE)
def test_artwork_with_the_type_its_bytes_have(tmp_path: Path, kind: str) -> None:
    assert read_artwork(tagged(tmp_path / f"a.{kind}")) == ("image/png", PNG)


def test_front_cover_wins_and_no_cover_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", sine(440, 1))
    assert read_artwork(path) is None
    file = FLAC(path)
    file.add_picture(picture(PNG, kind=4))
    file.add_picture(picture(JPEG, kind=3))
    file.save()
    assert read_artwork(path) == ("image/jpeg", JPEG)


def test_hostile_tags_are_tamed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", sine(440, 1))
    file = FLAC(path)
    file["title"] = "nul\x00inside"
    file["comment"] = "x" * 1_000_000
    file["artist"] = ["  "]
    file["date"] = "year 20019"
    file["metadata_block_picture"] = "no base64"
    file.save()
    found = read_tags(path)
    assert found.title == "nul inside"
    assert found.tags is not None
    assert len(found.tags["comment"][0]) == 10_000
    assert found.artist is None
    assert found.year is None


def test_audio_under_damaged_tags_still_has_its_header(tmp_path: Path) -> None:
    path = tagged(tmp_path / "a.mp3")
    data = bytearray(path.read_bytes())
    data[10:60] = bytes(range(200, 250))
    path.write_bytes(data)
    found = read_tags(path)
    assert found.format == "mp3"
    assert found.channels == 2


def test_what_is_no_audio(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"hello " * 300)
    with pytest.raises(AnalysisError, match="not an audio file"):
        read_tags(tmp_path / "a.mp3")
    with pytest.raises(FileNotFoundError):
        read_artwork(tmp_path / "none.mp3")
