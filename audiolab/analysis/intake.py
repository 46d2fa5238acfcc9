"""The door of a pass over a file: samples are checked, mixed to mono and handed to listeners.

`Intake` alone is a pass that only listeners want, e.g. networks whose weights are new;
`audiolab.analysis.signal.SignalPass` adds the signal features to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from audiolab.analysis.stream import Floats, Resampler, mix_to_mono

LARGEST_SAMPLE = 1e5  # a float file may hold 16-bit integers unscaled; beyond is damage


class Sink(Protocol):
    """Something that listens to a pass, e.g. the front end of a network.

    Attributes
    ----------
    rate_hz : int
        Rate of the mono samples it wants, e.g. 16000.
    """

    rate_hz: int

    def push(self, mono: Floats) -> None:
        """Take in samples of shape (samples,), all of them numbers."""
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


@dataclass(frozen=True)
class Decoded:
    """What a pass tells of the file itself.

    Attributes
    ----------
    duration_seconds : float
    decoded_share : float or None
        Usable frames over those the header promises, in [0, 1]; None for a damaged file whose
        header promises nothing.
    partial : bool
        Whether something was missing, damaged or unusable.
    """

    duration_seconds: float
    decoded_share: float | None
    partial: bool


class Intake:
    """Take in the samples of one stream.

    Parameters
    ----------
    rate_hz : int
        4 kHz to 768 kHz.
    channels : int
    sinks : sequence of Sink
        Listeners, each at its own rate.
    """

    def __init__(self, rate_hz: int, channels: int, sinks: Sequence[Sink] = ()) -> None:
        self._rate_hz, self._channels = rate_hz, channels
        self._taps = [_Tap(sink, Resampler(rate_hz, sink.rate_hz)) for sink in sinks]
        self.frames = 0
        self.unusable_frames = 0

    def push(self, block: Floats) -> None:
        """Take in samples of shape (frames, channels); non-finite ones count as silence."""
        if len(block):
            usable, _ = self._usable(np.ascontiguousarray(block))
            self._push_taps(mix_to_mono(usable))

    def finish(self, claimed_frames: int | None = None, damaged: bool = False) -> Any:
        """The end of the stream.

        Parameters
        ----------
        claimed_frames : int, optional
            What the header promised.
        damaged : bool
            Whether the decoder met damage.

        Returns
        -------
        Decoded
            Or, of a pass that adds features, something that tells as much.
        """
        self._push_taps(np.zeros(0, np.float32), last=True)
        share = self.decoded_share(claimed_frames)
        partial = damaged or share < 1
        told = claimed_frames or self.unusable_frames or not partial
        return Decoded(self.frames / self._rate_hz, share if told else None, partial)

    def _push_taps(self, mono: Floats, last: bool = False) -> None:
        for tap in self._taps:
            tap.push(mono, last)

    def _usable(self, block: Floats) -> tuple[Floats, float]:
        """The block with unusable frames silenced, and its largest magnitude."""
        self.frames += len(block)
        peak = max(float(block.max()), -float(block.min()))
        if peak <= LARGEST_SAMPLE:  # false for NaN
            return block, peak
        with np.errstate(invalid="ignore"):
            usable: Any = (np.abs(block) <= LARGEST_SAMPLE).all(axis=1)
        self.unusable_frames += int(len(block) - usable.sum())
        block = np.where(usable[:, None], block, np.float32(0))
        return block, float(np.abs(block).max())

    def decoded_share(self, claimed_frames: int | None) -> float:
        """Usable frames over the promised ones; 1 within a thousandth (encoders pad)."""
        usable = self.frames - self.unusable_frames
        promised = max(claimed_frames or 0, self.frames)
        share = usable / promised if promised else 1.0
        padded = promised - usable <= max(0.001 * promised, 2 * 1152) and not self.unusable_frames
        return 1.0 if padded else min(share, 1.0)
