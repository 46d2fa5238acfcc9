"""What a file says about itself: technical header, tags and cover art, read with mutagen.

Names of tags differ by container (ID3 frames, Vorbis comments, MP4 atoms); here they are lower
case Vorbis names ("title", "albumartist", "tracknumber") whatever the container, each with a list
of texts. Nothing in a file is trusted: numbers are checked, texts cut, NUL characters removed.
"""

import base64
import binascii
import contextlib
import re
import struct
from pathlib import Path
from typing import Any

from audiolab.analysis.decode import check_readable
from audiolab.analysis.result import FileTags

FORMATS = {
    "MP3": "mp3",
    "EasyMP3": "mp3",
    "WAVE": "wav",
    "FLAC": "flac",
    "MP4": "m4a",
    "AAC": "aac",
    "OggVorbis": "ogg",
    "OggFLAC": "ogg",
    "OggSpeex": "ogg",
    "OggTheora": "ogg",
    "OggOpus": "opus",
    "AIFF": "aiff",
}
BY_SUFFIX = {".aif": "aiff", ".oga": "ogg"}
LONGEST_TEXT = 10_000
MOST_VALUES = 100

ID3_NAMES = {
    "TIT2": "title", "TIT1": "grouping", "TIT3": "subtitle", "TPE1": "artist",
    "TPE2": "albumartist", "TPE3": "conductor", "TPE4": "remixer", "TALB": "album",
    "TCON": "genre", "TDRC": "date", "TYER": "date", "TDOR": "originaldate", "TRCK": "tracknumber",
    "TPOS": "discnumber", "TCOM": "composer", "TEXT": "lyricist", "TPUB": "label",
    "TCOP": "copyright", "TENC": "encodedby", "TSSE": "encoder", "TBPM": "bpm", "TKEY": "key",
    "TLAN": "language", "TMOO": "mood", "TMED": "media", "TSRC": "isrc", "TSOP": "artistsort",
    "TSOA": "albumsort", "TSOT": "titlesort", "COMM": "comment", "USLT": "lyrics",
}  # fmt: skip
MP4_NAMES = {
    "\xa9nam": "title", "\xa9ART": "artist", "aART": "albumartist", "\xa9alb": "album",
    "\xa9gen": "genre", "\xa9day": "date", "trkn": "tracknumber", "disk": "discnumber",
    "\xa9wrt": "composer", "\xa9grp": "grouping", "\xa9cmt": "comment", "\xa9lyr": "lyrics",
    "\xa9too": "encoder", "cprt": "copyright", "tmpo": "bpm", "soar": "artistsort",
    "soal": "albumsort", "sonm": "titlesort",
}  # fmt: skip
RIFF_PICTURES = ("metadata_block_picture", "coverart")
YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)")

# What mutagen has been seen to raise for damaged tags, besides its own errors.
UNEXPECTED = (
    ValueError, TypeError, KeyError, IndexError, EOFError, OSError, OverflowError, struct.error,
    AttributeError, AssertionError, NotImplementedError, RecursionError, MemoryError,
)  # fmt: skip


def read_tags(path: str | Path) -> FileTags:
    """Header and tags of a file; what it does not say is None.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        "not an audio file", "empty file", "not a file" or "unreadable: ...".
    """
    path = Path(path)
    check_readable(path)
    file = _open(path)
    if file is None:
        return _from_decoder(path)
    tags = _texts(file)
    return FileTags(
        format=_format(path, file),
        bitrate_kbps=_positive(getattr(file.info, "bitrate", None), 1e-3),
        duration_seconds=_positive(getattr(file.info, "length", None)),
        sample_rate_hz=_rate(file),
        channels=_whole(getattr(file.info, "channels", None)),
        title=_first(tags, "title"),
        artist=_first(tags, "artist"),
        album=_first(tags, "album"),
        year=_year(tags),
        tag_genre=_first(tags, "genre"),
        tags=tags,
        has_artwork=_artwork(file) is not None,
    )


def read_artwork(path: str | Path) -> tuple[str, bytes] | None:
    """Cover art inside a file.

    Returns
    -------
    tuple of str and bytes, or None
        MIME type ("image/jpeg") and the picture; the front cover if there are several.

    Raises
    ------
    FileNotFoundError, AnalysisError
        As `read_tags`.
    """
    path = Path(path)
    check_readable(path)
    file = _open(path)
    return None if file is None else _artwork(file)


def _open(path: Path) -> Any:
    """The file as mutagen sees it; None if it does not know what it is."""
    import mutagen

    try:
        return mutagen.File(path)
    except (mutagen.MutagenError, *UNEXPECTED):
        return None


def _from_decoder(path: Path) -> FileTags:
    """The technical header alone, where the tags cannot be read but the audio can."""
    from audiolab.analysis.decode import open_audio

    with open_audio(path) as audio:
        frames, rate = audio.claimed_frames, audio.sample_rate_hz
        seconds = frames / rate if frames else None
        size = path.stat().st_size
        return FileTags(
            format=BY_SUFFIX.get(path.suffix.lower(), path.suffix.lower().lstrip(".")) or None,
            bitrate_kbps=size * 8e-3 / seconds if seconds else None,
            duration_seconds=seconds,
            sample_rate_hz=rate,
            channels=audio.channels,
            tags={},
            has_artwork=False,
        )


def _format(path: Path, file: Any) -> str:
    suffix = path.suffix.lower()
    return FORMATS.get(type(file).__name__) or BY_SUFFIX.get(suffix, suffix.lstrip("."))


def _positive(value: Any, factor: float = 1.0) -> float | None:
    try:
        number = float(value) * factor
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 < number < 1e9 else None


def _whole(value: Any) -> int | None:
    number = _positive(value)
    return None if number is None or number < 1 or number > 10_000_000 else int(number)


def _rate(file: Any) -> int | None:
    if type(file).__name__ == "OggOpus":
        return 48_000  # Opus has no other; its header keeps the rate before encoding
    return _whole(getattr(file.info, "sample_rate", None))


def _first(tags: dict[str, list[str]], name: str) -> str | None:
    return tags[name][0] if tags.get(name) else None


def _year(tags: dict[str, list[str]]) -> int | None:
    for name in ("date", "year", "originaldate"):
        for text in tags.get(name, ()):
            if found := YEAR.search(text):
                return int(found[1])
    return None


def _texts(file: Any) -> dict[str, list[str]]:
    """All textual tags under their common names, sorted by name."""
    found: dict[str, list[str]] = {}
    for name, value in _entries(file):
        texts = [_clean(text) for text in _as_texts(value)]
        known = found.setdefault(_clean(name).lower(), [])
        known += [text for text in texts if text and text not in known]
    return {name: texts[:MOST_VALUES] for name, texts in sorted(found.items()) if name and texts}


def _entries(file: Any) -> list[tuple[str, Any]]:
    tags = file.tags
    if tags is None:
        return []
    with contextlib.suppress(*UNEXPECTED):
        if hasattr(tags, "getall"):  # ID3
            return [_id3_entry(frame) for frame in tags.values()]
        return [_other_entry(str(name), value) for name, value in dict(tags).items()]
    return []


def _id3_entry(frame: Any) -> tuple[str, Any]:
    kind = frame.FrameID
    if kind == "TXXX":
        return frame.desc or "txxx", frame.text
    if kind == "TCON":
        return "genre", frame.genres
    if kind.startswith("T") or kind in ("COMM", "USLT"):
        return ID3_NAMES.get(kind, kind), frame.text
    return "", None  # pictures and other binary frames


def _other_entry(name: str, value: Any) -> tuple[str, Any]:
    if name.lower() in RIFF_PICTURES or name == "covr":
        return "", None
    if name.startswith("----:"):
        return name.rsplit(":", 1)[-1], value
    return MP4_NAMES.get(name, name.lstrip("\xa9")), value


def _as_texts(value: Any) -> list[str]:
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, bytes):
        return [bytes(value).decode("utf-8", "replace")]
    if isinstance(value, tuple):  # MP4: number and total
        return ["/".join(str(part) for part in value if part)]
    if isinstance(value, list):
        return [text for item in value for text in _as_texts(item)]
    return [str(value)]


def _clean(text: str) -> str:
    """Text that any database holds: no NUL, no lone surrogates, of bearable length."""
    sound = text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
    return sound.strip()[:LONGEST_TEXT]


def _artwork(file: Any) -> tuple[str, bytes] | None:
    pictures: list[tuple[int, str, bytes]] = []
    with contextlib.suppress(*UNEXPECTED):
        pictures = _pictures(file)
    found = [(kind != 3, mime, data) for kind, mime, data in pictures if data]
    if not found:
        return None
    _, mime, data = min(found, key=lambda picture: picture[0])
    return _mime(mime, data), data


def _pictures(file: Any) -> list[tuple[int, str, bytes]]:
    """(kind, MIME type, data) of each picture; kind 3 is the front cover."""
    tags = file.tags if file.tags is not None else {}
    if hasattr(file, "pictures"):
        return [(int(p.type), p.mime, p.data) for p in file.pictures]
    if hasattr(tags, "getall"):
        return [(int(p.type), p.mime, p.data) for p in tags.getall("APIC")]
    if "covr" in tags:
        return [(3, "", bytes(cover)) for cover in tags["covr"]]
    return [_vorbis_picture(text) for text in tags.get("metadata_block_picture", ())]


def _vorbis_picture(text: str) -> tuple[int, str, bytes]:
    from mutagen.flac import Picture, error

    try:
        picture: Any = Picture(base64.b64decode(text))
    except (error, binascii.Error, *UNEXPECTED):
        return 0, "", b""
    return int(picture.type), str(picture.mime), bytes(picture.data)


def _mime(declared: str, data: bytes) -> str:
    """MIME type by the data's first bytes, as declarations are often wrong."""
    for start, mime in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG", "image/png"),
        (b"GIF8", "image/gif"),
        (b"BM", "image/bmp"),
    ):
        if data.startswith(start):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return declared if declared.startswith("image/") else "application/octet-stream"
