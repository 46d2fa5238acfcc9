"""Tempo, its confidence and alternatives, time signature and beats: the verdict on rhythm.

Unknown is None: a track has a tempo only if things happen in it (onsets or, in soft music, changes
of harmony) and repeat clearly enough; and a time signature only if its probability among the four
outcomes (no metre is one) reaches LEAST_PROBABILITY. What is clear enough depends on the duration,
because in a short recording anything repeats by chance, and a little on how far the repetition
reaches, which parts brisk speech from music that keeps time; no more than a little, as players who
bend the tempo would be lost. Chosen on excerpts of 4 to 45 s of speech in five languages, noise,
rain, wind, steps, applause and the like against such excerpts of the development split and of
other renderings, as they are and with a tempo bent by 2 and 5 %. Accepted are, of music in time
0.82 of 4 s, 0.97 of 8 s, all of 45 s; bent by 5 %, 0.93 of 45 s; of speech and noise 0.01 of 4 s,
hardly any of 8 s or more. What beats by itself has a tempo: a clock, a siren, crickets.
"""

from dataclasses import dataclass, field

import numpy as np

from audiolab.analysis.beats import beat_strength, track_beats
from audiolab.analysis.chroma import count_changes
from audiolab.analysis.meter import SIGNATURES, Hypotheses, metrical_hypotheses
from audiolab.analysis.onsets import OnsetEnvelopes, onset_times
from audiolab.analysis.stream import FRAMES_PER_SECOND, Doubles, Floats
from audiolab.analysis.tempo import (
    periodicity,
    pulse_clarity,
    pulse_persistence,
    strongest_pulse,
)

LEAST_SECONDS = 3.0
LEAST_ONSETS, LEAST_ONSETS_PER_SECOND = 5, 0.3
LEAST_CLARITY, SHORT_CLARITY_SECONDS = 0.14, 1.4  # 0.14 + 1.4 s / duration
CLARITY_OF_PERSISTENCE = 0.01  # for each standard error
LEAST_CHANGES_PER_SECOND = 1.0
FULL_CLARITY = 0.5
LEAST_PROBABILITY = 0.4
MOST_ALTERNATIVES = 4
UNKNOWN = {"tempo_confidence": 0.0, "time_signature_confidence": 0.0}


@dataclass(frozen=True)
class Rhythm:
    """What is known of a track's rhythm.

    Attributes
    ----------
    columns : dict
        ``tempo_bpm``, ``tempo_confidence``, ``tempo_alternatives``, ``time_signature`` and
        ``time_signature_confidence``; only confidences of 0 where there is no tempo.
    beats : ndarray, shape (beats,), float32
        Seconds.
    clarity : float
        Of the pulse, less what chance makes of it in that time, in [0, 1].
    """

    columns: dict[str, object] = field(default_factory=lambda: dict(UNKNOWN))
    beats: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    clarity: float = 0.0


def estimate_rhythm(envelopes: OnsetEnvelopes, change: Floats) -> Rhythm:
    """Rhythm from the onset envelopes and the harmonic change.

    The confidence of the tempo is the clarity of the pulse (full from FULL_CLARITY) times the
    probability of the metrical level; alternatives are the other levels with their probability.
    """
    seconds = len(envelopes.mean) / FRAMES_PER_SECOND
    if seconds < LEAST_SECONDS or not _things_happen(envelopes, change, seconds):
        return Rhythm()
    periods = periodicity(envelopes, change)
    pulse = strongest_pulse(periods)
    if pulse is None:
        return Rhythm()
    clarity = pulse_clarity(periods, pulse)
    beyond_chance = max(clarity - SHORT_CLARITY_SECONDS / seconds, 0.0)
    persistence = pulse_persistence(periods, pulse, seconds)
    if beyond_chance + CLARITY_OF_PERSISTENCE * persistence < LEAST_CLARITY:
        return Rhythm(clarity=beyond_chance)
    hypotheses = metrical_hypotheses(periods, pulse)
    beats = track_beats(beat_strength(envelopes, change), hypotheses.tempo_bpm)
    columns = _columns(hypotheses, min(clarity / FULL_CLARITY, 1.0))
    return Rhythm(columns, beats, beyond_chance)


def _things_happen(envelopes: OnsetEnvelopes, change: Floats, seconds: float) -> bool:
    """Whether there are enough onsets or, in soft music, changes of harmony."""
    least = max(LEAST_ONSETS, LEAST_ONSETS_PER_SECOND * seconds)
    return len(onset_times(envelopes.mean)) >= least or _changes_often(change)


def _changes_often(change: Floats) -> bool:
    """Whether the harmony changes clearly at least LEAST_CHANGES_PER_SECOND times a second."""
    return count_changes(change) * FRAMES_PER_SECOND >= LEAST_CHANGES_PER_SECOND * len(change)


def _columns(hypotheses: Hypotheses, share: float) -> dict[str, object]:
    """The most probable level and its metre; `share` of certainty is left by the pulse."""
    levels = hypotheses.levels
    level = int(levels.argmax())
    metres = hypotheses.probability[level] / levels[level]
    return {
        "tempo_bpm": hypotheses.tempo_bpm,
        "tempo_confidence": share * float(levels[level]),
        "tempo_alternatives": _alternatives(hypotheses.bpm, levels, level),
        **_signature(metres, share),
    }


def _signature(metres: Doubles, share: float) -> dict[str, object]:
    best = int(metres.argmax())
    if SIGNATURES[best] is None:
        return {"time_signature_confidence": 0.0}
    confidence = {"time_signature_confidence": share * float(metres[best])}
    if metres[best] < LEAST_PROBABILITY:
        return {**confidence}
    return {**confidence, "time_signature": SIGNATURES[best]}


def _alternatives(bpm: Doubles, weights: Doubles, chosen: int) -> list[dict[str, float]]:
    """The other levels, ``{"bpm": float, "weight": float}``, most probable first."""
    order = [level for level in np.argsort(-weights) if level != chosen]
    return [
        {"bpm": float(bpm[level]), "weight": float(weights[level])}
        for level in order[:MOST_ALTERNATIVES]
    ]
