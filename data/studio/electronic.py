"""Pieces with machines: house, techno, drum and bass, synth pop, trap, chiptune."""

from .score import Score
from .sound import chain, duck, echo, gain, sweep
from .theory import voicing


def house() -> Score:
    """122 BPM, A minor: filtered chords, off-beat bass, a breakdown, a drop with the hook."""
    score = Score(122, seed=11)
    drums = score.drums(24, volume=96)
    stabs = score.part(4, volume=92, pan=50, reverb=50, chorus=30, stem="keys")
    organ = score.part(16, volume=104, pan=80, stem="keys")
    pad = score.part(50, volume=62, reverb=80, chorus=40, stem="keys")
    bass = score.part(38, volume=112, reverb=0, stem="bass")
    hook = score.part(80, volume=58, reverb=50, stem="lead")
    for start, length, pitches, root in score.chords("Am9 Fmaj7 Dm9 Em7", 20):
        bar = start / 4
        drop = bar >= 12
        stabs.stabs(
            start, "..x..x....x..o.." if bar % 2 else "x..x....x..x..o.", pitches, velocity=84
        )
        if drop:
            organ.stabs(start, "..x...x...x...x.", pitches, velocity=80, gate=0.6)
        if bar >= 8:
            pad.chord(start, length, [p + 12 for p in pitches[:3]], 60)
        if not 8 <= bar < 11:
            score.kicks += [(start + beat, 118) for beat in range(4)]
        if bar >= 4 and not 8 <= bar < 12:
            bass.grid(
                start,
                "..0..01...0..01." if bar % 2 else "..0...0.0.0..01.",
                [root, root + 12],
                velocity=96,
            )
        drums.hits(start, hat="o.x.o.x.o.x.o.x." if bar >= 2 else "..x...x...x...x.", velocity=58)
        if bar >= 4 and not 8 <= bar < 12:
            drums.hits(start, clap="....x.......x...", open="..x...x...x...x.", velocity=76)
            drums.hits(start, shaker="oxoxoxoxoxoxoxox", tambourine="....o.......o..o", velocity=52)
        if bar in (7, 19):
            drums.hits(start, snare2="..........x.xxxx", velocity=80)
    roll = score.at(10)
    for k in range(32):
        drums.note(roll + k / 4, 0.2, 40, 40 + 2 * k)
    drums.hits(score.at(12), crash="x", velocity=100)
    for bar in (12, 16):
        hook.line(
            score.at(bar),
            "E5/2 - A5/2 G5/2 - E5/2 D5/2 C5/2 D5 - E5*2 | A5/2 - C6/2 B5/2 - G5/2 "
            "E5/2 D5/2 E5*2 G5/2 E5/2 D5/2 C5/2",
            velocity=84,
        )
    stabs.chord(score.at(20), 3, voicing("Am9"), 84)
    score.kicks.append((score.at(20), 118))
    drums.hits(score.at(20), crash="x", velocity=96)
    opening = sweep(
        [(0, 400), (16, 5000), (32, 14000), (34, 900), (47.5, 9000), (48, 16000), (90, 16000)]
    )
    score.effects = {
        "drums": gain(7),
        "keys": chain(opening, duck(0.75)),
        "bass": duck(0.6),
        "lead": echo(0.75),
    }
    return score


def techno() -> Score:
    """132 BPM, F minor: a rumble under the kick, an acid line that opens, dub chords."""
    score = Score(132, seed=12)
    drums = score.drums(25, volume=104)
    rumble = score.part(38, volume=104, reverb=20, stem="rumble")
    acid = score.part(81, volume=84, reverb=10, stem="acid")
    dub = score.part(62, volume=60, reverb=70, stem="dub")
    lines = ("0.1.03.00.4.1030", "0.1.03.00.4.5230")
    notes = [41, 53, 48, 44, 51, 56]
    for bar in range(19):
        start, pause = score.at(bar), bar in (10, 11)
        if not pause:
            score.kicks += [(start + beat, 122) for beat in range(4)]
            rumble.grid(start, ".000.000.000.000", [29], velocity=78, gate=0.7)
        if bar >= 4:
            acid.grid(start, lines[bar % 2], notes, velocity=82, gate=0.6)
        if bar >= 2:
            drums.hits(start, open="..x...x...x...x.", velocity=80)
        if bar >= 6 and not pause:
            drums.hits(start, clap="....x.......x...", hat="xoxoxoxoxoxoxoxo", velocity=76)
            drums.hits(start, hitimbale="...x..x.......o.", cowbell="..........o.....", velocity=48)
        if bar >= 8 and bar % 2 == 0:
            dub.stabs(start, "...x--x.........", voicing("Fm9", 58), velocity=84, gate=0.8)
        if bar % 8 == 7 or bar == 11:
            drums.hits(start, snare2="........x.x.xxxx", velocity=70)
    dub.chord(score.at(19), 1, voicing("Fm9", 58), 90)
    score.kicks.append((score.at(19), 122))
    drums.hits(score.at(12), crash="X", velocity=92)
    opening = sweep([(0, 300), (16, 500), (38, 3800), (44, 700), (48, 6500), (76, 9000)])
    score.effects = {
        "drums": gain(3),
        "acid": chain(opening, duck(0.5)),
        "rumble": duck(0.85, 0.22),
        "dub": chain(duck(0.6), echo(0.75, 0.55, 0.5)),
    }
    return score


def drum_and_bass() -> Score:
    """174 BPM, E minor: Rhodes and air, then a rolling break over a moving bass."""
    score = Score(174, seed=13)
    drums = score.drums(16, volume=108, reverb=15)
    keys = score.part(4, volume=88, reverb=70, chorus=50, stem="keys")
    pad = score.part(89, volume=100, reverb=80, stem="keys")
    bass = score.part(39, volume=88, chorus=60, reverb=0, stem="bass")
    voice = score.part(54, volume=104, reverb=90, stem="voice")
    text = "Em9 Em9 Cmaj9 Cmaj9 Am9 Am9 Bm7 D6"
    for start, length, pitches, root in score.chords(text, 24):
        bar = int(start / 4)
        pad.chord(start, length, pitches, 58)
        keys.stabs(
            start, "x..x..x-..x....." if bar % 2 == 0 else "..x..x--....x...", pitches, velocity=76
        )
        drums.hits(
            start, hat="x.o.x.o.x.o.x.oo", ride="x...x...x...x..." if bar >= 16 else "", velocity=56
        )
        if bar >= 8:
            drums.hits(
                start, kick="X.........X....." if bar % 2 == 0 else "X..X......X.....", velocity=104
            )
            drums.hits(
                start, snare="....X..o.o..X..o" if bar % 4 < 3 else "....X..o.o.xX.xx", velocity=92
            )
            bass.grid(
                start,
                "0--0..0-..1-0-2-" if bar % 2 == 0 else "0--0..1-..0---2.",
                [root, root + 7, root + 12],
                velocity=98,
            )
            score.subs.append((start, 1.4, root - 12 if root > 40 else root, 90))
        if bar == 7:
            drums.hits(start, snare="x.x.x.x.xxxxxxxx", velocity=84)
    drums.hits(score.at(8), crash="X", velocity=100)
    drums.hits(score.at(16), crash="X", velocity=92)
    for bar in (8, 16):
        voice.line(
            score.at(bar),
            "B4*4 D5*2 E5*2 | G5*4 F#5*2 E5*2 | D5*4 E5*3 C5 | B4*4 A4*4",
            unit=1,
            velocity=88,
        )
    keys.chord(score.at(24), 4, voicing("Em9"), 84)
    score.subs.append((score.at(24), 3, 28, 90))
    drums.hits(score.at(24), crash="X", kick="X", velocity=100)
    opening = sweep([(0, 700), (28, 6000), (32, 15000), (120, 15000)])
    bite = sweep([(32, 700), (48, 2200), (64, 900), (80, 3200), (96, 1500)])
    score.effects = {"drums": gain(3), "keys": opening, "bass": bite, "voice": echo(0.75)}
    return score


def synth_pop() -> Score:
    """116 BPM, E major: the royal road (IV V iii vi), arpeggios and a sung-like lead."""
    score = Score(116, seed=14)
    drums = score.drums(24, volume=104, reverb=50)
    bass = score.part(39, volume=104, stem="bass")
    arpeggio = score.part(90, volume=64, pan=86, reverb=60, chorus=50, stem="synth")
    pad = score.part(50, volume=70, pan=44, reverb=70, stem="synth")
    brass = score.part(62, volume=66, reverb=60, stem="synth")
    lead = score.part(81, volume=54, reverb=60, stem="lead")
    bells = score.part(98, volume=90, pan=30, reverb=80, stem="lead")
    for start, length, pitches, root in score.chords("Amaj7 B G#m7 C#m7", 16, 64):
        bar = int(start / 4)
        arpeggio.grid(
            start, "0123012301230123", [*pitches[:3], pitches[0] + 12], velocity=72, gate=0.6
        )
        if bar >= 4:
            pad.chord(start, length, pitches, 62)
            bass.grid(start, "0.1.0.1.0.1.0.11", [root, root + 12], velocity=94, gate=0.8)
            score.kicks += [(start + beat, 108) for beat in (0, 1, 2, 3)]
            drums.hits(start, snare="....X.......X...", hat="x.x.x.x.x.x.x.x.", velocity=88)
        if bar >= 12:
            brass.stabs(start, "x..x..x.........", [p + 12 for p in pitches[:3]], velocity=84)
            drums.hits(start, tambourine="..x...x...x...x.", velocity=60)
        if bar % 4 == 3:
            drums.hits(
                start,
                hightom="........xx......",
                midtom="..........xx....",
                floor="............xxx.",
                velocity=96,
            )
    verse = (
        "- C#5/2 E5/2 F#5 E5/2 G#5/2 | F#5*1.5 E5/2 D#5 B4 | - B4/2 D#5/2 F#5 E5/2 D#5/2 | "
        "E5*2.5 B4/2 C#5 | "
        "- C#5/2 E5/2 F#5 G#5/2 A5/2 | B5*1.5 A5/2 G#5 F#5 | G#5 F#5/2 E5/2 D#5 B4 | C#5*4"
    )
    lead.line(score.at(4), verse, velocity=84)
    lead.line(
        score.at(12),
        "E5 G#5/2 A5*1.5 G#5 | F#5 D#5/2 F#5*1.5 B5 | B5 A5/2 G#5*1.5 F#5 | E5*3 D#5",
        velocity=92,
    )
    bells.line(score.at(12), "E6*2 C#6*2 D#6*2 B5*2 B5*2 D#6*2 E6*4", velocity=70)
    for part in (pad, brass, bells):
        part.chord(score.at(16), 4, voicing("E", 64), 80)
    bass.note(score.at(16), 4, "E2", 96)
    lead.note(score.at(16), 4, "E5", 92)
    drums.hits(score.at(16), crash="X", kick="X", velocity=104)
    drums.hits(score.at(4), crash="X", velocity=92)
    drums.hits(score.at(12), crash="X", velocity=92)
    score.effects = {"drums": gain(5), "synth": duck(0.45), "lead": echo(0.75, 0.35, 0.3)}
    return score


def trap() -> Score:
    """140 BPM felt at 70, Db minor: bells in a minor loop, long 808s, rolling hats."""
    score = Score(140, seed=15)
    drums = score.drums(25, volume=104, reverb=20)
    bells = score.part(11, volume=116, pan=48, reverb=80, stem="keys")
    strings = score.part(48, volume=84, pan=80, reverb=80, stem="keys")
    flute = score.part(77, volume=70, reverb=90, stem="keys")
    loop = "0.2.3-2.1.2.0---"
    for start, length, pitches, root in score.chords("C#m C#m A G#m", 16, 66):
        bar = int(start / 4)
        bells.grid(start, loop, [*pitches, pitches[0] + 12], step=0.25, velocity=76)
        if bar >= 4:
            low = root - 12 if root >= 40 else root
            score.subs += [
                (start, 1.6, low, 112),
                (start + 1.75, 0.7, low, 104),
                (start + 2.5, 1.2, low, 108),
            ]
            score.kicks += [(start, 112), (start + 1.75, 100), (start + 2.5, 106)]
            drums.hits(start, clap="........X.......", snare="........x.......", velocity=92)
            drums.hits(start, hat="x.x.x.x.x.x.x.x.", velocity=66)
            rolls(drums, start, bar)
            drums.hits(start, open="............x..." if bar % 2 else "", velocity=60)
        if bar >= 8:
            strings.chord(start, length, pitches, 70)
    for bar in (8, 12):
        flute.line(
            score.at(bar),
            "- G#5 C#6*1.5 B5/2 | G#5*2 E5 F#5 | - E5 A5*1.5 G#5/2 | D#5*4",
            velocity=80,
        )
    bells.chord(score.at(16), 4, voicing("C#m", 66), 80)
    score.subs.append((score.at(16), 2.5, 25, 112))
    score.effects = {
        "keys": chain(sweep([(0, 900), (14, 6000), (16, 14000), (80, 14000)]), gain(6))
    }
    return score


def rolls(drums, start, bar) -> None:
    """Hi-hat rolls: triplets or thirty-seconds, one place per bar of four."""
    place, count, span = ((1.5, 3, 0.5), (3, 6, 1), (2.5, 4, 0.5), (3.5, 4, 0.5))[bar % 4]
    for k in range(count):
        drums.note(start + place + span * k / count, 0.1, 42, 52 + 5 * k)


def chiptune() -> Score:
    """160 BPM, C major: two square voices, a triangle bass, a noise drum."""
    score = Score(160, seed=16)
    drums = score.drums(25, volume=88, reverb=0)
    first = score.part(80, volume=66, pan=50, reverb=0, loose=0)
    second = score.part(80, volume=60, pan=80, reverb=0, loose=0)
    bass = score.part(80, bank=8, volume=110, reverb=0, loose=0)
    for start, length, pitches, root in score.chords("C G Am F C G F,G C", 16, 67):
        pattern = "0120120120120120"[: round(length * 4)]
        second.grid(start, pattern, pitches, velocity=76, gate=0.5)
        bass.grid(
            start,
            "0.010.010.010.01"[: round(length * 4)],
            [root, root + 12],
            velocity=100,
            gate=0.7,
        )
    melody = (
        "G5/2 E5/2 C5/2 E5/2 G5 C6 | B5*1.5 A5/2 G5*2 | A5/2 C6/2 E6/2 C6/2 A5 E5 | "
        "F5*1.5 G5/2 A5*2 | "
        "G5/2 E5/2 C5/2 E5/2 G5 C6 | D6*1.5 C6/2 B5 G5 | A5 C6 B5 D6 | C6*3 -"
    )
    for bar in (0, 8):
        first.line(score.at(bar), melody, velocity=86, gate=0.8, octave=0)
    for bar in range(1, 16):
        fill = "....x.......xxxx" if bar in (7, 15) else "....x..o....x..."
        drums.hits(
            score.at(bar), kick="X..x..x.X..x..x.", snare2=fill, hat="x.o.x.o.x.o.x.o.", velocity=82
        )
    for part, name, octave in ((first, "C", 12), (second, "C", 0)):
        part.chord(score.at(16), 2, [p + octave for p in voicing(name, 67)], 84)
    bass.note(score.at(16), 2, "C3", 100)
    score.effects = {"drums": gain(4)}
    return score
