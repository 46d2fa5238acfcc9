"""The one pass over the samples of a file that computes every signal feature.

Blocks go from the decoder into accumulators: those at the file's own rate (loudness, true peak,
waveform, silence, hash) and, after one resampling to 22.05 kHz, those that share one STFT. What
needs the whole track (tempo, key, metre) works at the end on a few numbers per frame. Memory does
not depend on the length of the file, except for about 30 bytes per frame of 23 ms.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from audiolab.analysis.chroma import Chroma
from audiolab.analysis.danceability import Danceability
from audiolab.analysis.energy import energy
from audiolab.analysis.key import estimate_key
from audiolab.analysis.loudness import Loudness
from audiolab.analysis.onsets import Onsets, onset_rate
from audiolab.analysis.result import SignalAnalysis
from audiolab.analysis.rhythm import estimate_rhythm
from audiolab.analysis.silence import Silence
from audiolab.analysis.spectrum import Timbre
from audiolab.analysis.stream import Floats, Framer, Resampler, mix_to_mono
from audiolab.analysis.true_peak import TruePeak
from audiolab.analysis.valence import valence
from audiolab.analysis.waveform import Waveform
from audiolab.analysis.zero_crossings import ZeroCrossings

LARGEST_SAMPLE = 1e5  # a float file may hold 16-bit integers unscaled; beyond is damage


class Sink(Protocol):
    """Something else that listens to the same pass, e.g. the front end of a network.

    Attributes
    ----------
    rate_hz : int
        Rate of the mono samples it wants, e.g. 16000.
    """

    rate_hz: int

    def push(self, mono: Floats) -> None:
        """Take in samples of shape (samples,)."""
        ...


@dataclass
class _Tap:
    """A sink with the resampler that feeds it."""

    sink: Sink
    resampler: Resampler

    def push(self, mono: Floats, last: bool = False) -> None:
        samples = self.resampler.push(mono, last)
        if len(samples):
            self.sink.push(samples)


class SignalPass:
    """Accumulate all signal features of one stream.

    Parameters
    ----------
    rate_hz : int
        4 kHz to 768 kHz.
    channels : int
    sinks : sequence of Sink
        Further listeners, each at its own rate.
    """

    def __init__(self, rate_hz: int, channels: int, sinks: Sequence[Sink] = ()) -> None:
        self._rate_hz, self._channels = rate_hz, channels
        self.frames = 0
        self.unusable_frames = 0
        self._hash = hashlib.blake2b(digest_size=16)
        self._loudness = Loudness(rate_hz, channels)
        self._true_peak = TruePeak(rate_hz, channels)
        self._waveform = Waveform()
        self._silence = Silence(rate_hz)
        self._resampler = Resampler(rate_hz)
        self._framer = Framer()
        self._timbre = Timbre()
        self._onsets = Onsets()
        self._chroma = Chroma()
        self._crossings = ZeroCrossings()
        self._danceability = Danceability()
        self._taps = [_Tap(sink, Resampler(rate_hz, sink.rate_hz)) for sink in sinks]

    def push(self, block: Floats) -> None:
        """Take in samples of shape (frames, channels); non-finite ones count as silence."""
        if not len(block):
            return
        block = np.ascontiguousarray(block)
        self._hash.update(block.data)
        block, peak = self._usable(block)
        self.frames += len(block)
        self._loudness.push(block)
        self._true_peak.push(block, peak)
        self._waveform.push(block)
        self._silence.push(block, peak)
        mono = mix_to_mono(block)
        self._push_mono(self._resampler.push(mono))
        for tap in self._taps:
            tap.push(mono)

    def _usable(self, block: Floats) -> tuple[Floats, float]:
        """The block with unusable frames silenced, and its largest magnitude."""
        peak = max(float(block.max()), -float(block.min()))
        if peak <= LARGEST_SAMPLE:  # false for NaN
            return block, peak
        with np.errstate(invalid="ignore"):
            usable: Any = (np.abs(block) <= LARGEST_SAMPLE).all(axis=1)
        self.unusable_frames += int(len(block) - usable.sum())
        block = np.where(usable[:, None], block, np.float32(0))
        return block, float(np.abs(block).max())

    def _push_mono(self, mono: Floats, last: bool = False) -> None:
        if len(mono):
            self._crossings.push(mono)
            self._danceability.push(mono)
            for spectrum in self._framer.push(mono):
                self._push_spectrum(spectrum)
        if last:
            for spectrum in self._framer.finish():
                self._push_spectrum(spectrum)
        self._chroma.push_samples(mono, last)

    def _push_spectrum(self, spectrum: Any) -> None:
        block = self._timbre.push(spectrum)
        self._onsets.push(block.mel_db)
        self._chroma.push_spectrum(block)

    def finish(self, claimed_frames: int | None = None, damaged: bool = False) -> SignalAnalysis:
        """The results, once everything was pushed.

        Parameters
        ----------
        claimed_frames : int, optional
            What the header promised.
        damaged : bool
            Whether the decoder met damage.
        """
        empty = np.zeros(0, np.float32)
        self._push_mono(self._resampler.push(empty, last=True), last=True)
        for tap in self._taps:
            tap.push(empty, last=True)
        share = self.decoded_share(claimed_frames)
        values: dict[str, Any] = {
            "duration_seconds": self.frames / self._rate_hz,
            "sample_rate_hz": self._rate_hz,
            "channels": self._channels,
            "decoded_share": share,
            "partial": damaged or share < 1,
            "waveform": self._waveform.values(),
            "audio_hash": self._hash.digest(),
        }
        for feature in (
            self._silence,
            self._loudness,
            self._true_peak,
            self._timbre,
            self._crossings,
        ):
            values |= feature.values()
        values |= self._harmony_and_rhythm(values)
        return SignalAnalysis(**values)

    def decoded_share(self, claimed_frames: int | None) -> float:
        """Usable frames over the promised ones; 1 within a thousandth (encoders pad)."""
        usable = self.frames - self.unusable_frames
        promised = max(claimed_frames or 0, self.frames)
        share = usable / promised if promised else 1.0
        padded = promised - usable <= max(0.001 * promised, 2 * 1152) and not self.unusable_frames
        return 1.0 if padded else min(share, 1.0)

    def _harmony_and_rhythm(self, known: dict[str, Any]) -> dict[str, Any]:
        """What is told from the accumulated envelopes and chroma."""
        tonal = self._chroma.result()
        values = estimate_key(tonal)
        envelopes = self._onsets.envelopes()
        values["onset_rate_hz"] = onset_rate(envelopes.mean)
        flux = float(envelopes.mean.mean()) if len(envelopes.mean) else None
        values["energy"] = energy(
            known.get("loudness_lufs"), known.get("spectral_bandwidth_hz"), flux
        )
        rhythm = estimate_rhythm(envelopes, tonal.change)
        values |= rhythm.columns
        values["beats"] = rhythm.beats
        values |= self._danceability.values(rhythm.clarity)
        values["valence"] = valence(
            values.get("key"),  # type: ignore[arg-type]
            values.get("key_confidence", 0.0),  # type: ignore[arg-type]
            values.get("tempo_bpm"),  # type: ignore[arg-type]
            known.get("spectral_centroid_hz"),
        )
        return values


def analyse_blocks(
    blocks: Iterable[Floats], rate_hz: int, channels: int, sinks: Sequence[Sink] = ()
) -> SignalAnalysis:
    """All signal features of samples from anywhere: blocks of shape (frames, channels)."""
    signal_pass = SignalPass(rate_hz, channels, sinks)
    for block in blocks:
        signal_pass.push(block)
    return signal_pass.finish()
