"""Accuracy of tempo, key and time signature against files with known answers.

    python -m tests.benchmarks.accuracy TRUTH.csv [--files]

TRUTH.csv has the columns file (relative to it), tempo_bpm, key ("A minor", or "A" beside a column
mode) and time_signature. Unknown counts as wrong; the share of known answers (coverage) is printed
beside each figure. What is empty in TRUTH.csv is not there to be found, and any answer is invented.
"""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiolab import keys
from audiolab.analysis import TrackAnalysis, analyze

OCTAVES = (1, 2, 3, 1 / 2, 1 / 3)


@dataclass(frozen=True)
class Score:
    """How one file was answered: points for each question, NaN where there is nothing to tell."""

    tempo: float
    octave_tolerant: float
    tempo_error: float
    key: float
    meter: float
    known: tuple[float, float, float]
    invented: int


def tempo_matches(found: float, truth: float, factors: tuple[float, ...] = (1,)) -> bool:
    """Within 4 % of the truth or a multiple of it."""
    return any(abs(found / (truth * factor) - 1) <= 0.04 for factor in factors)


def mirex_key_score(found: str, truth: str) -> float:
    """1 exact, 0.5 a fifth away, 0.3 relative, 0.2 parallel (MIREX audio key detection)."""
    tonic, mode = keys.parse(truth)
    found_tonic, found_mode = keys.parse(found)
    interval = (found_tonic - tonic) % 12
    if found_mode == mode:
        return {0: 1.0, 7: 0.5, 5: 0.5}.get(interval, 0.0)
    relative = 9 if mode == "major" else 3
    return {relative: 0.3, 0: 0.2}.get(interval, 0.0)


def key_of(truth: dict[str, str]) -> str:
    """The key of a row, "" if it has none."""
    return f"{truth['key']} {truth.get('mode', '')}".strip()


def meter_of(truth: dict[str, str]) -> str:
    """The time signature of a row, "" if it has none; 2/4 counts as 4/4."""
    return {"2/4": "4/4"}.get(truth["time_signature"], truth["time_signature"])


def score(found: TrackAnalysis, truth: dict[str, str]) -> Score:
    """Compare one analysis with its row of the truth."""
    tempo, key, meter = found.tempo_bpm, found.key, found.time_signature
    bpm = float(truth["tempo_bpm"] or "nan")
    right = tempo is not None and tempo_matches(tempo, bpm)
    octave = tempo is not None and tempo_matches(tempo, bpm, OCTAVES)
    asked = [bool(truth["tempo_bpm"]), bool(key_of(truth)), bool(meter_of(truth))]
    answered = [answer is not None for answer in (tempo, key, meter)]
    points = (
        right,
        mirex_key_score(key, key_of(truth)) if key and asked[1] else 0.0,
        meter == meter_of(truth),
    )
    counted = [float(point) if one else np.nan for point, one in zip(points, asked, strict=True)]
    return Score(
        tempo=counted[0],
        octave_tolerant=float(octave) if asked[0] else np.nan,
        tempo_error=abs(tempo / bpm - 1) if right and tempo else np.nan,
        key=counted[1],
        meter=counted[2],
        known=tuple(
            float(got) if one else np.nan for got, one in zip(answered, asked, strict=True)
        ),
        invented=sum(got and not one for got, one in zip(answered, asked, strict=True)),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("truth", type=Path, metavar="TRUTH.csv")
    parser.add_argument("--files", action="store_true", help="one line for every wrong answer")
    arguments = parser.parse_args()
    with arguments.truth.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    scores = []
    for row in rows:
        found = analyze(arguments.truth.parent / row["file"], stages=("signal",))
        scores.append(score(found, row))
        if arguments.files and not is_right(scores[-1]):
            truth = f"{row['tempo_bpm']} {key_of(row)} {meter_of(row)}"
            answer = f"{found.tempo_bpm} {found.key} {found.time_signature}"
            print(f"{row['file']}: {truth} -> {answer}")
    print_table(scores)


def is_right(one: Score) -> bool:
    """Whether every question about a file was answered rightly."""
    return not one.invented and not any(points < 1 for points in (one.tempo, one.key, one.meter))


def print_table(scores: list[Score]) -> None:
    """The shares of right answers."""
    tempo, key, meter = np.nanmean([one.known for one in scores], axis=0)
    errors = np.array([one.tempo_error for one in scores])
    print(f"{len(scores)} files")
    lines = (
        ("tempo within 4 %", np.nanmean([one.tempo for one in scores]), tempo),
        ("tempo, octave-tolerant", np.nanmean([one.octave_tolerant for one in scores]), tempo),
        ("key, MIREX score", np.nanmean([one.key for one in scores]), key),
        ("time signature", np.nanmean([one.meter for one in scores]), meter),
    )
    for name, value, coverage in lines:
        print(f"{name:32} {value:.3f}  (coverage {coverage:.3f})")
    print(f"{'error of right tempi, 95 %':32} {100 * np.nanpercentile(errors, 95):.3f} %")
    asked = np.isfinite([one.known for one in scores])
    invented = sum(one.invented for one in scores)
    print(f"{'invented answers':32} {invented} of {int((~asked).sum())}")


if __name__ == "__main__":
    main()
