"""Pieces for a band: jazz, bossa nova, reggae, rock, and a batucada of drums alone."""

from .score import Score
from .sound import chain, echo, gain
from .theory import near, parse_chord, progression, voicing


def walk(score, part, text, first_bar, velocity=88) -> None:
    """A walking bass: root, chord tones, and a step from above or below into the next root."""
    steps, position = progression(text), 38
    roots = [parse_chord(name)[2] for *_, name in steps] + [parse_chord(steps[0][3])[2]]
    for k, (bar, start, length, name) in enumerate(steps):
        beats = round(length * 4)
        root = near(roots[k], min(max(position, 34), 44))
        third, fifth = (near(tone, root + 5) for tone in parse_chord(name)[1][1:3])
        target = near(roots[k + 1], root)
        approach = target + int(score.random.choice([-1, 1, 2]))
        middle = [third, fifth] if score.random.random() < 0.6 else [fifth, third]
        line = [root, *middle, approach] if beats == 4 else [root, approach]
        for beat, pitch in enumerate(line):
            level = velocity + (5 if beat % 2 else 0)
            part.note(score.at(first_bar + bar, start * 4 + beat), 0.95, pitch, level)
        position = approach


def jazz() -> Score:
    """152 BPM swing, F major: two choruses' worth of rhythm changes for a quartet."""
    score = Score(152, seed=21, swing=(1.0, 0.64))
    drums = score.drums(32, volume=92, reverb=40)
    bass = score.part(32, volume=118, reverb=25)
    piano = score.part(0, volume=112, pan=44, reverb=40)
    sax = score.part(66, volume=92, pan=78, reverb=45)
    changes = "F6,D7 Gm7,C7 Am7,D7 Gm7,C7 F7 A#6,A#m6 F/C,D7 Gm7,C7"
    close = "F6,D7 Gm7,C7 Am7,D7 Gm7,C7 F7 A#6,A#m6 Gm7,C7 F6"
    drums.hits(0, step=0.5, ride="x.xxx.xx", pedal="..x...x.", velocity=70)
    drums.hits(4, step=0.5, ride="x.xxx.xx", snare="......xx", hightom=".....x..", velocity=74)
    for first, text in ((2, changes), (10, changes), (18, close)):
        walk(score, bass, text, first)
        rhythm = (
            ("..x.....", "x..x....", "...x..x.", ".x......")
            if first == 10
            else ("x..x....", "..x...x.")
        )
        for start, length, pitches, _ in score.chords(text, 8, 63):
            pattern = rhythm[int(score.random.integers(len(rhythm)))][: round(length * 2)]
            piano.stabs(first * 4 + start, pattern, pitches, step=0.5, velocity=62, gate=0.8)
    for bar in range(2, 26):
        comping = ("......o.", "...o....", ".....o.o", "..o....x")[int(score.random.integers(4))]
        drums.hits(
            score.at(bar), step=0.5, ride="x.xxx.xx", pedal="..x...x.", snare=comping, velocity=68
        )
        drums.hits(score.at(bar), step=1, kick="oooo", velocity=52)
    head = (
        "C5/2 F5/2 A5 - D5/2 F#5/2 | A5/2 G5/2 - D5/2 E5 - | - G5/2 E5/2 C5 A4/2 C5/2 | "
        "D5*1.5 A#4/2 G4 - | "
        "C5/2 F5/2 A5 C6 A5/2 F5/2 | - D5/2 F5/2 A#5 G#5/2 F5/2 | "
    )
    sax.line(
        score.at(2), head + "A5/2 F5/2 C5 F#5/2 A5/2 D5 | G5/2 F5/2 D5/2 C5/2 E5 -", velocity=88
    )
    solo = (
        "- A5/2 C6/2 D6/2 C6/2 A5/2 F#5/2 | G5/2 A5/2 A#5/2 D6/2 C6/2 A#5/2 G5/2 E5/2 | "
        "A5 - C6/2 B5/2 A5/2 F#5/2 | G5/3 A5/3 A#5/3 D6 E5/2 G5/2 A#5 | "
        "A5/2 - C6/2 D#6 C6/2 A5/2 F5/2 | "
        "D5/2 F5/2 A5/2 C6/2 C#6/2 A#5/2 G5/2 E5/2 | F5/2 A5/2 C6 D6/2 C6/2 A5/2 F#5/2 | "
        "G5*2 - C5/2 E5/2"
    )
    piano.line(score.at(10), solo, velocity=90, shape=14)
    sax.line(
        score.at(18), head + "D5/2 F5/2 G5 A#5/2 A5/2 G5/2 E5/2 | F5*2 - C5/2 F5/2", velocity=92
    )
    for start, length, pitches, _ in score.chords("F6", 1, 63):
        piano.chord(score.at(26) + start, length, [*pitches, 79], 84, strum=0.04)
    bass.note(score.at(26), 4, "F2", 96)
    sax.note(score.at(26), 3, "A5", 84)
    drums.hits(score.at(26), crash="x", kick="x", velocity=84)
    score.effects = {"drums": gain(9)}
    return score


def bossa_nova() -> Score:
    """136 BPM, D minor: nylon guitar, cross-stick, a flute that takes its time."""
    score = Score(136, seed=22)
    drums = score.drums(40, volume=84, reverb=40)
    guitar = score.part(24, volume=112, pan=44, reverb=45)
    bass = score.part(32, volume=110, reverb=20)
    flute = score.part(73, volume=92, pan=78, reverb=65)
    strings = score.part(49, volume=72, pan=90, reverb=80)
    text = "Dm9 Dm9 Em7b5 A7b9 Dm9 Dm9 Gm7 C9 Fmaj7 A#maj7 Em7b5 A7b9 Dm9 A7b9 Dm9 Dm9"
    for start, length, pitches, root in score.chords(text, 20, 60):
        bar = int(start / 4)
        pattern = "x..x..x...x..x.." if bar % 2 == 0 else "..x..x..x..x...."
        guitar.stabs(start, pattern, pitches[-4:], velocity=78, gate=1.1, strum=0.012)
        bass.grid(
            start, "0-----1-1-----0-", [root, root + 7 if root < 42 else root - 5], velocity=86
        )
        if bar >= 2:
            drums.hits(start, step=0.5, hat="xoxoxoxo", kick="x..xx..x", velocity=54)
            drums.hits(
                start, stick="x..x..x...x..x.." if bar % 2 == 0 else "..x..x..x..x....", velocity=66
            )
        if bar >= 12:
            strings.chord(start, length, [p + 12 for p in pitches[-3:]], 58)
    melody = (
        "A5*2.5 G5/2 F5/2 E5/2 | F5*3 D5/2 E5/2 | G5*2.5 F5/2 E5/2 D5/2 | C#5*3 - | "
        "- A4/2 D5/2 F5*1.5 A5/2 | C6*2.5 A5/2 G5/2 F5/2 | A#5*2 A5/2 G5*1.5 | E5*3 - | "
        "- C5/2 F5/2 A5*1.5 G5/2 | F5*2.5 D5/2 E5/2 F5/2 | G5*2 E5/2 A#4*1.5 | A4*2 C#5 E5 | "
        "F5*2.5 E5/2 D5/2 F5/2 | E5*2 C#5 A4 | D5*4"
    )
    flute.line(score.at(2), melody, velocity=82, shape=16)
    guitar.chord(score.at(20), 4, [50, 57, 60, 65, 76], 76, strum=0.08)
    bass.note(score.at(20), 4, "D2", 84)
    score.effects = {"drums": gain(12)}
    return score


def reggae() -> Score:
    """74 BPM, G minor: one drop, skank on the off-beats, organ bubble, a bass that sings."""
    score = Score(74, seed=23, swing=(0.5, 0.56))
    drums = score.drums(8, volume=100, reverb=50)
    bass = score.part(33, volume=112, reverb=0)
    guitar = score.part(28, volume=124, pan=86, reverb=40)
    organ = score.part(16, volume=112, pan=40, reverb=50)
    horn = score.part(22, volume=78, pan=58, reverb=70, stem="horn")
    for start, _, pitches, root in score.chords("Gm Cm Gm D7", 11, 62):
        bar = int(start / 4)
        guitar.stabs(
            start,
            "..x...x...x...x.",
            [p + 12 for p in pitches[:3]],
            velocity=88,
            gate=0.45,
            strum=0.01,
        )
        organ.stabs(start, ".ox..ox..ox..ox.", pitches[:3], velocity=70, gate=0.5)
        if bar >= 1:
            notes = [root, root + 3 if bar % 4 < 3 else root + 4, root + 7, root - 2, root + 12]
            bass.grid(
                start, ("0--.0-1-2-..2.1." if bar % 2 else "0--...2-4-2-0.3."), notes, velocity=100
            )
            drums.hits(start, kick="........X.......", stick="........X.......", velocity=98)
            drums.hits(start, hat="x.xox.x.x.xox.xo", velocity=62)
        if bar in (0, 6):
            drums.hits(
                start,
                hightom="........x.xx....",
                midtom="............xx..",
                floor="..............xx",
                velocity=92,
            )
    tune = (
        "- D5/2 G5/2 A#5 A5/2 G5/2 | C5*1.5 D#5/2 G5*2 | - A#5/2 A5/2 G5 D5 | F#5*3 - | "
        "- G5/2 A#5/2 D6 C6/2 A#5/2 | G5*1.5 D#5/2 C5*2 | D5 G5/2 A5/2 A#5 A5 | F#5 A5 D5 - | G5*4"
    )
    horn.line(score.at(2), tune, velocity=86)
    for part in (guitar, organ):
        part.chord(score.at(11), 2, voicing("Gm", 66), 84)
    bass.note(score.at(11), 2, "G1", 100)
    drums.hits(score.at(11), crash="x", kick="X", velocity=92)
    score.effects = {"drums": gain(6), "horn": chain(gain(5), echo(0.75, 0.45, 0.35))}
    return score


def rock() -> Score:
    """144 BPM, A major: riff, verse on muted chords, chorus with lead guitar, a stop to end."""
    score = Score(144, seed=24)
    drums = score.drums(16, volume=112, reverb=35)
    left = score.part(30, volume=74, pan=14, reverb=25)
    right = score.part(29, volume=80, pan=114, reverb=25)
    bass = score.part(34, volume=112, reverb=0)
    lead = score.part(30, volume=76, pan=64, reverb=55, chorus=30)
    riff = "A2/2 A2/2 C3/2 D3/2 - A2/2 E3/2 D3/2 | A2/2 A2/2 C3/2 D3/2 - E3/2 G3/2 E3/2"
    left.line(score.at(0), riff, velocity=100, gate=0.85)
    for guitar in (left, right):
        guitar.line(score.at(2), riff, velocity=100, gate=0.85)
    bass.line(score.at(2), riff, velocity=98, octave=-1)
    drums.hits(score.at(1), snare="............xxxx", kick="x...x...x...x...", velocity=96)
    for start, _, _, root in score.chords("A5 A5 D5 E5", 8):
        _rhythm(score, (left, right), bass, 16 + start, root, "X.xxx.xxx.xxX.x.", 0.45)
        fill = int(start / 4) == 7
        drums.hits(16 + start, kick="X.....x.X.x.....", hat="x.x.x.x.x.x.x.x.", velocity=92)
        drums.hits(
            16 + start, snare="....X...xx.xxxxx" if fill else "....X.......X...", velocity=104
        )
    for start, _, _, root in score.chords("F#m D A E", 8):
        _rhythm(score, (left, right), bass, 48 + start, root, "X--.X--.X--.X-x-", 0.95)
        fill = int(start / 4) in (3, 7)
        drums.hits(48 + start, kick="X..x..x.X..x..x.", open="x...x...x...x...", velocity=96)
        drums.hits(
            48 + start,
            snare="....X.......X...",
            crash="X" if int(start / 4) % 2 == 0 else "",
            velocity=104,
        )
        if fill:
            drums.hits(
                48 + start,
                hightom="........xxx.....",
                midtom="...........xx...",
                floor=".............xxx",
                velocity=104,
            )
    solo = (
        "C#5*1.5 E5/2 F#5*2 | A5*1.5 F#5/2 E5 D5 | E5*1.5 C#5/2 A4*2 | B4 C#5/2 D5/2 E5*2 | "
        "F#5/2 E5/2 F#5/2 A5/2 B5 A5 | A5/2 F#5/2 D5/2 F#5/2 A5*2 | C#6 B5/2 A5/2 E5 C#5 | "
        "B4*2 G#4 B4"
    )
    lead.line(score.at(12), solo, velocity=96)
    for part, octave in ((left, 0), (right, 0), (bass, -12)):
        part.chord(score.at(20), 3.5, [45 + octave] if part is bass else [45, 52, 57], 104)
    lead.note(score.at(20), 3.5, "A4", 96)
    drums.hits(score.at(20), crash="X", kick="X", velocity=112)
    return score


def _rhythm(score, guitars, bass, start, root, pattern, gate) -> None:
    low = root if root >= 40 else root + 12
    for guitar in guitars:
        guitar.stabs(start, pattern, [low, low + 7, low + 12], velocity=92, gate=gate)
    bass.grid(start, "0.0.0.0.0.0.0.0.", [low - 12], velocity=96, gate=1.8)


def batucada() -> Score:
    """104 BPM, drums only: surdos, tamborim, agogo, shakers and a cuica answer a caller."""
    score = Score(104, seed=25)
    drums = score.drums(0, volume=112, reverb=45, loose=0.012)
    surdo = score.part(116, volume=112, reverb=40, stem="drums")
    drums.hits(0, hiblock="x..x..x...x.x...", snare="............xxxx", velocity=92)
    for bar in range(1, 6):
        start = score.at(bar)
        surdo.grid(
            start, "....0-......0-.1" if bar < 5 else "....0-..0-..0000", [38, 43], velocity=112
        )
        surdo.grid(start, "0-......0-......", [43], velocity=90)
        drums.hits(start, snare="XooxXooxXooxXoxx", shaker="xoxoxoxoxoxoxoxo", velocity=70)
        drums.hits(start, hiagogo="x.x....x.x.....x", loagogo="....x.x....x.x..", velocity=84)
        drums.hits(start, hitimbale="x.x.xx.x.x.x.xx." if bar >= 2 else "", velocity=72)
        drums.hits(
            start,
            cuica="......x.......x." if bar >= 3 else "",
            mutecuica="....x...x.x.....",
            velocity=72,
        )
    drums.hits(score.at(6), hiagogo="x", crash="x", snare="X", velocity=104)
    surdo.note(score.at(6), 1, 38, 120)
    return score
