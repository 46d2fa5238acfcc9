"""The one pass over the samples of a file that computes every signal feature.

Blocks go from the decoder into accumulators: those at the file's own rate (loudness, true peak,
waveform, silence, hash) and, after one resampling to 22.05 kHz, those that share one STFT. What
needs the whole track (tempo, key, metre) works at the end on a few numbers per frame. Memory does
not depend on the length of the file, except for about 30 bytes per frame of 23 ms and for the
first two minutes, which are fingerprinted at the end.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from audiolab.analysis.audio_hash import AudioHash
from audiolab.analysis.chroma import Chroma
from audiolab.analysis.cutoff import Cutoff
from audiolab.analysis.danceability import Danceability
from audiolab.analysis.energy import energy
from audiolab.analysis.fingerprint import Fingerprint
from audiolab.analysis.intake import Decoded, Intake, Sink
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


class SignalPass(Intake):
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
        super().__init__(rate_hz, channels, sinks)
        self._hash = AudioHash()
        self._loudness = Loudness(rate_hz, channels)
        self._true_peak = TruePeak(rate_hz, channels)
        self._waveform = Waveform()
        self._silence = Silence(rate_hz)
        self._cutoff = Cutoff(rate_hz)
        self._resampler = Resampler(rate_hz)
        self._framer = Framer()
        self._timbre = Timbre()
        self._onsets = Onsets()
        self._chroma = Chroma()
        self._crossings = ZeroCrossings()
        self._danceability = Danceability()
        self._fingerprint = Fingerprint()

    def push(self, block: Floats) -> None:
        """Take in samples of shape (frames, channels); non-finite ones count as silence."""
        if not len(block):
            return
        block = np.ascontiguousarray(block)
        self._hash.push(block)
        block, peak = self._usable(block)
        self._loudness.push(block)
        self._true_peak.push(block, peak)
        self._waveform.push(block)
        self._silence.push(block, peak)
        mono = mix_to_mono(block)
        self._cutoff.push(mono)
        self._push_mono(self._resampler.push(mono))
        self._push_taps(mono)

    def _push_mono(self, mono: Floats, last: bool = False) -> None:
        if len(mono):
            self._crossings.push(mono)
            self._danceability.push(mono)
            self._fingerprint.push(mono)
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
        decoded: Decoded = super().finish(claimed_frames, damaged)
        empty = np.zeros(0, np.float32)
        self._push_mono(self._resampler.push(empty, last=True), last=True)
        values: dict[str, Any] = {
            "duration_seconds": decoded.duration_seconds,
            "sample_rate_hz": self._rate_hz,
            "channels": self._channels,
            "decoded_share": decoded.decoded_share,
            "partial": decoded.partial,
            "waveform": self._waveform.values(),
            "audio_hash": self._hash.digest(),
        }
        for feature in (
            self._silence,
            self._loudness,
            self._true_peak,
            self._timbre,
            self._cutoff,
            self._crossings,
            self._fingerprint,
        ):
            values |= feature.values()
        values |= self._harmony_and_rhythm(values)
        return SignalAnalysis(**values)

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
