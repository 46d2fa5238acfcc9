"""The studio writes correct MIDI and knows its chords."""

import struct
import sys

import pytest

from audiolab.resources import folder

sys.path.insert(0, str(folder("data")))

from studio import theory
from studio.catalogue import PIECES
from studio.score import TICKS, Score


def read_track(midi: bytes) -> list[tuple[int, bytes]]:
    """Events of a format 0 file as (tick, message); reads what `Score.midi` writes."""
    assert midi[:14] == b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS)
    assert midi[14:18] == b"MTrk"
    assert struct.unpack(">I", midi[18:22])[0] == len(midi) - 22
    at, tick, events = 22, 0, []
    while at < len(midi):
        delta = 0
        while True:
            byte, at = midi[at], at + 1
            delta = delta << 7 | byte & 0x7F
            if byte < 0x80:
                break
        tick += delta
        length = 3 + midi[at + 2] if midi[at] == 0xFF else 2 if midi[at] >> 4 == 0xC else 3
        events.append((tick, midi[at : at + length]))
        at += length
    return events


def test_midi_holds_the_notes_in_order() -> None:
    score = Score(120)
    part = score.part(40, loose=0)
    part.line(0, "A4 C5/2 -/2 E5*2")
    events = read_track(score.midi("band"))
    notes = [(tick, message[1]) for tick, message in events if message[0] >> 4 == 9]
    assert notes == [(0, 69), (TICKS, 72), (2 * TICKS, 76)]
    assert events[-1][1] == b"\xff\x2f\x00"
    assert events[0][1] == b"\xff\x51\x03" + struct.pack(">I", 500_000)[1:]


@pytest.mark.parametrize(("name", "pitch"), [("C4", 60), ("F#4", 66), ("Bb3", 58), ("B#5", 84)])
def test_note_names(name: str, pitch: int) -> None:
    assert theory.pitch(name) == pitch


def test_voices_move_little_from_chord_to_chord() -> None:
    first = theory.voicing("C", 64)
    second = theory.voicing("G7", 64, first)
    assert {pitch % 12 for pitch in second} == {7, 11, 2, 5}
    assert all(min(abs(pitch - before) for before in first) <= 3 for pitch in second)


def test_swing_moves_the_off_beat_only() -> None:
    score = Score(120, swing=(1.0, 2 / 3))
    assert [score.swung(beat) for beat in (0, 0.5, 1)] == pytest.approx([0, 2 / 3, 1])


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.style)
def test_a_piece_is_the_same_every_time_and_ends_in_time(piece) -> None:
    first, second = piece.compose(), piece.compose()
    assert [first.midi(stem) for stem in first.stems()] == [second.midi(s) for s in second.stems()]
    beats = max(start + length for part in first.parts for start, length, *_ in part.notes)
    assert first.seconds(beats) < piece.seconds
    pitches = [pitch for part in first.parts for *_, pitch, _ in part.notes]
    assert min(pitches) >= 20
    assert max(pitches) <= 100
