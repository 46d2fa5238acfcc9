"""Compose and render pieces that no weight was ever fitted to, with their answers.

    python -m tests.benchmarks.heldout FOLDER [--pieces 72]
    python -m tests.benchmarks.accuracy FOLDER/truth.csv

Every key comes equally often; tempo, metre, progression, melody, instruments and drums are drawn
from a seed of its own. The demo library's studio renders them, so fluidsynth and FluidR3_GM are
needed. Harmony, tunes and grooves are others than the demo library's; fit nothing to them.
The scores of the first 48 were seen while settings of the key and of the metre were chosen.
"""

import argparse
import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from audiolab import keys, resources

sys.path.insert(0, str(resources.folder("data")))
from studio import sound
from studio.score import Score

FIRST_SEED = 771_000
SECONDS = 45.0
RATE = sound.RATE
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
# Degrees of the scale from 0; in minor the fifth degree has its leading note.
PROGRESSIONS = {
    "major": ((0, 5, 3, 4), (0, 3, 0, 4), (0, 2, 3, 4), (0, 4, 5, 3), (0, 1, 4, 0), (0, 3, 5, 4),
              (3, 0, 4, 0), (0, 5, 1, 4, 0, 3, 4, 0)),
    "minor": ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 4), (0, 3, 6, 2), (0, 5, 3, 4), (0, 6, 5, 6),
              (0, 0, 3, 4), (0, 3, 6, 2, 5, 3, 4, 0)),
}  # fmt: skip
# Programs of General MIDI by what they play.
CHORDS = (0, 4, 5, 16, 19, 24, 25, 27, 29, 46, 48, 50, 61, 88, 89)
TUNES = (11, 21, 22, 40, 41, 52, 56, 60, 64, 66, 68, 71, 73, 75, 80, 81)
BASSES = (32, 33, 34, 36, 38, 39, 43, 58)
# Per metre: quarter notes in a bar, where chords are struck and basses played, drums per eighth.
METRES: dict[str, dict[str, Any]] = {
    "4/4": {
        "bar": 4.0, "weight": 0.6, "tempo": (66, 178), "strong": (0.0, 2.0),
        "chords": ((0.0, 2.0), (0.0, 1.0, 2.0, 3.0), (0.5, 1.5, 2.5, 3.5), (0.0, 1.5, 3.0), (0.0,)),
        "bass": ((0.0, 2.0), (0.0, 1.5, 2.0, 3.5), (0.0, 1.0, 2.0, 3.0), (0.0, 2.5)),
        "drums": ({"kick": "x...x...", "snare": "..x...x.", "hat": "xoxoxoxo"},
                  {"kick": "x..x.x..", "snare": "..x...x.", "hat": "x.x.x.x."},
                  {"kick": "x.x.x.x.", "clap": "..x...x.", "open": ".x.x.x.x"},
                  {"kick": "x.....x.", "stick": "..x...x.", "ride": "x.xox.xo"}),
    },
    "3/4": {
        "bar": 3.0, "weight": 0.2, "tempo": (78, 168), "strong": (0.0,),
        "chords": ((1.0, 2.0), (0.0, 1.0, 2.0), (0.0,)),
        "bass": ((0.0,), (0.0, 2.0)),
        "drums": ({"kick": "x.....", "snare": "..x.x.", "hat": "x.x.x."},
                  {"kick": "x.....", "stick": "..o.o.", "ride": "x.x.xo"}),
    },
    "6/8": {
        "bar": 3.0, "weight": 0.2, "tempo": (52, 126), "strong": (0.0, 1.5),
        "chords": ((0.0, 1.5), (0.0, 1.0, 1.5, 2.5), (0.0,)),
        "bass": ((0.0, 1.5), (0.0, 1.0, 1.5, 2.5)),
        "drums": ({"kick": "x.....", "snare": "...x..", "hat": "xooxoo"},
                  {"kick": "x..x..", "tambourine": "x.ox.o"}),
    },
}  # fmt: skip


class Piece:
    """One composition: everything in it follows from its number."""

    def __init__(self, number: int) -> None:
        self.random = np.random.default_rng(FIRST_SEED + number)
        self.tonic, self.mode = number % 12, ("major", "minor")[number // 12 % 2]
        weights = [metre["weight"] for metre in METRES.values()]
        self.meter = str(self.random.choice(list(METRES), p=weights))
        self.style = METRES[self.meter]
        self.tempo = round(float(self.random.uniform(*self.style["tempo"])), 1)
        beat = 1.5 if self.meter == "6/8" else 1.0  # quarter notes in a notated beat
        self.score = Score(self.tempo * beat, self.style["bar"], seed=FIRST_SEED + number)
        self.bars = int(SECONDS * self.score.tempo / 60 / self.score.bar)
        self.progression = self.one_of(PROGRESSIONS[self.mode])

    def one_of(self, choices: Any) -> Any:
        """One of `choices`."""
        return choices[int(self.random.integers(len(choices)))]

    def degree(self, bar: int) -> int:
        """The root of a bar's chord; the last bar is at home."""
        return 0 if bar == self.bars - 1 else int(self.progression[bar % len(self.progression)])

    def pitch(self, step: int, centre: int, *, leading: bool = False) -> int:
        """The MIDI pitch of a step of the scale, the first octave around `centre`."""
        octave, degree = divmod(step, 7)
        raised = leading and self.mode == "minor" and degree == 6
        tonic = centre + (self.tonic - centre + 6) % 12 - 6
        return int(tonic + 12 * octave + SCALES[self.mode][degree] + raised)

    def compose(self) -> Score:
        """Chords, bass, a tune and, in two of three pieces, drums."""
        self._chords()
        self._bass()
        if self.random.random() < 0.85:
            self._tune()
        if self.random.random() < 0.67:
            self._drums()
        return self.score

    def _chords(self) -> None:
        part = self.score.part(self.one_of(CHORDS), volume=92, pan=50, reverb=50)
        places, seventh = self.one_of(self.style["chords"]), self.random.random() < 0.3
        for bar in range(self.bars):
            root = self.degree(bar)
            steps = [root, root + 2, root + 4, *([root + 6] if seventh else [])]
            steps = [step - 7 if step > 6 else step for step in steps]
            pitches = [self.pitch(step, 60, leading=root == 4) for step in steps]
            for at, until in zip(places, [*places[1:], self.score.bar], strict=True):
                length = 0.9 * (until - at)
                part.chord(self.score.at(bar, at), length, pitches, 68, strum=0.01)

    def _bass(self) -> None:
        part = self.score.part(self.one_of(BASSES), volume=104)
        places = self.one_of(self.style["bass"])
        for bar in range(self.bars):
            root = self.degree(bar)
            for number, at in enumerate(places):
                step = root + 4 if number % 4 == 3 and self.random.random() < 0.5 else root
                part.note(self.score.at(bar, at), 0.8, self.pitch(step, 38, leading=root == 4), 84)

    def _tune(self) -> None:
        part = self.score.part(self.one_of(TUNES), volume=98, pan=78, reverb=60)
        step = 7
        for bar in range(1, self.bars):
            at, root = 0.0, self.degree(bar)
            while at < self.score.bar - 1e-6:
                length = min(float(self.one_of((0.5, 0.5, 1.0, 1.0, 1.5))), self.score.bar - at)
                step += int(self.random.integers(-2, 3))
                step = min(max(step, 3), 13)
                if at in self.style["strong"]:
                    near = [root + tone + 7 * k for tone in (0, 2, 4) for k in range(-1, 3)]
                    step = min(near, key=lambda one: (abs(one - step), one))
                if self.random.random() < 0.85:
                    pitch = self.pitch(step, 64, leading=root == 4)
                    part.note(self.score.at(bar, at), 0.9 * length, pitch, 84)
                at += length

    def _drums(self) -> None:
        kit = self.score.drums(self.one_of((0, 8, 16, 24, 32)))
        pattern = self.one_of(self.style["drums"])
        for bar in range(int(self.random.integers(0, 3)), self.bars):
            kit.hits(self.score.at(bar), 0.5, 86, **pattern)

    def row(self, file: str) -> dict[str, Any]:
        """Its line in truth.csv."""
        return {"file": file, "tempo_bpm": self.tempo, "key": keys.name(self.tonic, self.mode),
                "time_signature": self.meter}  # fmt: skip


def render(piece: Piece, path: Path) -> None:
    """Write a piece as Ogg Vorbis."""
    audio = sound.perform(piece.compose(), SECONDS, loudness_db=-16.0, fade=1.0)
    soundfile.write(path, audio.astype(np.float32), RATE, format="OGG", subtype="VORBIS")


def main() -> None:
    """Render every piece; those that are there already are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pieces", type=int, default=72)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(arguments.pieces):
        piece, path = Piece(number), folder / f"{number:03d}.ogg"
        if not path.exists():
            unfinished = path.with_suffix(".part")
            render(piece, unfinished)
            unfinished.rename(path)
        rows.append(piece.row(path.name))
        print(f"{number + 1}/{arguments.pieces} {rows[-1]}", file=sys.stderr)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
