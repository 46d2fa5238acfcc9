"""Musical keys: names, spellings and the notations of DJ software. A leaf.

A key is a pitch class (0 = C) and a mode. Every pitch class has one name in both modes, the one
on the Camelot wheel ("F# minor", "Eb major"); Camelot ("11A") and Open Key ("4m") number the
circle of fifths.
"""

import re

TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_NAMED = re.compile(r"([a-g])\s*([#♯b♭]?)\s*(major|maj|minor|min|m|)", re.IGNORECASE)
_NUMBERED = re.compile(r"(1[0-2]|0?[1-9])([abdm])", re.IGNORECASE)

Key = tuple[int, str]


def name(pitch_class: int, mode: str) -> str:
    """The usual name, e.g. ``name(6, "minor")`` is "F# minor"."""
    return f"{TONICS[pitch_class % 12]} {mode}"


def camelot(pitch_class: int, mode: str) -> str:
    """Camelot code: A minor is 8A, C major 8B, a fifth up adds one."""
    fifths = 7 * (pitch_class + (3 if mode == "minor" else 0))
    return f"{(fifths + 7) % 12 + 1}{'A' if mode == 'minor' else 'B'}"


def open_key(pitch_class: int, mode: str) -> str:
    """Open Key code: C major is 1d, A minor 1m, a fifth up adds one."""
    fifths = 7 * (pitch_class + (3 if mode == "minor" else 0))
    return f"{fifths % 12 + 1}{'m' if mode == 'minor' else 'd'}"


def parse(text: str) -> Key:
    """Read any notation: "F# minor", "f#m", "Gb major", "Bb", "11A" (Camelot), "4m" (Open Key).

    Raises
    ------
    ValueError
        If it is none of these.
    """
    text = text.strip()
    if match := _NUMBERED.fullmatch(text):
        number, letter = int(match[1]), match[2].lower()
        minor = letter in "am"
        fifths = number - (8 if letter in "ab" else 1)
        return (7 * fifths - (3 if minor else 0)) % 12, "minor" if minor else "major"
    if match := _NAMED.fullmatch(text):
        letter, accidental, mode = match[1].upper(), match[2].lower(), match[3]
        minor = mode == "m" or mode.lower() in ("minor", "min")
        pitch = (_LETTERS[letter] + _ACCIDENTALS[accidental]) % 12
        return pitch, "minor" if minor else "major"
    raise ValueError(
        f"{text!r} is not a key: write it as F# minor, F#m, 11A (Camelot) or 4m (Open Key)"
    )


def spellings(key: Key) -> tuple[str, ...]:
    """Every name the key is written with, the usual one first."""
    sharps = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    flats = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
    pitch, mode = key
    names = [name(pitch, mode), f"{sharps[pitch]} {mode}", f"{flats[pitch]} {mode}"]
    return tuple(dict.fromkeys(names))


def compatible(key: Key) -> tuple[Key, ...]:
    """Keys that mix well: itself, a fifth up and down, and the relative key."""
    pitch, mode = key
    relative = ((pitch + 3) % 12, "major") if mode == "minor" else ((pitch - 3) % 12, "minor")
    return (key, ((pitch + 7) % 12, mode), ((pitch + 5) % 12, mode), relative)
