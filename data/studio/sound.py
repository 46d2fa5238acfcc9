"""From a score to a mastered recording: fluidsynth, a little synthesis, effects, levels.

Audio is float64 (frames, 2) at RATE Hz.
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy import ndimage, signal

from .score import Score

RATE = 44100
SOUNDFONTS = (
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/soundfonts/FluidR3_GM.sf2",
    "/opt/homebrew/share/soundfonts/FluidR3_GM.sf2",
)
CEILING_DB = -2.5


def soundfont() -> Path:
    """Where FluidR3_GM is."""
    for name in SOUNDFONTS:
        if Path(name).is_file():
            return Path(name)
    raise SystemExit("FluidR3_GM.sf2 is missing: apt-get install fluidsynth fluid-soundfont-gm")


def perform(score: Score, seconds: float, loudness_db: float, fade: float = 0.0) -> np.ndarray:
    """Render, mix and master a score.

    Parameters
    ----------
    score : Score
    seconds : float
        Length of the result; what is missing is silence, what is more is cut.
    loudness_db : float
        Level of its louder parts, dB RMS after a rough loudness weighting.
    fade : float
        Seconds of fade-out at the end.
    """
    frames = round(seconds * RATE)
    mix = np.zeros((frames, 2))
    for stem in score.stems():
        audio = fit(render(score.midi(stem)), frames)
        mix += score.effects.get(stem, lambda audio, score: audio)(audio, score)
    mix += fit(synthesise(score), frames)
    mix = fade_out(mix, max(fade, 0.02))
    return limit(mix * 10 ** ((loudness_db - level_db(mix)) / 20))


def render(midi: bytes) -> np.ndarray:
    """A MIDI file as sound."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.mid"), Path(folder, "out.wav")
        source.write_bytes(midi)
        command = ["fluidsynth", "-niq", "-g", "0.5", "-r", str(RATE), "-O", "float", "-T", "wav",
                   "-F", str(target), str(soundfont()), str(source)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        return soundfile.read(target, dtype="float64", always_2d=True)[0]


def fit(audio: np.ndarray, frames: int) -> np.ndarray:
    """Cut or fill up with silence to `frames`."""
    out = np.zeros((frames, 2))
    out[: min(frames, len(audio))] = audio[:frames]
    return out


def synthesise(score: Score) -> np.ndarray:
    """The kick drum and the sub bass, which no General MIDI kit has deep enough."""
    ends = [score.seconds(beat) + 1 for beat, _ in score.kicks]
    ends += [score.seconds(beat + length) + 1 for beat, length, *_ in score.subs]
    out = np.zeros((round(max(ends, default=0) * RATE), 2))
    for beat, velocity in score.kicks:
        _mix_in(out, score.seconds(beat), _kick() * (velocity / 127) * 0.55)
    for beat, length, pitch, velocity in score.subs:
        _mix_in(out, score.seconds(beat), _sub(score.seconds(length), pitch) * velocity / 127 * 0.4)
    return out


def _mix_in(out: np.ndarray, seconds: float, sound: np.ndarray) -> None:
    start = round(seconds * RATE)
    out[start : start + len(sound)] += sound[:, None][: len(out) - start]


def _kick() -> np.ndarray:
    time = np.arange(round(0.32 * RATE)) / RATE
    phase = 2 * np.pi * (48 * time + 150 * 0.028 * (1 - np.exp(-time / 0.028)))
    click = np.exp(-time / 0.002) * np.sin(2 * np.pi * 1800 * time) * 0.25
    return np.tanh(1.6 * np.sin(phase) * np.exp(-time / 0.13)) + click


def _sub(seconds: float, pitch: int) -> np.ndarray:
    time = np.arange(round((seconds + 0.05) * RATE)) / RATE
    tone = np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time)
    shape = np.minimum(1, time / 0.006) * np.clip((seconds + 0.05 - time) / 0.05, 0, 1)
    return np.tanh(2.2 * tone * np.exp(-time / 0.9)) * shape


def duck(depth: float = 0.7, seconds: float = 0.28):
    """An effect: the sound steps back at every kick (side-chain compression)."""

    def effect(audio: np.ndarray, score: Score) -> np.ndarray:
        gain = np.ones(len(audio))
        shape = 1 - depth * (1 - np.arange(round(seconds * RATE)) / (seconds * RATE)) ** 1.5
        for beat, _ in score.kicks:
            start = round(score.seconds(beat) * RATE)
            piece = gain[start : start + len(shape)]
            np.minimum(piece, shape[: len(piece)], out=piece)
        return audio * ndimage.uniform_filter1d(gain, 220)[:, None]

    return effect


def sweep(points: list[tuple[float, float]]):
    """An effect: a low-pass filter whose corner moves between (beat, Hz) points."""

    def effect(audio: np.ndarray, score: Score) -> np.ndarray:
        seconds = [score.seconds(beat) for beat, _ in points]
        block, state, out = 512, np.zeros((2, 2, 2)), np.empty_like(audio)
        for start in range(0, len(audio), block):
            corner = np.exp(
                np.interp(start / RATE, seconds, np.log([hertz for _, hertz in points]))
            )
            sections = signal.butter(4, min(corner, 20000), fs=RATE, output="sos")
            piece = audio[start : start + block]
            out[start : start + block], state = signal.sosfilt(sections, piece, axis=0, zi=state)
        return out

    return effect


def echo(beats: float, feedback: float = 0.4, wet: float = 0.35):
    """An effect: a delay in time with the music, the repeats swapping sides."""

    def effect(audio: np.ndarray, score: Score) -> np.ndarray:
        shift, out, tail = round(score.seconds(beats) * RATE), audio.copy(), audio
        for _ in range(6):
            tail = feedback * np.roll(tail, shift, axis=0)[:, ::-1]
            tail[:shift] = 0
            out += wet / feedback * tail
        return out

    return effect


def gain(decibels: float):
    """An effect: louder or softer."""

    def effect(audio: np.ndarray, score: Score) -> np.ndarray:
        return audio * 10 ** (decibels / 20)

    return effect


def chain(*effects):
    """Effects one after the other."""

    def effect(audio: np.ndarray, score: Score) -> np.ndarray:
        for each in effects:
            audio = each(audio, score)
        return audio

    return effect


def fade_out(audio: np.ndarray, seconds: float) -> np.ndarray:
    """Fade the end out."""
    frames = min(round(seconds * RATE), len(audio))
    audio[len(audio) - frames :] *= np.linspace(1, 0, frames)[:, None] ** 1.5
    return audio


def level_db(audio: np.ndarray) -> float:
    """Level of the louder parts: dB RMS of the top quarter of 0.4 s blocks, bass and air tamed."""
    weighting = signal.butter(1, [120, 9000], "band", fs=RATE, output="sos")
    power = (signal.sosfilt(weighting, audio, axis=0) ** 2).sum(axis=1)
    block = round(0.4 * RATE)
    blocks = power[: len(power) // block * block].reshape(-1, block).mean(axis=1)
    return 10 * np.log10(np.sort(blocks)[-max(1, len(blocks) // 4) :].mean() + 1e-12)


def limit(audio: np.ndarray) -> np.ndarray:
    """Keep true peaks (four times oversampled) under CEILING_DB with a look-ahead of 4 ms."""
    ceiling, window = 10 ** (CEILING_DB / 20), round(0.004 * RATE)
    over = np.abs(signal.resample_poly(audio, 4, 1, axis=0)).max(axis=1)
    peaks = over[: len(audio) * 4].reshape(-1, 4).max(axis=1)
    need = np.minimum(1, ceiling / np.maximum(peaks, 1e-9))
    held = ndimage.minimum_filter1d(need, 2 * window + 1)
    smooth = np.hanning(window + 2)[1:-1]
    return audio * ndimage.convolve1d(held, smooth / smooth.sum(), mode="nearest")[:, None]
