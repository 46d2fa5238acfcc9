"""What the catalog knows of a track, as texts of tags. Pure functions of its columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from audiolab import keys
from audiolab.errors import AudiolabError

KeyNotation = Literal["name", "camelot", "open"]
KEY_NOTATIONS: tuple[KeyNotation, ...] = get_args(KeyNotation)

# Field -> the columns it is made of, the first of which has to be known.
FIELDS: dict[str, tuple[str, ...]] = {
    "bpm": ("tempo_bpm",),
    "key": ("key",),
    "genre": ("genre_primary",),
    "mood": ("mood_primary",),
    "replaygain": ("replaygain_track_gain_db", "true_peak_dbtp"),
    "beatgrid": ("tempo_bpm",),
}
LABELS = {
    "bpm": "BPM", "key": "Key", "genre": "Genre", "mood": "Mood", "replaygain": "ReplayGain",
    "beatgrid": "Beat grid",
}  # fmt: skip
# What is measured; the others are guesses of networks, or for one program: asked for by name.
DEFAULT_FIELDS = ("bpm", "key", "replaygain")
REPLAYGAIN_LUFS, R128_LUFS = -18.0, -23.0
R128_STEPS, R128_LIMIT = 256, 32_767  # Q7.8, RFC 7845


@dataclass(frozen=True)
class Values:
    """What is to be in a track's tags; None where it is not known, so that the file keeps its own.

    Attributes
    ----------
    columns : mapping
        The track's row.
    notation : {"name", "camelot", "open"}
        How keys are written: "F#m", "11A", "4m".
    beatgrid : bytes or None
        As Serato keeps it.
    """

    columns: Mapping[str, Any]
    notation: KeyNotation = "name"
    beatgrid: bytes | None = None

    def known(self, column: str) -> Any:
        """A column's value, None for NA in any of pandas' ways."""
        value = self.columns.get(column)
        return None if value is None or value != value or str(value) == "<NA>" else value


Text = Callable[[Values], str | bytes | None]


def checked_fields(names: object) -> tuple[str, ...]:
    """Names of fields, in the order of `FIELDS`.

    Raises
    ------
    AudiolabError
        For a name that is none, or no name.
    """
    wanted = names.split(",") if isinstance(names, str) else list(names)  # type: ignore[call-overload]
    wanted = [str(name).strip() for name in wanted]
    unknown = [name for name in wanted if name not in FIELDS]
    if unknown or not wanted:
        got = unknown[0] if unknown else "nothing"
        raise AudiolabError(f"fields: expected some of {', '.join(FIELDS)}, got {got!r}")
    return tuple(name for name in FIELDS if name in wanted)


def checked_notation(name: str) -> KeyNotation:
    """A notation of keys.

    Raises
    ------
    AudiolabError
        If it is none.
    """
    for notation in KEY_NOTATIONS:
        if name == notation:
            return notation
    raise AudiolabError(f"key notation: expected {', '.join(KEY_NOTATIONS)}, got {name!r}")


def whole_bpm(values: Values) -> str | None:
    """The tempo where the format wants a whole number (ID3's TBPM, MP4's tmpo)."""
    bpm = values.known("tempo_bpm")
    return None if bpm is None else str(round(bpm))


def exact_bpm(values: Values) -> str | None:
    """The tempo to a hundredth: over an hour, DJs hear the difference."""
    bpm = values.known("tempo_bpm")
    return None if bpm is None else f"{bpm:.2f}".removesuffix(".00")


def key(values: Values) -> str | None:
    """The key: as ID3 names keys ("F#m", "Eb"), or numbered."""
    name = values.known("key")
    if name is None:
        return None
    pitch, mode = keys.parse(name)
    if values.notation == "name":
        return keys.TONICS[pitch] + ("m" if mode == "minor" else "")
    return keys.camelot(pitch, mode) if values.notation == "camelot" else keys.open_key(pitch, mode)


def genre(values: Values) -> str | None:
    """The likeliest genre: the style alone, as genres and styles are told apart by a line."""
    name = values.known("genre_primary")
    return None if name is None else str(name).rpartition("---")[2]


def mood(values: Values) -> str | None:
    """The likeliest mood."""
    name = values.known("mood_primary")
    return None if name is None else str(name)


def gain(values: Values) -> str | None:
    """ReplayGain 2.0: what takes the track to -18 LUFS."""
    decibels = values.known("replaygain_track_gain_db")
    return None if decibels is None else f"{decibels:.2f} dB"


def peak(values: Values) -> str | None:
    """The true peak, full scale 1."""
    decibels = values.known("true_peak_dbtp")
    gained = values.known("replaygain_track_gain_db")
    return None if decibels is None or gained is None else f"{10 ** (decibels / 20):.6f}"


def r128_gain(values: Values) -> str | None:
    """What takes an Opus track to -23 LUFS, in 1/256 dB (RFC 7845, section 5.2.1).

    It comes on top of the gain in the file's header, which every decoder applies, ours too.
    """
    decibels = values.known("replaygain_track_gain_db")
    if decibels is None:
        return None
    steps = round((decibels + R128_LUFS - REPLAYGAIN_LUFS) * R128_STEPS)
    return str(max(-R128_LIMIT - 1, min(R128_LIMIT, steps)))


def beatgrid(values: Values) -> bytes | None:
    """The beats for Serato."""
    return values.beatgrid
