"""One pass over the samples of a file for everything that wants to hear them.

The file is decoded once, however many stages listen. A damaged file is decoded by the next
decoder too, and the pass that gets more of it counts.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.analysis.decode import AudioFile, check_readable, decoder_names, open_audio
from audiolab.analysis.result import SignalAnalysis
from audiolab.errors import AnalysisError

if TYPE_CHECKING:
    from audiolab.analysis.intake import Decoded, Intake
    from audiolab.analysis.networks import StageNetworks
    from audiolab.analysis.networks.listener import Finding, NetworkPass

TIME_LIMIT_SECONDS = 600.0


@dataclass(frozen=True)
class Heard:
    """What came of a pass.

    Attributes
    ----------
    file : SignalAnalysis or Decoded
        The signal features, if they were wanted; else what is known of the file itself.
    findings : tuple of Finding
        Of the networks.
    """

    file: "SignalAnalysis | Decoded"
    findings: "tuple[Finding, ...]"

    @property
    def seconds(self) -> float:
        """How much of the file was heard."""
        return self.file.duration_seconds or 0.0


def hear(
    path: Path,
    *,
    signal: bool = True,
    networks: "Sequence[StageNetworks]" = (),
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
) -> Heard:
    """Listen to a file.

    Parameters
    ----------
    path : Path
    signal : bool
        Whether the signal features are wanted.
    networks : sequence of StageNetworks
        Networks that listen, too.
    time_limit_seconds : float
        Longest time for the whole file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        "not an audio file", "empty file", "damaged: nothing could be decoded",
        "took longer than 600 s", ...
    """
    check_readable(path)
    deadline = time.monotonic() + time_limit_seconds
    best: Heard | None = None
    reason = "not an audio file"
    for decoder in decoder_names(path):
        try:
            with open_audio(path, decoder) as audio:
                heard = _listen(audio, signal, networks, deadline)
        except TimeoutError:
            heard, reason = None, f"took longer than {time_limit_seconds:g} s"
        except AnalysisError as error:
            heard = None
            if reason == "not an audio file":
                reason = error.reason
        if heard is None:
            continue
        if best is not None and decoder == "libsndfile":
            heard = _marked(heard, best)
        if not heard.file.partial:
            return heard
        if best is None or heard.seconds > best.seconds:
            best = heard
    if best is None:
        raise AnalysisError(str(path), reason)
    return best


def _marked(heard: Heard, damaged: Heard) -> Heard:
    """What libsndfile made of a file in which FFmpeg met damage: it hides holes."""
    share = damaged.file.decoded_share
    return replace(heard, file=replace(heard.file, partial=True, decoded_share=share))


def _listen(
    audio: AudioFile, signal: bool, networks: "Sequence[StageNetworks]", deadline: float
) -> Heard:
    network_passes = _network_passes(networks)
    whole = _pass(audio, signal, network_passes)
    for block in audio.blocks():
        whole.push(block)
        if time.monotonic() > deadline:
            raise TimeoutError
    if not whole.frames:
        empty = audio.claimed_frames is None and not audio.damaged
        raise AnalysisError("", "no audio in it" if empty else "damaged: nothing could be decoded")
    if whole.unusable_frames == whole.frames:
        raise AnalysisError("", "damaged: no sample is a number")
    file = whole.finish(audio.claimed_frames, audio.damaged)
    return Heard(file, tuple(found for one in network_passes for found in one.finish()))


def _network_passes(networks: "Sequence[StageNetworks]") -> "list[NetworkPass]":
    if not networks:
        return []
    from audiolab.analysis.networks.listener import passes

    return passes(networks)


def _pass(audio: AudioFile, signal: bool, sinks: "Sequence[NetworkPass]") -> "Intake":
    if signal:
        from audiolab.analysis.signal import SignalPass

        return SignalPass(audio.sample_rate_hz, audio.channels, sinks)
    from audiolab.analysis.intake import Intake

    return Intake(audio.sample_rate_hz, audio.channels, sinks)
