"""Stages of analysis over one file: which ran, how each ended, and all results together."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from audiolab.analysis.decode import check_readable, decoder_names, open_audio
from audiolab.analysis.result import FileTags, SignalAnalysis, TrackAnalysis
from audiolab.analysis.tags import read_tags
from audiolab.analysis.versions import STAGE_VERSIONS
from audiolab.errors import AnalysisError

if TYPE_CHECKING:
    from audiolab.analysis.signal import Sink

TIME_LIMIT_SECONDS = 600.0
StageResult = FileTags | SignalAnalysis


@dataclass(frozen=True)
class StageOutcome:
    """How one stage over one file ended.

    Attributes
    ----------
    stage, version : str
    state : {"done", "partial", "failed"}
    reason : str or None
        Why it is not done, in a few words that group well.
    seconds : float
        Time it took.
    result : FileTags, SignalAnalysis or None
    """

    stage: str
    version: str
    state: Literal["done", "partial", "failed"]
    reason: str | None
    seconds: float
    result: StageResult | None


def analyse_signal(
    path: str | Path,
    sinks: Callable[[], "Sequence[Sink]"] = tuple,
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
) -> SignalAnalysis:
    """All signal features of a file, in one pass over its samples.

    A damaged file is decoded by the next decoder too, and the one that gets more of it counts.

    Parameters
    ----------
    path : str or Path
    sinks : callable returning a sequence of Sink
        Makes fresh listeners for the same pass; called once per decoder that is tried.
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
    path = Path(path)
    check_readable(path)
    deadline = time.monotonic() + time_limit_seconds
    best: SignalAnalysis | None = None
    reason = "not an audio file"
    for decoder in decoder_names(path):
        try:
            found = _one_pass(path, decoder, sinks(), deadline, time_limit_seconds)
        except AnalysisError as error:
            if best is None and reason == "not an audio file":
                reason = error.reason
            continue
        if not found.partial:
            return found
        if best is None or _decoded_seconds(found) > _decoded_seconds(best):
            best = found
    if best is None:
        raise AnalysisError(str(path), reason)
    return best


def _decoded_seconds(found: SignalAnalysis) -> float:
    return (found.duration_seconds or 0.0) * (found.decoded_share or 0.0)


def _one_pass(
    path: Path, decoder: str, sinks: "Sequence[Sink]", deadline: float, limit: float
) -> SignalAnalysis:
    from audiolab.analysis.signal import SignalPass

    with open_audio(path, decoder) as audio:
        signal_pass = SignalPass(audio.sample_rate_hz, audio.channels, sinks)
        for block in audio.blocks():
            signal_pass.push(block)
            if time.monotonic() > deadline:
                raise AnalysisError(str(path), f"took longer than {limit:g} s")
        if not signal_pass.frames:
            empty = audio.claimed_frames is None and not audio.damaged
            reason = "no audio in it" if empty else "damaged: nothing could be decoded"
            raise AnalysisError(str(path), reason)
        if signal_pass.unusable_frames == signal_pass.frames:
            raise AnalysisError(str(path), "damaged: no sample is a number")
        return signal_pass.finish(audio.claimed_frames, audio.damaged)


STAGES: dict[str, Callable[[Path], StageResult]] = {"tags": read_tags, "signal": analyse_signal}


def run_stage(stage: str, path: str | Path) -> StageOutcome:
    """Run one stage over a file; a bad file is an outcome, not an error.

    Parameters
    ----------
    stage : str
        A key of STAGE_VERSIONS.
    path : str or Path

    Raises
    ------
    ValueError
        If there is no such stage.
    """
    if stage not in STAGES:
        raise ValueError(f"expected a stage of {', '.join(STAGES)}, got {stage!r}")
    start = time.monotonic()
    result, reason = None, None
    state: Literal["done", "partial", "failed"] = "done"
    try:
        result = STAGES[stage](Path(path))
    except FileNotFoundError:
        state, reason = "failed", "file not found"
    except AnalysisError as error:
        state, reason = "failed", error.reason
    except MemoryError:
        state, reason = "failed", "out of memory"
    if isinstance(result, SignalAnalysis) and result.partial:
        state, reason = "partial", _missing(result)
    seconds = time.monotonic() - start
    return StageOutcome(stage, STAGE_VERSIONS[stage], state, reason, seconds, result)


def _missing(result: SignalAnalysis) -> str:
    share = result.decoded_share or 0.0
    return "damaged: parts could not be decoded" if share >= 1 else "damaged or cut short"


def analyze(path: str | Path, stages: Sequence[str] = ("tags", "signal")) -> TrackAnalysis:
    """Everything about one file.

    Parameters
    ----------
    path : str or Path
    stages : sequence of str
        Keys of STAGE_VERSIONS.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        If a stage fails.
    ValueError
        If there is no such stage.
    """
    path = Path(path).expanduser()
    check_readable(path)
    outcomes = tuple(run_stage(stage, path) for stage in stages)
    known: dict[str, Any] = {}
    for outcome in outcomes:
        if outcome.result is None:
            raise AnalysisError(str(path), outcome.reason or "failed")
        known |= {name: value for name, value in vars(outcome.result).items() if value is not None}
    return TrackAnalysis(path=path, stages=outcomes, **known)
