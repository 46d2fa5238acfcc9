"""Short files of every format that tags are written into, with tags of all sorts in them."""

import base64
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import soundfile
from mutagen import id3
from mutagen.flac import FLAC, Picture
from mutagen.mp4 import MP4Cover, MP4FreeForm

from tests.server.sample_library import PIXEL, write_m4a

KINDS = ("mp3", "wav", "aiff", "flac", "ogg", "opus", "m4a")
RATE = 44_100


def sound(path: Path, seed: int = 1, seconds: float = 0.5) -> Path:
    """A file of noise and a tone, without tags."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    samples = 0.2 * np.sin(2 * np.pi * 330 * time) + 0.05 * generator.standard_normal(len(time))
    kind = path.suffix[1:]
    if kind == "m4a":
        write_m4a(path, samples.astype(np.float32))
    elif kind == "opus":
        soundfile.write(path, samples, 48_000, format="OGG", subtype="OPUS")
    else:
        soundfile.write(path, samples, RATE)
    return path


def tagged(path: Path, seed: int = 1, version: int = 4) -> Path:
    """The same with a title, a picture, a tempo, and what no other program knows."""
    sound(path, seed)
    if path.suffix in (".mp3", ".wav", ".aiff"):
        _tag_id3(path, version)
        return path
    file: Any = mutagen.File(path)
    if path.suffix == ".m4a":
        _tag_mp4(file)
    else:
        _tag_vorbis(file)
    file.save()
    return path


def _tag_id3(path: Path, version: int) -> None:
    file: Any = id3.ID3() if path.suffix == ".mp3" else mutagen.File(path)
    tags: Any = file
    if path.suffix != ".mp3":
        file.add_tags()
        tags = file.tags
    for frame in (
        id3.TIT2(encoding=1, text="Ätna ☂"), id3.TPE1(encoding=0, text=["One", "Two"]),
        id3.TBPM(encoding=0, text="121"), id3.TCON(encoding=0, text="(17)"),
        id3.TXXX(encoding=0, desc="fBPM", text="121.1"),
        id3.TXXX(encoding=0, desc="replaygain_track_gain", text="-1.00 dB"),
        id3.PRIV(owner="a program", data=b"\x00\x01\xff"), id3.UFID(owner="x", data=b"77"),
        id3.COMM(encoding=1, lang="eng", desc="", text="hello"),
        id3.POPM(email="a@b.org", rating=196, count=3),
        id3.GEOB(encoding=0, mime="", filename="", desc="Serato Markers2", data=b"\x01\x01AQ"),
        id3.APIC(encoding=0, mime="image/png", type=3, desc="", data=PIXEL),
        id3.APIC(encoding=0, mime="image/png", type=4, desc="", data=PIXEL),
    ):  # fmt: skip
        tags.add(frame)
    if version == 3:
        tags.add(id3.TYER(encoding=0, text="1998"))
    else:
        tags.add(id3.TDRC(encoding=0, text="1998-05"))
    tags.save(str(path), v2_version=version)


def _tag_mp4(file: Any) -> None:
    file["\xa9nam"], file["\xa9ART"], file["tmpo"] = "Ätna ☂", ["One", "Two"], [121]
    file["trkn"], file["cpil"] = [(3, 12)], True
    file["----:com.apple.iTunes:KEY"] = [b"8A"]
    file["----:org.program:Thing"] = [MP4FreeForm(b"\x00\x01\xff", 0)]
    file["covr"] = [MP4Cover(PIXEL, MP4Cover.FORMAT_PNG)]


def _tag_vorbis(file: Any) -> None:
    if file.tags is None:
        file.add_tags()
    file["title"], file["artist"], file["date"] = "Ätna ☂", ["One", "Two"], "1998-05"
    file.tags += [("bpm", "121"), ("Key", "8A"), ("thing", "1=2"), ("thing", "")]
    picture = Picture()
    picture.data, picture.type, picture.mime = PIXEL, 3, "image/png"
    if isinstance(file, FLAC):
        file.add_picture(picture)
    else:
        file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode()]
