"""Accuracy of tempo, key and time signature against files with known answers.

    python -m tests.benchmarks.accuracy TRUTH.csv [--files]

TRUTH.csv has the columns file (relative to it), tempo_bpm, key, mode, time_signature. Unknown
counts as wrong; the share of known answers (coverage) is printed beside each figure.
"""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiolab.analysis import TrackAnalysis, analyze

PITCH_CLASSES = {
    "C": 0, "C#": 1, "Db": 1, "D": 2, "D#": 3, "Eb": 3, "E": 4, "Fb": 4, "F": 5, "F#": 6, "Gb": 6,
    "G": 7, "G#": 8, "Ab": 8, "A": 9, "A#": 10, "Bb": 10, "B": 11, "Cb": 11,
}  # fmt: skip
OCTAVES = (1, 2, 3, 1 / 2, 1 / 3)


@dataclass(frozen=True)
class Score:
    """How one file was answered."""

    tempo: float
    octave_tolerant: float
    tempo_error: float
    key: float
    meter: float
    known: tuple[bool, bool, bool]


def tempo_matches(found: float, truth: float, factors: tuple[float, ...] = (1,)) -> bool:
    """Within 4 % of the truth or a multiple of it."""
    return any(abs(found / (truth * factor) - 1) <= 0.04 for factor in factors)


def mirex_key_score(found: str, tonic: int, mode: str) -> float:
    """1 exact, 0.5 a fifth away, 0.3 relative, 0.2 parallel (MIREX audio key detection)."""
    name, found_mode = found.split()
    interval = (PITCH_CLASSES[name] - tonic) % 12
    if found_mode == mode:
        return {0: 1.0, 7: 0.5, 5: 0.5}.get(interval, 0.0)
    relative = 9 if mode == "major" else 3
    return {relative: 0.3, 0: 0.2}.get(interval, 0.0)


def score(found: TrackAnalysis, truth: dict[str, str]) -> Score:
    """Compare one analysis with its row of the truth."""
    tempo, bpm = found.tempo_bpm, float(truth["tempo_bpm"])
    right = tempo is not None and tempo_matches(tempo, bpm)
    meter = {"2/4": "4/4"}.get(truth["time_signature"], truth["time_signature"])
    return Score(
        tempo=float(right),
        octave_tolerant=float(tempo is not None and tempo_matches(tempo, bpm, OCTAVES)),
        tempo_error=abs(tempo / bpm - 1) if right and tempo else np.nan,
        key=mirex_key_score(found.key, PITCH_CLASSES[truth["key"]], truth["mode"])
        if found.key
        else 0.0,
        meter=float(found.time_signature == meter),
        known=(tempo is not None, found.key is not None, found.time_signature is not None),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("truth", type=Path, metavar="TRUTH.csv")
    parser.add_argument("--files", action="store_true", help="one line for every wrong answer")
    arguments = parser.parse_args()
    with arguments.truth.open(newline="") as file:
        rows = list(csv.DictReader(file))
    scores = []
    for row in rows:
        found = analyze(arguments.truth.parent / row["file"], stages=("signal",))
        scores.append(score(found, row))
        if arguments.files and min(scores[-1].tempo, scores[-1].key, scores[-1].meter) < 1:
            truth = f"{row['tempo_bpm']} {row['key']} {row['mode']} {row['time_signature']}"
            answer = f"{found.tempo_bpm} {found.key} {found.time_signature}"
            print(f"{row['file']}: {truth} -> {answer}")
    tempo, key, meter = np.mean([one.known for one in scores], axis=0)
    errors = np.array([one.tempo_error for one in scores])
    print(f"{len(scores)} files")
    lines = (
        ("tempo within 4 %", np.mean([one.tempo for one in scores]), tempo),
        ("tempo, octave-tolerant", np.mean([one.octave_tolerant for one in scores]), tempo),
        ("key, MIREX score", np.mean([one.key for one in scores]), key),
        ("time signature", np.mean([one.meter for one in scores]), meter),
    )
    for name, value, coverage in lines:
        print(f"{name:32} {value:.3f}  (coverage {coverage:.3f})")
    print(f"{'error of right tempi, 95 %':32} {100 * np.nanpercentile(errors, 95):.3f} %")


if __name__ == "__main__":
    main()
