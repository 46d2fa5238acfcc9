"""A score: parts with notes and controls in beats, written as a standard MIDI file.

A beat is a quarter note. Notes are humanised when written: a little late or early, a little
softer or louder, from a seeded generator, so the same score is always the same file.
"""

import struct
from dataclasses import dataclass, field

import numpy as np

from . import theory

TICKS = 480
PAN, VOLUME, EXPRESSION, PEDAL, REVERB, CHORUS = 10, 7, 11, 64, 91, 93
DRUMS = {
    "kick": 36, "stick": 37, "snare": 38, "clap": 39, "snare2": 40, "floor": 41, "hat": 42,
    "lowtom": 45, "pedal": 44, "open": 46, "midtom": 47, "crash": 49, "hightom": 50, "ride": 51,
    "bell": 53, "tambourine": 54, "splash": 55, "cowbell": 56, "crash2": 57, "hibongo": 60,
    "lobongo": 61, "muteconga": 62, "conga": 63, "lowconga": 64, "hitimbale": 65, "lotimbale": 66,
    "hiagogo": 67, "loagogo": 68, "cabasa": 69, "maracas": 70, "guiro": 73, "claves": 75,
    "hiblock": 76, "loblock": 77, "mutecuica": 78, "cuica": 79, "mutetriangle": 80,
    "triangle": 81, "shaker": 82,
}  # fmt: skip
STRENGTH = {"X": 1.2, "x": 1.0, "o": 0.55}


@dataclass
class Part:
    """One instrument. `stem` names the group it is rendered and treated with."""

    score: "Score"
    channel: int
    program: int
    bank: int = 0
    volume: int = 100
    pan: int = 64
    reverb: int = 40
    chorus: int = 0
    stem: str = "band"
    loose: float = 0.008
    notes: list[tuple[float, float, int, int]] = field(default_factory=list)
    controls: list[tuple[float, int, int]] = field(default_factory=list)

    def note(self, start: float, length: float, pitch: int | str, velocity: float = 80) -> None:
        """One note; `pitch` as a MIDI number or a name such as ``F#4``."""
        number = theory.pitch(pitch) if isinstance(pitch, str) else pitch
        self.notes.append((start, length, number, round(velocity)))

    def chord(self, start: float, length: float, pitches, velocity=80, strum=0.0) -> None:
        """Several notes at once, or strummed upwards `strum` beats apart."""
        for k, number in enumerate(pitches):
            self.note(start + k * strum, length - k * strum, number, velocity)

    def line(self, start, text, unit=1.0, velocity=80, gate=0.95, octave=0, shape=12) -> float:
        """A melody such as ``"E5 D5/2 C5/2 - B4*2"`` from beat `start`; returns where it ends.

        Each note lasts `unit` beats, or that divided (``/``) or multiplied (``*``); ``-`` rests.
        Loudness follows an arch of `shape` velocity steps, with a light accent on every beat.
        """
        tokens = [_token(token, unit) for token in text.replace("|", " ").split()]
        total, at = sum(length for _, length in tokens), 0.0
        for name, length in tokens:
            if name != "-":
                arch = shape * np.sin(np.pi * at / total) + 4 * (at % 1 < 1e-6)
                self.note(
                    start + at, length * gate, theory.pitch(name) + 12 * octave, velocity + arch
                )
            at += length
        return start + at

    def grid(self, start, pattern, pitches, step=0.25, velocity=80, gate=0.9) -> None:
        """Digits of `pattern` index `pitches`; ``-`` holds the note before, ``.`` rests."""
        pattern = pattern.replace(" ", "")
        for k, symbol in enumerate(pattern):
            if symbol in ".-":
                continue
            held = len(pattern[k + 1 :]) - len(pattern[k + 1 :].lstrip("-"))
            accent = 6 if (k * step) % 1 < 1e-6 else 0
            index = int(symbol)
            self.note(start + k * step, (1 + held) * step * gate, pitches[index], velocity + accent)

    def stabs(self, start, pattern, pitches, step=0.25, velocity=80, gate=0.9, strum=0.0) -> None:
        """The whole chord at every ``X``, ``x`` or ``o`` of `pattern`; ``-`` holds it."""
        pattern = pattern.replace(" ", "")
        for k, symbol in enumerate(pattern):
            if symbol in STRENGTH:
                held = len(pattern[k + 1 :]) - len(pattern[k + 1 :].lstrip("-"))
                length = (1 + held) * step * gate
                level = velocity * STRENGTH[symbol]
                self.chord(start + k * step, length, pitches, level, strum)

    def hits(self, start, step=0.25, velocity=88, **patterns: str) -> None:
        """Drum patterns by drum name: ``kick="X...x...", hat="x.x."``."""
        for drum, pattern in patterns.items():
            for k, symbol in enumerate(pattern.replace(" ", "")):
                if symbol in STRENGTH:
                    level = velocity * STRENGTH[symbol]
                    self.note(start + k * step, step, DRUMS[drum], level)

    def control(self, beat: float, number: int, value: int) -> None:
        """A controller change."""
        self.controls.append((beat, number, value))

    def swell(self, start, length, low, high, steps=24) -> None:
        """Expression from `low` to `high` (0 to 127), in a straight line."""
        for k in range(steps + 1):
            value = low + (high - low) * k / steps
            self.control(start + length * k / steps, EXPRESSION, round(value))


@dataclass
class Score:
    """A piece in the making.

    Attributes
    ----------
    tempo : float
        Quarter notes per minute.
    bar : float
        Quarter notes per bar.
    swing : tuple of float
        (cell, ratio): where the middle of every `cell` beats falls; ratio 0.5 is straight.
    kicks, subs : list
        For the synthesiser: (beat, velocity), and (beat, length, pitch, velocity).
    effects : dict
        Stem name to a function of (audio, Score) that returns audio.
    """

    tempo: float
    bar: float = 4.0
    seed: int = 1
    swing: tuple[float, float] = (1.0, 0.5)
    parts: list[Part] = field(default_factory=list)
    tempi: list[tuple[float, float]] = field(default_factory=list)
    kicks: list[tuple[float, float]] = field(default_factory=list)
    subs: list[tuple[float, float, int, float]] = field(default_factory=list)
    effects: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def part(self, program: int, **how) -> Part:
        """A new instrument on the next free channel."""
        taken = [part.channel for part in self.parts]
        channel = next(number for number in range(16) if number not in taken and number != 9)
        return self._add(Part(self, channel, program, **how))

    def drums(self, kit: int = 0, **how) -> Part:
        """The kit: 0 standard, 8 room, 16 power, 24 electronic, 25 TR-808, 32 jazz, 40 brush."""
        return self._add(Part(self, 9, kit, **{"reverb": 25, "stem": "drums", **how}))

    def _add(self, part: Part) -> Part:
        self.parts.append(part)
        return part

    def at(self, bar: float, beat: float = 0.0) -> float:
        """The beat where a bar begins, both counted from 0."""
        return bar * self.bar + beat

    def chords(self, text: str, bars: int, centre: float = 62):
        """A progression, repeated over `bars`: (beat, length, voiced pitches, root in the bass)."""
        steps, previous = theory.progression(text), None
        turn = steps[-1][0] + 1
        for lap in range(-(-bars // turn)):
            for bar, start, length, name in steps:
                if lap * turn + bar < bars:
                    previous = theory.voicing(name, centre, previous)
                    beat = self.at(lap * turn + bar, start * self.bar)
                    root = theory.near(theory.parse_chord(name)[2], 40)
                    yield beat, length * self.bar, previous, root

    def seconds(self, beat: float) -> float:
        """When a beat sounds, for scores of one tempo."""
        return beat * 60 / self.tempo

    def stems(self) -> list[str]:
        """Names of the groups, in the order of their first part."""
        return list(dict.fromkeys(part.stem for part in self.parts))

    def midi(self, stem: str) -> bytes:
        """The parts of one stem as a standard MIDI file of format 0."""
        events = [(0, 0, _tempo(self.tempo))]
        events += [(round(beat * TICKS), 0, _tempo(tempo)) for beat, tempo in self.tempi]
        for part in self.parts:
            if part.stem == stem:
                events += _events(part, self)
        track = b"".join(_deltas(sorted(events)))
        head = b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS)
        return head + b"MTrk" + struct.pack(">I", len(track)) + track

    def swung(self, beat: float) -> float:
        """Where a written beat is played."""
        cell, ratio = self.swing
        whole, share = divmod(beat / cell, 1)
        warped = share * 2 * ratio if share < 0.5 else ratio + (share - 0.5) * 2 * (1 - ratio)
        return (whole + warped) * cell


def _token(token: str, unit: float) -> tuple[str, float]:
    if "/" in token:
        name, share = token.split("/")
        return name, unit / float(share)
    name, _, times = token.partition("*")
    return name, unit * float(times or 1)


def _tempo(quarters_per_minute: float) -> bytes:
    return b"\xff\x51\x03" + struct.pack(">I", round(60e6 / quarters_per_minute))[1:]


def _events(part: Part, score: Score):
    channel, jitter = part.channel, np.random.default_rng([score.seed, part.channel, part.program])
    settings = ((0, part.bank), (VOLUME, part.volume), (PAN, part.pan), (REVERB, part.reverb),
                (CHORUS, part.chorus))  # fmt: skip
    for number, value in settings:
        yield 0, 1, bytes((0xB0 | channel, number, value))
    yield 0, 2, bytes((0xC0 | channel, part.program))
    for beat, number, value in part.controls:
        yield round(beat * TICKS), 3, bytes((0xB0 | channel, number, int(np.clip(value, 0, 127))))
    for start, length, number, velocity in part.notes:
        late = np.clip(jitter.normal(0, part.loose), -0.03, 0.03)
        begin = max(0, round((score.swung(start) + late) * TICKS))
        end = max(begin + 20, round((score.swung(start + length) + late) * TICKS))
        level = int(np.clip(velocity + jitter.normal(0, 3), 1, 127))
        yield begin, 5, bytes((0x90 | channel, number, level))
        yield end, 4, bytes((0x80 | channel, number, 0))


def _deltas(events):
    before = 0
    for tick, _, message in events:
        yield _variable(tick - before) + message
        before = tick
    yield b"\x00\xff\x2f\x00"


def _variable(number: int) -> bytes:
    found = [number & 0x7F]
    while number := number >> 7:
        found.append(0x80 | (number & 0x7F))
    return bytes(reversed(found))
