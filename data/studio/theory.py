"""Names of notes and chords as MIDI pitches. Middle C is C4, MIDI pitch 60."""

import re

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
QUALITIES = {
    "": (0, 4, 7), "m": (0, 3, 7), "5": (0, 7), "sus2": (0, 2, 7), "sus4": (0, 5, 7),
    "dim": (0, 3, 6), "6": (0, 4, 7, 9), "m6": (0, 3, 7, 9), "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11), "m7b5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9),
    "add9": (0, 2, 4, 7), "m9": (0, 3, 7, 10, 14), "maj9": (0, 4, 7, 11, 14),
    "9": (0, 4, 7, 10, 14), "7b9": (0, 4, 7, 10, 13), "13": (0, 4, 10, 14, 21),
}  # fmt: skip


def pitch_class(name: str) -> int:
    """0 to 11 for a name such as ``F#`` or ``Bb``."""
    return (STEPS[name[0]] + name.count("#") - name.count("b")) % 12


def pitch(name: str) -> int:
    """MIDI pitch of a name with its octave, e.g. ``F#4`` is 66."""
    letter, accidental, octave = re.fullmatch(r"([A-G])([#b]*)(-?\d)", name).groups()
    shift = accidental.count("#") - accidental.count("b")
    return 12 * (int(octave) + 1) + STEPS[letter] + shift


def parse_chord(name: str) -> tuple[int, tuple[int, ...], int]:
    """Root, pitch classes from the root up, and bass of a chord such as ``Am7`` or ``F/C``."""
    body, _, bass = name.partition("/")
    root_name, quality = re.fullmatch(r"([A-G][#b]?)(.*)", body).groups()
    root = pitch_class(root_name)
    tones = tuple((root + step) % 12 for step in QUALITIES[quality])
    return root, tones, pitch_class(bass) if bass else root


def near(pitch_class: int, centre: float) -> int:
    """The pitch of this class that is closest to `centre`."""
    return round((centre - pitch_class) / 12) * 12 + pitch_class


def voicing(name: str, centre: float = 62, previous: list[int] | None = None) -> list[int]:
    """Pitches of a chord in the inversion that moves least from the chord before it."""
    tones = parse_chord(name)[1]
    inversions = [_stack(tones[k:] + tones[:k], centre) for k in range(len(tones))]
    return min(inversions, key=lambda pitches: _distance(pitches, centre, previous))


def _stack(tones: tuple[int, ...], centre: float) -> list[int]:
    pitches = [near(tones[0], centre - 5)]
    for tone in tones[1:]:
        pitches.append(pitches[-1] + ((tone - pitches[-1]) % 12 or 12))
    return pitches


def _distance(pitches: list[int], centre: float, previous: list[int] | None) -> float:
    off = abs(sum(pitches) / len(pitches) - centre)
    if previous is None:
        return off
    moves = sum(min(abs(a - b) for b in previous) for a in pitches)
    return moves + 0.7 * off


def progression(text: str) -> list[tuple[int, float, float, str]]:
    """Chords as (bar, start, length, name), start and length as shares of the bar.

    Bars are separated by blanks and chords within a bar by commas: ``"Dm7 G7,G7b9 C6"``.
    """
    found = []
    for bar, group in enumerate(text.split()):
        names = group.split(",")
        found += [(bar, k / len(names), 1 / len(names), name) for k, name in enumerate(names)]
    return found
