"""Generated sounds with known properties, and files of every format made from them."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile

Samples = npt.NDArray[np.float32]

FORMATS = ("wav", "flac", "aiff", "mp3", "ogg", "opus", "m4a", "aac")
CODECS = {"m4a": "aac", "aac": "aac", "opus": "libopus"}


def sine(hz: float, seconds: float, rate: int = 44_100, amplitude: float = 0.5) -> Samples:
    """A mono sine."""
    time = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def noise(seconds: float, rate: int = 44_100, seed: int = 1, amplitude: float = 0.1) -> Samples:
    """White noise of the RMS `amplitude`."""
    generator = np.random.default_rng(seed)
    return (amplitude * generator.standard_normal(round(seconds * rate))).astype(np.float32)


def clicks(bpm: float, seconds: float, rate: int = 22_050) -> Samples:
    """Short decaying 1 kHz ticks on every beat, the first at 0 s."""
    samples = np.zeros(round(seconds * rate), np.float32)
    time = np.arange(round(0.03 * rate)) / rate
    tick = (0.8 * np.exp(-time * 150) * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)
    for beat in range(int(seconds * bpm / 60) + 1):
        start = round(beat * 60 / bpm * rate)
        part = samples[start : start + len(tick)]
        part += tick[: len(part)]
    return samples


def drums(bpm: float, beats: int, seconds: float, rate: int = 22_050) -> Samples:
    """Kick on one (and three), snare on the rest, hi-hat on quavers, a bass note a bar."""
    samples = np.zeros(round(seconds * rate), np.float32)
    generator = np.random.default_rng(0)
    time = np.arange(round(0.12 * rate)) / rate
    kick = np.sin(2 * np.pi * 60 * time) * np.exp(-time * 30)
    hiss = generator.standard_normal(len(time))
    snare = 0.5 * hiss * np.exp(-time * 35)
    hat = 0.15 * np.diff(hiss, prepend=0) * np.exp(-time * 120)
    beat = 60 / bpm

    def add(sound: npt.NDArray[np.float64], at: float) -> None:
        part = samples[round(at * rate) :][: len(sound)]
        part += sound[: len(part)].astype(np.float32)

    for number in range(int(seconds / beat)):
        in_bar = number % beats
        add(kick if in_bar in ((0, 2) if beats == 4 else (0,)) else snare, number * beat)
        add(hat, number * beat)
        add(hat, (number + 0.5) * beat)
        if in_bar == 0:
            root = 45 + (0, 5, 7, 0)[number // beats % 4]
            add(0.8 * chord([root], beats * beat * 0.9, rate).astype(np.float64), number * beat)
    return 0.6 * samples


def chord(midi: list[int], seconds: float, rate: int = 22_050) -> Samples:
    """A plucked chord: six harmonics of each note, decaying."""
    time = np.arange(round(seconds * rate)) / rate
    total = np.zeros(len(time))
    for note in midi:
        hz = 440 * 2 ** ((note - 69) / 12)
        for harmonic in range(1, 7):
            total += np.sin(2 * np.pi * hz * harmonic * time) / harmonic**1.5
    total *= np.exp(-2 * time) / (3 * len(midi))
    return total.astype(np.float32)


def cadence(tonic: int, mode: str, rate: int = 22_050) -> Samples:
    """I IV V I twice, 0.5 s a chord; in minor i iv V i."""
    third = 4 if mode == "major" else 3
    steps = [
        [0, third, 7, 12],
        [5, 5 + third, 12, 17],
        [7, 11, 14, 19],
        [0, third, 7, 12],
    ]
    chords = [chord([48 + tonic + step for step in chord_], 0.5, rate) for chord_ in steps]
    return np.concatenate(chords * 2)


def scale(tonic: int, mode: str, rate: int = 22_050) -> Samples:
    """Up and down an octave and once more, 0.4 s a note; in minor the harmonic scale."""
    steps = [0, 2, 4, 5, 7, 9, 11, 12] if mode == "major" else [0, 2, 3, 5, 7, 8, 11, 12]
    notes = [chord([48 + tonic + step], 0.4, rate) for step in (*steps, *steps[-2::-1])]
    return np.concatenate(notes * 2)


def stereo(mono: Samples) -> Samples:
    """The same in both channels, shape (frames, 2)."""
    return np.column_stack([mono, mono])


def write(path: Path, samples: Samples, rate: int = 44_100) -> Path:
    """Encode samples of shape (frames,) or (frames, channels) in the format of the suffix."""
    kind = path.suffix.lstrip(".").lower()
    if kind in CODECS:
        _write_with_ffmpeg(path, samples if samples.ndim == 2 else samples[:, None], rate, kind)
    else:
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        with soundfile.SoundFile(path, "w", rate, channels) as file:
            for start in range(0, len(samples), rate):  # libsndfile's Vorbis wants small pieces
                file.write(samples[start : start + rate])
    return path


def _write_with_ffmpeg(path: Path, samples: Samples, rate: int, kind: str) -> None:
    layout = {1: "mono", 2: "stereo"}[samples.shape[1]]
    with av.open(str(path), "w", format={"aac": "adts", "m4a": "mp4"}.get(kind, "ogg")) as file:
        stream = file.add_stream(
            CODECS[kind], rate=48_000 if kind == "opus" else rate, layout=layout
        )
        context = stream.codec_context
        convert = av.AudioResampler(format=context.format, layout=layout, rate=context.sample_rate)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=layout
        )
        frame.sample_rate, frame.pts = rate, 0
        for piece in [*convert.resample(frame), *convert.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
