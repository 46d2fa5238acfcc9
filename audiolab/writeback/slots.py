"""Where each field goes, format by format.

The first slots of a field are written into every file. The others are names that some programs
use for the same thing: where a file has one, it is written too, lest the file contradict itself.
"""

from audiolab.writeback import values as say
from audiolab.writeback.containers import Container, Kind
from audiolab.writeback.values import Text, Values

Slots = tuple[tuple[str, Text], ...]
ITUNES = "----:com.apple.iTunes:"

_VORBIS: dict[str, Slots] = {
    "bpm": (("BPM", say.exact_bpm),),
    "key": (("INITIALKEY", say.key),),
    "genre": (("GENRE", say.genre),),
    "mood": (("MOOD", say.mood),),
    "replaygain": (("REPLAYGAIN_TRACK_GAIN", say.gain), ("REPLAYGAIN_TRACK_PEAK", say.peak)),
}
WRITTEN: dict[Kind, dict[str, Slots]] = {
    "id3": {
        "bpm": (("TBPM", say.whole_bpm), ("TXXX:BPM", say.exact_bpm)),
        "key": (("TKEY", say.key),),
        "genre": (("TCON", say.genre),),
        "mood": (("TMOO", say.mood),),
        "replaygain": (
            ("TXXX:REPLAYGAIN_TRACK_GAIN", say.gain),
            ("TXXX:REPLAYGAIN_TRACK_PEAK", say.peak),
        ),
        "beatgrid": (("GEOB:Serato BeatGrid", say.beatgrid),),
    },
    "vorbis": _VORBIS,
    "opus": _VORBIS | {"replaygain": (("R128_TRACK_GAIN", say.r128_gain),)},
    "mp4": {
        "bpm": (("tmpo", say.whole_bpm), (f"{ITUNES}BPM", say.exact_bpm)),
        "key": ((f"{ITUNES}initialkey", say.key),),
        "genre": (("\xa9gen", say.genre),),
        "mood": ((f"{ITUNES}MOOD", say.mood),),
        "replaygain": (
            (f"{ITUNES}replaygain_track_gain", say.gain),
            (f"{ITUNES}replaygain_track_peak", say.peak),
        ),
    },
}
# By the names that `audiolab.catalog.tag_claims` takes for the same thing.
_OTHER_NAMES: dict[str, dict[str, Text]] = {
    "bpm": {"BPM": say.exact_bpm, "FBPM": say.exact_bpm, "TEMPO": say.exact_bpm},
    "key": {"INITIALKEY": say.key, "INITIAL KEY": say.key, "KEY": say.key},
    "mood": {"MOOD": say.mood},
    "replaygain": {"REPLAYGAIN_TRACK_GAIN": say.gain, "REPLAYGAIN_TRACK_PEAK": say.peak},
}
_FREE: dict[Kind, str] = {"id3": "TXXX:", "vorbis": "", "opus": "", "mp4": ITUNES}
_BEFORE_24 = {"TMOO": "TXXX:MOOD"}


def wanted(field: str, values: Values, tags: Container) -> dict[str, str | bytes]:
    """What the slots of a field are to say in a file; {} if it is not known or has no place there.

    Parameters
    ----------
    field : str
        One of `audiolab.writeback.values.FIELDS`.
    values : Values
        What is known of the track.
    tags : Container
        The tags of its file.
    """
    found: dict[str, str | bytes] = {}
    for slot, text in WRITTEN[tags.kind].get(field, ()):
        here = _BEFORE_24[slot] if tags.lacks(slot) else slot
        _add(found, tags.spelled(here), text(values))
    for name, text in _OTHER_NAMES.get(field, {}).items():
        slot = tags.spelled(_FREE[tags.kind] + name)
        if slot not in found and tags.get(slot) is not None:
            _add(found, slot, text(values))
    return found


def _add(found: dict[str, str | bytes], slot: str, value: str | bytes | None) -> None:
    if value is not None:
        found[slot] = value
