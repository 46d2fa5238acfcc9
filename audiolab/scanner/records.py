"""From what a worker returns to what the catalog stores. Pure."""

from dataclasses import fields
from typing import Any, Literal

from audiolab.analysis import StageOutcome
from audiolab.analysis.result import (
    AffectAnalysis,
    ClapAnalysis,
    FileTags,
    NetworkAnalysis,
    SignalAnalysis,
)
from audiolab.analysis.signal_embedding import MODEL, signal_embedding
from audiolab.catalog.fields import BY_NAME
from audiolab.catalog.records import StageRow, TrackRecord
from audiolab.scanner.model import Failure, KnownFile, Task, is_failed
from audiolab.scanner.worker import FileResult

State = Literal["analysed", "partial", "failed"]

_RESULTS: dict[str, type] = {
    "tags": FileTags,
    "signal": SignalAnalysis,
    "networks": NetworkAnalysis,
    "affect": AffectAnalysis,
    "clap": ClapAnalysis,
}

# Columns that two stages know; the better stage is the truth where both ran: "tags" reads from the
# header what "signal" measures, "networks" guesses from words what "affect" was trained on.
_BETTER = {
    "signal": {f.name for f in fields(FileTags)} & {f.name for f in fields(SignalAnalysis)},
    "affect": {f.name for f in fields(AffectAnalysis)},
}


def to_record(task: Task, result: FileResult) -> TrackRecord:
    """The row of a file that was tried.

    Parameters
    ----------
    task : Task
    result : FileResult
        Not `vanished`.

    Returns
    -------
    TrackRecord
    """
    measured = [o.result for o in result.outcomes if isinstance(o.result, SignalAnalysis)]
    signal = measured[0] if measured else None
    return TrackRecord(
        path=task.path,
        state=state_after(task.known, result.outcomes),
        file_size_bytes=result.size or task.size,
        mtime_ns=result.mtime_ns or task.mtime_ns,
        file_hash=result.file_hash,
        values=_values(task, result.outcomes),
        stages=tuple(
            StageRow(outcome.stage, outcome.version, outcome.state, outcome.reason, outcome.seconds)
            for outcome in result.outcomes
        ),
        id=task.known.id if task.known else None,
        changed=_holds_other_bytes(task, result),
        audio_hash=signal.audio_hash if signal else None,
        waveform=signal.waveform if signal else None,
        beats=signal.beats if signal else None,
        fingerprint=signal.fingerprint or "" if signal else None,
        embeddings=_vectors("embeddings", result) | _signal_vector(signal),
        scores=_vectors("scores", result),
    )


def _holds_other_bytes(task: Task, result: FileResult) -> bool:
    """Whether the file is not the one that was analysed before."""
    if task.known is None:
        return False
    if task.known.file_hash and result.file_hash:
        return task.known.file_hash != result.file_hash
    # Tracks that came from elsewhere have no time: of which bytes they tell is not known.
    return task.why == "changed" and task.known.mtime_ns is not None


def _vectors(kind: str, result: FileResult) -> dict[str, Any]:
    """Embeddings or scores of all networks that ran."""
    found: dict[str, Any] = {}
    for outcome in result.outcomes:
        if isinstance(outcome.result, NetworkAnalysis | AffectAnalysis | ClapAnalysis):
            found |= getattr(outcome.result, kind)
    return found


def _signal_vector(signal: SignalAnalysis | None) -> dict[str, Any]:
    vector = signal_embedding(signal) if signal else None
    return {} if vector is None else {MODEL: vector}


def first_failure(task: Task, result: FileResult) -> Failure | None:
    """Why the file counts as failed, or None if there is something to show for it."""
    reasons, ran = _reasons(task.known, result.outcomes)
    if not is_failed(ran, reasons):
        return None
    stage = next(iter(reasons))
    return Failure(task.path, stage, reasons[stage])


def state_after(known: KnownFile | None, outcomes: tuple[StageOutcome, ...]) -> State:
    """The state of a track once these stages have run, the earlier ones remembered.

    failed: nothing to listen to, or nothing known at all. partial: something is missing.
    """
    reasons, ran = _reasons(known, outcomes)
    if is_failed(ran, reasons):
        return "failed"
    incomplete = any(outcome.state == "partial" for outcome in outcomes)
    signal_ran = any(outcome.stage == "signal" for outcome in outcomes)
    inherited = (
        known is not None and known.state == "partial" and not known.reasons and not signal_ran
    )
    return "partial" if reasons or incomplete or inherited else "analysed"


def _reasons(
    known: KnownFile | None, outcomes: tuple[StageOutcome, ...]
) -> tuple[dict[str, str], set[str]]:
    """What is failed now, by stage, and all stages ever tried."""
    ran = {outcome.stage for outcome in outcomes}
    reasons = {
        outcome.stage: outcome.reason or "unknown reason"
        for outcome in outcomes
        if outcome.state == "failed"
    }
    if known is not None:
        reasons |= {stage: why for stage, why in known.reasons.items() if stage not in ran}
        ran |= known.stages.keys()
    return reasons, ran


def _values(task: Task, outcomes: tuple[StageOutcome, ...]) -> dict[str, Any]:
    """Columns to store; those of a stage that failed on changed bytes become unknown."""
    values: dict[str, Any] = {}
    ran = {outcome.stage for outcome in outcomes}
    known = (task.known.stages.keys() - task.known.reasons.keys()) if task.known else set()
    kept = set().union(*(_BETTER[stage] for stage in _BETTER.keys() & known - ran))
    for outcome in outcomes:
        if outcome.result is not None:
            found = outcome.result.values()
        else:
            found = dict.fromkeys(_columns(outcome.stage)) if task.known else {}
        for name, value in found.items():
            if name in kept:
                continue
            if value is not None or name not in values:
                values[name] = value
    return values


def _columns(stage: str) -> list[str]:
    return [field.name for field in fields(_RESULTS[stage]) if field.name in BY_NAME]
