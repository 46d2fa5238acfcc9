"""Pieces for instruments of wood and wire: waltz, jig, nocturne, string quartet, solo flute."""

import numpy as np

from .score import EXPRESSION, PEDAL, Score
from .sound import gain
from .theory import near, parse_chord, progression, voicing


def waltz() -> Score:
    """156 BPM in 3/4, G major: a musette accordion, oom-pah-pah, strings the second time."""
    score = Score(156, bar=3, seed=31)
    tune = score.part(21, volume=92, pan=54, reverb=45)
    second = score.part(23, volume=92, pan=84, reverb=45)
    guitar = score.part(25, volume=96, pan=40, reverb=35)
    bass = score.part(32, volume=112, reverb=20)
    strings = score.part(48, volume=86, pan=76, reverb=70)
    drums = score.drums(40, volume=60, reverb=30)
    text = "G G D7 D7 D7 D7 G G G G7 C C Am7 D7 G D7"
    for start, length, pitches, root in score.chords(text, 30, 62):
        bar = int(start / 3)
        bass.note(start, 0.9, root if bar % 2 == 0 else near((root + 7) % 12, root - 3), 92)
        for beat in (1, 2):
            guitar.chord(start + beat, 0.45, pitches[:4], 72, strum=0.015)
        drums.hits(start, step=1, stick="..o" if bar % 4 == 3 else "...", hat=".xx", velocity=52)
        if bar >= 16:
            strings.chord(start, length * 0.98, [p + 12 for p in pitches[:3]], 62)
    first = (
        "B4 D5 G5 | B5*2 A5 | A5 F#5 D5 | C5*3 | A4 C5 F#5 | A5*2 G5 | G5 D5 B4 | G4*2 A4 | "
        "B4 D5 G5 | B5*2 F5 | E5/2 F5/2 G5 E5 | C6*3 | "
    )
    tune.line(
        score.at(0),
        first + "A5/2 B5/2 C6 A5 | F#5/2 G5/2 A5 F#5 | G5*3 | D5/2 E5/2 F#5/2 G5/2 A5/2 C6/2",
        velocity=88,
    )
    tune.line(
        score.at(16),
        first.replace("A4 C5 F#5 | A5*2 G5", "A5/2 G5/2 F#5/2 E5/2 D5/2 C5/2 | A5*2 G5")
        + "A5/2 B5/2 C6 A5 | F#5/2 E5/2 D5 F#5",
        velocity=94,
    )
    second.line(
        score.at(16),
        "G4*3 D5*3 C5*3 A4*3 F#4*3 F#4*3 B4*3 B4*3 G4*3 F4*3 G4*3 E5*3 C5*3 A4*3",
        velocity=78,
    )
    for part, name in ((tune, "G5"), (second, "B4"), (bass, "G2")):
        part.note(score.at(30), 3.5, name, 92)
    guitar.chord(score.at(30), 3.5, voicing("G", 60), 84, strum=0.05)
    score.effects = {"drums": gain(20)}
    score.tempi = [(score.at(28), 148), (score.at(29), 136), (score.at(29, 2), 116)]
    return score


def jig() -> Score:
    """6/8 at 108 dotted quarters a minute, D major: AABB on whistle and fiddle."""
    score = Score(162, bar=3, seed=32)
    whistle = score.part(72, volume=92, pan=54, reverb=50)
    fiddle = score.part(110, volume=108, pan=80, reverb=50)
    guitar = score.part(25, volume=78, pan=36, reverb=35)
    bass = score.part(32, volume=118, reverb=20)
    drone = score.part(20, volume=64, reverb=60)
    bodhran = score.part(116, volume=112, reverb=30)
    part_a = (
        "F#5 E5 D5 A4 D5 E5 | F#5 G5 A5 F#5 D5 F#5 | G5 F#5 E5 B4 E5 F#5 | G5 F#5 G5 E5 C#5 A4 | "
        "F#5 E5 D5 A4 D5 E5 | F#5 G5 A5 F#5 A5 B5 | A5 F#5 D5 E5 D5 C#5 | D5*3 D5*2 A4"
    )
    part_b = (
        "A5*2 B5 A5 F#5 D5 | G5 F#5 G5 B5 A5 G5 | F#5 A5 F#5 D5 E5 F#5 | E5 D5 E5 C#5 B4 A4 | "
        "A5*2 B5 A5 F#5 D5 | G5 A5 B5 C#6 B5 A5 | B5 G5 E5 A5 G5 E5 | D5*3 D5*3"
    )
    chords_a, chords_b = "D D Em A7 D D,G D,A7 D", "D G D A7 D G,A7 Em7,A7 D"
    first = 2
    for turn, (text, melody) in enumerate(
        ((chords_a, part_a), (chords_a, part_a), (chords_b, part_b), (chords_b, part_b))
    ):
        beat = score.at(first + 8 * turn)
        whistle.line(beat, melody, unit=0.5, velocity=84, gate=0.85)
        if turn:
            fiddle.line(beat, melody, unit=0.5, velocity=80, gate=0.9, octave=0 if turn < 3 else -1)
        for start, length, pitches, root in score.chords(text, 8, 60):
            pattern = "X.xX.x"[: round(length * 2)]
            guitar.stabs(
                beat + start, pattern, pitches[:4], step=0.5, velocity=78, gate=0.95, strum=0.02
            )
            bass.note(beat + start, length * 0.9, root, 88)
        if turn >= 1:
            for bar in range(8):
                bodhran.grid(
                    beat + 3 * bar,
                    "0.10.1" if bar % 4 < 3 else "0.1011",
                    [40, 45],
                    step=0.5,
                    velocity=84,
                )
    guitar.stabs(0, "X.xX.xX.xX.x", voicing("D", 60), step=0.5, velocity=76, strum=0.02)
    drone.chord(0, score.at(34), [50, 57], 70)
    for part, name in ((whistle, "D6"), (fiddle, "D5"), (bass, "D2")):
        part.note(score.at(34), 1.5, name, 90)
    guitar.chord(score.at(34), 3, voicing("D", 60), 88, strum=0.04)
    return score


def nocturne() -> Score:
    """72 BPM, E major: a singing right hand over wide broken chords, with rubato and pedal."""
    score = Score(72, seed=33)
    right = score.part(0, volume=110, pan=70, reverb=65)
    left = score.part(0, volume=112, pan=56, reverb=65)
    text = "E E F#m/E B7/D# E,C#m F#m,B7 E,A E C#m G#7 A,Am E/B,B7 E"
    shapes = {4.0: "012343210123"[:12], 2.0: "012342"}
    for bar, start, length, name in progression(text):
        beat = score.at(bar, start * 4)
        tones = parse_chord(name)
        bass = near(tones[2], 40)
        upper = sorted({near(tone, 57) for tone in tones[1]} | {near(tones[0], 64)})
        pitches = [bass, *upper[:4]] + [upper[-1]] * 4
        pattern = shapes[length * 4]
        for k, symbol in enumerate(pattern):
            left.note(beat + k / 3, 0.4, pitches[int(symbol)], 50 + 8 * (k == 0) - 2 * (k % 3))
        left.control(beat + 0.02, PEDAL, 127)
        left.control(beat + length * 4 - 0.04, PEDAL, 0)
        right.control(beat + 0.02, PEDAL, 127)
        right.control(beat + length * 4 - 0.04, PEDAL, 0)
    melody = (
        "- - B4 E5 | G#5*2.5 F#5/2 E5/2 D#5/2 | C#5*2 E5 F#5/2 A5/2 | A5*1.5 G#5/2 F#5 B4 | "
        "G#5*1.5 B5/2 C#6 G#5 | A5*1.5 F#5/2 D#5 F#5 | E5*2 C#5/2 E5/2 A5/2 C#6/2 | B5*3 B4 | "
        "E5*1.5 G#5/2 C#6*2 | B#5*1.5 D#6/2 G#5*2 | C#6 E6/2 A5/2 A5 C6 | "
        "B5/3 C#6/3 B5/3 G#5 F#5*1.5 A5/2 | G#5*4"
    )
    right.line(0, melody, velocity=78, shape=22, gate=1.0)
    right.chord(score.at(13), 4, [64, 71, 76], 52, strum=0.09)
    left.chord(score.at(13), 4, [40, 52, 59], 54, strum=0.09)
    beats = np.arange(0, 52, 1.0)
    breath = 72 * (1 + 0.05 * np.sin(2 * np.pi * beats / 8 - 0.6))
    slower = np.where(beats >= 46, 1 - 0.06 * (beats - 45), 1)
    score.tempi = list(
        zip(beats.tolist(), (breath * np.maximum(slower, 0.62)).tolist(), strict=True)
    )
    return score


def string_quartet() -> Score:
    """108 BPM, D minor: a restless ostinato, the theme above, then in the cello, and a cadence."""
    score = Score(108, seed=34)
    players = {
        name: score.part(program, volume=100, pan=pan, reverb=70)
        for name, program, pan in (
            ("first", 40, 30),
            ("second", 40, 52),
            ("viola", 41, 78),
            ("cello", 42, 100),
        )
    }
    text = "Dm Dm Gm6 A7 Dm A#,C F A7 Dm Gm C7 F Gm6 Dm/A A7 A7"
    for start, length, pitches, root in score.chords(text, 16, 60):
        bar = int(start / 4)
        loud = 66 + 2 * (bar % 8) + (8 if bar >= 8 else 0)
        pattern = "01021021" if length == 4 else "0102"
        players["second"].grid(
            start, pattern, [pitches[1], pitches[2], pitches[0]], 0.5, loud, gate=0.7
        )
        viola = [pitches[0] - 12 if pitches[0] > 62 else pitches[0], pitches[1]]
        players["viola"].grid(
            start, ".0.1.0.1"[: round(length * 2)], viola, 0.5, loud - 4, gate=0.7
        )
        if bar < 8:
            players["cello"].note(start, length * 0.95, root if root >= 36 else root + 12, loud + 4)
    theme = (
        "A5*1.5 F5/2 D5 - | F5/2 E5/2 D5/2 E5/2 F5 A5 | A#5*1.5 A5/2 G5 E5 | C#5*2 E5/2 G5/2 A5 | "
        "A5*1.5 F5/2 D5 F5 | D5/2 F5/2 A#5 G5/2 E5/2 C6 | A5*1.5 G5/2 F5 C5 | "
        "E5/2 F5/2 G5/2 E5/2 C#5*2"
    )
    players["first"].line(0, theme, velocity=86, shape=16)
    low = (
        "D3*1.5 E3/2 F3 A3 | A#3*1.5 A3/2 G3 F3 | E3*1.5 F3/2 G3 A#3 | A3*2 F3/2 G3/2 A3/2 F3/2 | "
        "A#3*2 G3 E3 | A2*2 D3/2 E3/2 F3 | E3 C#3 A2 C#3 | E3/2 F3/2 G3/2 E3/2 A2*2"
    )
    players["cello"].line(score.at(8), low, velocity=96, shape=16)
    high = (
        "D5*4 | G5*3 F5 | E5*3 D5 | C5*2 F5*2 | A#5*2 A5 G5 | F5*3 D5 | "
        "C#5/2 D5/2 E5/2 F5/2 G5/2 E5/2 F5/2 G5/2 | "
        "A5/2 A#5/2 C#6/2 D6/2 E6*2"
    )
    players["first"].line(score.at(8), high, velocity=84, shape=18)
    for name, pitches in (("first", [74, 69]), ("second", [65]), ("viola", [57]), ("cello", [38])):
        players[name].chord(score.at(16), 3.6, pitches, 98)
        players[name].swell(score.at(16), 3.6, 120, 60)
        players[name].control(0, EXPRESSION, 118)
    score.tempi = [(score.at(15, 2), 98), (score.at(15, 3), 86)]
    return score


def flute() -> Score:
    """80 BPM, B minor: one line in sixteenths that sketches its own harmony, baroque fashion."""
    score = Score(80, seed=35)
    solo = score.part(73, volume=112, reverb=75)
    text = (
        "B4 F#5 D5 F#5 B5 F#5 D5 B4 A#4 C#5 F#5 E5 D5 C#5 D5 B4 | "
        "E5 G5 B5 G5 E5 D5 C#5 B4 A#4 C#5 E5 G5 F#5 E5 D5 C#5 | "
        "D5 F#5 A5 F#5 D5 A5 F#5 D5 C#5 E5 A5 G5 F#5 E5 F#5 D5 | "
        "G5 B5 D6 B5 G5 F#5 E5 D5 C#5 E5 G5 B5 A5 G5 F#5 E5 | "
        "F#5 A5 D6 A5 F#5 E5 D5 C#5 B4 D5 G5 F#5 E5 D5 E5 C#5 | "
        "A#4 C#5 E5 G5 F#5 E5 D5 C#5 D5 B4 E5 C#5 A#4 C#5 F#4 A#4"
    )
    solo.control(0, EXPRESSION, 112)
    end = solo.line(0, text, unit=0.25, velocity=80, gate=0.88, shape=20)
    solo.line(end, "B4*4", velocity=84)
    solo.swell(end, 4, 112, 50)
    beats = np.arange(0, 25, 0.5)
    lean = (
        80
        * (1 + 0.03 * np.sin(2 * np.pi * beats / 4))
        * np.where(beats >= 22, 0.9 - 0.05 * (beats - 22), 1)
    )
    score.tempi = list(zip(beats.tolist(), lean.tolist(), strict=True))
    return score
