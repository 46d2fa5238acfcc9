"""Stages of analysis over one file: which ran, how each ended, and all results together."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from audiolab.analysis.decode import check_readable
from audiolab.analysis.hear import Heard, hear
from audiolab.analysis.networks import Installed, find_installed
from audiolab.analysis.networks.manifest import STAGES as NETWORK_STAGES
from audiolab.analysis.result import (
    AffectAnalysis,
    ClapAnalysis,
    FileTags,
    NetworkAnalysis,
    SignalAnalysis,
    TrackAnalysis,
)
from audiolab.analysis.tags import read_tags
from audiolab.analysis.versions import STAGE_VERSIONS
from audiolab.errors import AnalysisError, ModelError

if TYPE_CHECKING:
    from audiolab.config import Settings

StageResult = FileTags | SignalAnalysis | NetworkAnalysis | AffectAnalysis | ClapAnalysis
State = Literal["done", "partial", "failed"]

EVERY_STAGE = (*STAGE_VERSIONS, *NETWORK_STAGES)
ONLY_IF_ASKED = ("affect", "clap")  # each costs more than all the rest
NO_NETWORKS = Installed()


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
    result : FileTags, SignalAnalysis, NetworkAnalysis, AffectAnalysis, ClapAnalysis or None
    """

    stage: str
    version: str
    state: State
    reason: str | None
    seconds: float
    result: StageResult | None


def stage_versions(installed: Installed = NO_NETWORKS) -> dict[str, str]:
    """Version of every stage that can run, in the order in which they run."""
    return STAGE_VERSIONS | installed.versions


def run_stage(stage: str, path: str | Path, installed: Installed = NO_NETWORKS) -> StageOutcome:
    """Run one stage over a file: `run_stages` for one."""
    return run_stages((stage,), path, installed)[0]


def run_stages(
    stages: Sequence[str], path: str | Path, installed: Installed = NO_NETWORKS
) -> tuple[StageOutcome, ...]:
    """Run stages over a file, decoding it once; a bad file is an outcome, not an error.

    Parameters
    ----------
    stages : sequence of str
        Keys of `stage_versions`.
    path : str or Path
    installed : Installed
        The networks there are.

    Returns
    -------
    tuple of StageOutcome
        In the order of `stages`.

    Raises
    ------
    ValueError
        If there is no such stage.
    ModelError
        If the networks of a stage are not installed.
    """
    versions = stage_versions(installed)
    for stage in stages:
        if stage not in EVERY_STAGE:
            raise ValueError(f"expected a stage of {', '.join(EVERY_STAGE)}, got {stage!r}")
        if stage not in versions:
            raise ModelError(stage, f"its networks are missing: audiolab models download {stage}")
    path = Path(path)
    outcomes: dict[str, StageOutcome] = {}
    if "tags" in stages:
        outcomes["tags"] = _tags(path, versions["tags"])
    heard = [stage for stage in versions if stage in stages and stage != "tags"]
    if heard:
        outcomes |= _heard(heard, path, installed, versions)
    return tuple(outcomes[stage] for stage in stages)


def _tags(path: Path, version: str) -> StageOutcome:
    start = time.monotonic()
    result, reason = None, None
    try:
        result = read_tags(path)
    except (FileNotFoundError, AnalysisError, MemoryError) as error:
        reason = _why(error)
    state: State = "failed" if reason else "done"
    return StageOutcome("tags", version, state, reason, time.monotonic() - start, result)


def _heard(
    stages: Sequence[str], path: Path, installed: Installed, versions: Mapping[str, str]
) -> dict[str, StageOutcome]:
    """The outcomes of the stages that listen to the samples, the first bearing what is shared."""
    start = time.monotonic()
    networks = [found for found in installed.stages if found.stage in stages]
    try:
        heard = hear(path, signal="signal" in stages, networks=networks)
    except (FileNotFoundError, AnalysisError, MemoryError) as error:
        share = (time.monotonic() - start) / len(stages)
        return {
            stage: StageOutcome(stage, versions[stage], "failed", _why(error), share, None)
            for stage in stages
        }
    took = dict.fromkeys(stages, 0.0)
    took |= {finding.stage: finding.seconds for finding in heard.findings}
    took[stages[0]] += time.monotonic() - start - sum(took.values())
    return {stage: _outcome(stage, versions[stage], heard, took[stage]) for stage in stages}


def _outcome(stage: str, version: str, heard: Heard, seconds: float) -> StageOutcome:
    """How a stage that heard the file ended; what is missing of the file is missing to all."""
    result: StageResult | None = None
    for finding in heard.findings:
        if finding.stage == stage:
            if finding.reason:
                return StageOutcome(stage, version, "failed", finding.reason, seconds, None)
            result = finding.result
    if stage == "signal" and isinstance(heard.file, SignalAnalysis):
        result = heard.file
    state, reason = ("partial", _missing(heard)) if heard.file.partial else ("done", None)
    return StageOutcome(stage, version, state, reason, seconds, result)  # type: ignore[arg-type]


def _why(error: FileNotFoundError | AnalysisError | MemoryError) -> str:
    if isinstance(error, AnalysisError):
        return error.reason
    return "out of memory" if isinstance(error, MemoryError) else "file not found"


def _missing(heard: Heard) -> str:
    if heard.file.decoded_share == 1:
        return "damaged: parts could not be decoded"
    return "damaged or cut short"


def analyze(
    path: str | Path, stages: Sequence[str] | None = None, settings: "Settings | None" = None
) -> TrackAnalysis:
    """Everything about one file.

    Parameters
    ----------
    path : str or Path
    stages : sequence of str, optional
        Some of "tags", "signal", "networks", "affect", "clap"; by default the first two, and
        "networks" where they are installed.
    settings : Settings, optional
        Where the networks are; None reads the environment.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        If a stage fails.
    ModelError
        If the networks of a stage are not installed.
    ValueError
        If there is no such stage.

    Examples
    --------
    >>> from audiolab import analyze
    >>> heard = analyze("song.mp3")
    >>> round(heard.tempo_bpm), heard.key, heard.time_signature
    (122, 'A minor', '4/4')
    """
    from audiolab.config import load_settings

    path = Path(path).expanduser()
    check_readable(path)
    installed = find_installed(settings or load_settings())
    outcomes = run_stages(default_stages(installed) if stages is None else stages, path, installed)
    known: dict[str, Any] = {"embeddings": {}, "scores": {}}
    for outcome in outcomes:
        if outcome.result is None:
            raise AnalysisError(str(path), outcome.reason or "failed")
        for name, value in vars(outcome.result).items():
            if isinstance(known.get(name), dict):
                known[name] |= value
            elif value is not None:
                known[name] = value
    return TrackAnalysis(path=path, stages=outcomes, **known)


def default_stages(installed: Installed) -> tuple[str, ...]:
    """What runs unless something else is asked for."""
    return tuple(stage for stage in stage_versions(installed) if stage not in ONLY_IF_ASKED)
