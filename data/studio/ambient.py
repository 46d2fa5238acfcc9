"""A piece without pulse, bars or mode, so that "unknown" has something to be right about."""

import numpy as np

from .score import PAN, Score
from .sound import echo
from .theory import pitch


def ambient() -> Score:
    """No pulse, no bars: fifths on D that breathe, and a few bells at their own pace."""
    score = Score(60, seed=17)
    random = np.random.default_rng(17)
    layers = (
        (89, "D2 A2 D3", 96),
        (95, "A3 D4", 74),
        (91, "E4 A4", 92),
        (52, "D4 A4", 112),
        (92, "E5", 96),
    )
    for k, (program, names, volume) in enumerate(layers):
        part = score.part(program, volume=volume, pan=20 + 22 * k, reverb=110, chorus=60)
        start = 2.3 * k
        part.chord(start, 44 - start, [pitch(name) for name in names.split()], 64)
        edges = np.cumsum(random.uniform(4, 8, 12)) + start
        levels = random.uniform(40, 120, 13)
        part.swell(start, edges[0] - start, 8, levels[0])
        for before, after, low, high in zip(edges, edges[1:], levels, levels[1:], strict=False):
            part.swell(before, after - before, low, high)
            part.control(before, PAN, int(random.uniform(20, 108)))
    bells = score.part(14, volume=112, reverb=120, pan=90)
    for when in np.cumsum(random.uniform(2.1, 7.3, 6)) + 6:
        bells.note(when, 6, int(random.choice([74, 76, 81, 86])), int(random.uniform(28, 50)))
    score.effects = {"band": echo(1.37, 0.5, 0.4)}
    return score
