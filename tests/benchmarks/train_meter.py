"""Fit the weights of the metrical model (audiolab/analysis/meter.py) to files with known answers.

    python -m tests.benchmarks.train_meter [--refine] TRUTH.csv[=WEIGHT]... > meter_weights.py

TRUTH.csv is described in accuracy.py. Every file of a truth counts WEIGHT times (1). Bare click
tracks from 40 to 240 BPM are added: they have a tempo and no metre. With --refine, the weights are
held to those that there are, so that what they know of other files is kept.
"""

import argparse
import csv
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from audiolab.analysis.chroma import Chroma
from audiolab.analysis.meter import (
    RATES,
    RATIOS,
    SIGNATURES,
    WEIGHTS,
    describe_levels,
    metrical_levels,
)
from audiolab.analysis.onsets import Onsets
from audiolab.analysis.spectrum import Timbre
from audiolab.analysis.stream import RATE_HZ, Framer
from audiolab.analysis.tempo import Periodicity, periodicity, strongest_pulse
from tests.benchmarks.accuracy import meter_of
from tests.benchmarks.train_key import samples_of

PENALTY, REFINING_PENALTY = 0.15, 3.0
CLICK_WEIGHT = 2.0
NAMES = ("FOUR_FOUR", "THREE_FOUR", "SIX_EIGHT", "NO_METRE")
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """The levels of one recording, which of them is the beat, and its metre."""

    levels: Doubles
    beat: int
    metre: int
    weight: float


def periods_of(mono: npt.NDArray[np.float32]) -> Periodicity:
    """The autocorrelations that the model sees, of samples at 22.05 kHz."""
    framer, timbre, onsets, chroma = Framer(), Timbre(), Onsets(), Chroma()
    spectra = list(framer.push(mono))
    for spectrum in (*spectra, *framer.finish()):
        block = timbre.push(spectrum)
        onsets.push(block.mel_db)
        chroma.push_spectrum(block)
    return periodicity(onsets.envelopes(), chroma.result().change)


def example(periods: Periodicity, bpm: float, metre: int, weight: float) -> Iterator[Example]:
    """One example, or none where the tempo is no level of the pulse found."""
    pulse = strongest_pulse(periods)
    tempi = metrical_levels(pulse) if pulse else np.zeros(0)
    right = np.flatnonzero(np.abs(tempi / bpm - 1) < 0.04)
    if len(right):
        yield Example(describe_levels(periods, tempi), int(right[0]), metre, weight)


def of_truth(truth: Path, weight: float) -> Iterator[Example]:
    """The examples of one truth file."""
    with truth.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        metre = SIGNATURES.index(meter_of(row) or None)
        periods = periods_of(samples_of(truth.parent / row["file"]))
        yield from example(periods, float(row["tempo_bpm"]), metre, weight)


def of_clicks() -> Iterator[Example]:
    """Thirty seconds of ticks at each of 32 tempi."""
    tick = np.exp(-np.arange(660) / 147) * np.sin(2 * np.pi * 1000 * np.arange(660) / RATE_HZ)
    for bpm in [*range(40, 241, 8), 60, 90, 100, 150, 180, 210]:
        mono = np.zeros(30 * RATE_HZ, np.float32)
        for beat in np.arange(0, 29.9, 60 / bpm):
            mono[round(beat * RATE_HZ) :][: len(tick)] += (0.8 * tick).astype(np.float32)
        yield from example(periods_of(mono), bpm, SIGNATURES.index(None), CLICK_WEIGHT)


def fit(examples: list[Example], near: Doubles | None = None) -> Doubles:
    """Weights (metres, values) of largest likelihood, less the penalty.

    That is for weights that leave `near`, or else for large ones and for metres that differ.
    """
    metres, values = len(SIGNATURES), examples[0].levels.shape[1]
    most = max(len(one.levels) for one in examples)
    levels = np.zeros((len(examples), most, values))
    absent = np.full((len(examples), most, 1), -1e9)
    for one, row, gone in zip(examples, levels, absent, strict=True):
        row[: len(one.levels)] = one.levels
        gone[: len(one.levels)] = 0
    right = (
        np.arange(len(examples)),
        np.array([one.beat for one in examples]),
        np.array([one.metre for one in examples]),
    )
    counts = np.array([one.weight for one in examples])
    counts /= counts.mean()
    penalty = np.full(values, PENALTY if near is None else REFINING_PENALTY)
    penalty[-3:] *= 0.05  # the terms of tempo are free

    def cost(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(metres, values)
        scores = levels @ weights.T + absent
        scores -= scores.max(axis=(1, 2), keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(axis=(1, 2), keepdims=True)
        slope = likely * counts[:, None, None]
        slope[right] -= counts
        loss = -(counts * np.log(likely[right] + 1e-300)).sum()
        gradient = np.einsum("elm,elv->mv", slope, levels)
        if near is None:
            shared = weights.mean(axis=0)
            own = weights - shared
            loss += (penalty * (metres * shared**2 + 2 * (own**2).sum(axis=0))).sum()
            gradient += penalty * (2 * shared + 4 * own)
        else:
            loss += (penalty * (weights - near) ** 2).sum()
            gradient += 2 * penalty * (weights - near)
        return float(loss), gradient.ravel()

    start = np.zeros((metres, values)) if near is None else near
    found = minimize(cost, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    weights: Doubles = found.x.reshape(metres, values)
    return weights


def main() -> None:
    """Print the module that holds the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truths", nargs="+", metavar="TRUTH.csv[=WEIGHT]")
    parser.add_argument("--refine", action="store_true")
    arguments = parser.parse_args()
    examples = list(of_clicks())
    for argument in arguments.truths:
        path, _, weight = argument.partition("=")
        examples += of_truth(Path(path), float(weight or 1))
    present = np.array([np.concatenate(table) for table in WEIGHTS])
    print_weights(fit(examples, present if arguments.refine else None))


def print_weights(weights: Doubles) -> None:
    """The module that holds the weights."""
    print('"""Weights of the metrical model: see meter.py for what they multiply."""\n')
    print("# Rows: the autocorrelations in the order of Periodicity, then the tempograms, then the")
    print(
        "# three terms of tempo. Columns: the lags RATIOS in beats; the rates RATES per beat; then"
    )
    print("# log2(bpm / 110), its square and 1.")
    print("# fmt: off")
    sizes = [len(RATIOS)] * 5 + [len(RATES)] * 5
    for name, row in zip(NAMES, weights, strict=True):
        print(f"{name} = (")
        for part in np.split(row, np.cumsum(sizes)):
            line = ", ".join(f"{value:.2f}" for value in part)
            print(textwrap.fill(f"({line}),", 96, initial_indent="    ", subsequent_indent="     "))
        print(")")


if __name__ == "__main__":
    main()
