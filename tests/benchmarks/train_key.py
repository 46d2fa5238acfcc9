"""Fit the weights of the key model (audiolab/analysis/key.py) to files with known answers.

    python -m tests.benchmarks.train_key TRUTH.csv[=WEIGHT]... > key_weights.py

TRUTH.csv is described in accuracy.py. Every file of a truth counts WEIGHT times (1), whole and once
more cut at both sides, as not every recording begins and ends at home. The 12 keys of a mode share
their weights, so that every file stands for all transpositions.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from audiolab import keys
from audiolab.analysis.chroma import Chroma
from audiolab.analysis.decode import open_audio
from audiolab.analysis.key import MODES, PROFILES, describe_keys
from audiolab.analysis.spectrum import Timbre
from audiolab.analysis.stream import Framer, Resampler, mix_to_mono
from tests.benchmarks.accuracy import key_of

PENALTY, BASS_PENALTY, END_PENALTY = 3.0, 1 / 3, 0.3  # by the spread of what they multiply
VIEWS = ("all registers", "the bass", "the first sounds", "the last", "the bass of the first",
         "the bass of the last")  # fmt: skip
CUT = 0.4  # at most, from either side
START = 1.5  # times the standardised profile
Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """The keys of one recording, and which it is in."""

    keys: Doubles
    mode: int
    tonic: int
    weight: float


def of_truth(truth: Path, weight: float) -> Iterator[Example]:
    """The examples of one truth file."""
    with truth.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if key := key_of(row):
            tonic, mode = keys.parse(key)
            for samples in (whole := samples_of(truth.parent / row["file"]), cut(whole)):
                yield Example(keys_of(samples), MODES.index(mode), tonic, weight)


def samples_of(path: Path) -> Floats:
    """A file as the analysis hears it."""
    with open_audio(path) as audio:
        mono = mix_to_mono(np.concatenate(list(audio.blocks())))
        return Resampler(audio.sample_rate_hz).push(mono, last=True)


def cut(samples: Floats) -> Floats:
    """Some of it, from the middle; the same every time."""
    random = np.random.default_rng(len(samples))
    first, last = random.uniform(0, CUT), random.uniform(1 - CUT, 1)
    return samples[int(first * len(samples)) : int(last * len(samples))]


def keys_of(samples: Floats) -> Doubles:
    """What the model sees of samples."""
    framer, timbre, chroma = Framer(), Timbre(), Chroma()
    chroma.push_samples(samples, last=True)
    spectra = list(framer.push(samples))
    for spectrum in (*spectra, *framer.finish()):
        chroma.push_spectrum(timbre.push(spectrum))
    return describe_keys(chroma.result())


def start() -> Doubles:
    """The profiles, nothing of the other views and no preference, shape (modes, 73)."""
    roots = np.sqrt(PROFILES)
    roots -= roots.mean(axis=1, keepdims=True)
    roots /= roots.std(axis=1, keepdims=True)
    return np.pad(START * roots, ((0, 0), (0, 12 * (len(VIEWS) - 1) + 1)))


def fit(examples: list[Example]) -> Doubles:
    """Weights of largest likelihood, less the penalty for leaving the start."""
    known = np.array([np.pad(one.keys, ((0, 0), (0, 1)), constant_values=1) for one in examples])
    right = tuple(
        np.array(part)
        for part in zip(*((i, one.mode, one.tonic) for i, one in enumerate(examples)), strict=True)
    )
    counts = np.array([one.weight for one in examples])
    first = start()
    of_views = [PENALTY, BASS_PENALTY, *[END_PENALTY] * (len(VIEWS) - 2)]
    penalty = np.append(np.repeat(of_views, 12), 0)

    def cost(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(first.shape)
        scores = np.einsum("etv,mv->emt", known, weights)
        scores -= scores.max(axis=(1, 2), keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(axis=(1, 2), keepdims=True)
        slope = likely * counts[:, None, None]
        slope[right] -= counts
        away = weights - first
        loss = -(counts * np.log(likely[right] + 1e-300)).sum() + (penalty * away**2).sum()
        gradient = np.einsum("emt,etv->mv", slope, known) + 2 * penalty * away
        return float(loss), gradient.ravel()

    found = minimize(cost, first.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights: Doubles = found.x.reshape(first.shape)
    return weights


def main() -> None:
    """Print the module that holds the weights."""
    examples: list[Example] = []
    for argument in sys.argv[1:]:
        path, _, weight = argument.partition("=")
        examples += of_truth(Path(path), float(weight or 1))
    if not examples:
        sys.exit(f"expected truth files, got none: {__doc__.splitlines()[2].strip()}")
    print_weights(fit(examples))


def print_weights(weights: Doubles) -> None:
    """The module that holds the weights."""
    print('"""Weights of the key model: see key.py for what they multiply."""\n')
    print("# Steps above the tonic, in semitones from 0.")
    print("# fmt: off")
    for mode, row in zip(MODES, weights, strict=True):
        print(f"{mode.upper()} = (")
        for view, steps in zip(VIEWS, row[:-1].reshape(-1, 12), strict=True):
            print(f"    # {view}")
            print("    (" + ", ".join(f"{value:.2f}" for value in steps) + "),")
        print(")")
    print("# fmt: on")
    print(f"MINOR_AT_ALL = {weights[1, -1] - weights[0, -1]:.2f}  # minor rather than major")


if __name__ == "__main__":
    main()
