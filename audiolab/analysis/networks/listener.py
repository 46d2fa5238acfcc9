"""The networks as listeners of a stream: samples go in, one result a stage comes out.

Memory does not depend on the length of the stream, and the result does not depend on how it was
cut into blocks. The stages at 16 kHz share one mel front end. A network that fails ends its own
stage only.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audiolab.analysis.networks.installed import StageNetworks
from audiolab.analysis.networks.load import LoadedStage, load_stage
from audiolab.analysis.networks.manifest import Backbone
from audiolab.analysis.networks.mel import BANDS, RATE_HZ, LogMel
from audiolab.analysis.networks.patches import Patches
from audiolab.analysis.networks.rules import describe, describe_affect, scaled_affect
from audiolab.analysis.result import AffectAnalysis, ClapAnalysis, NetworkAnalysis
from audiolab.errors import ModelError

Floats = npt.NDArray[np.float32]
Result = NetworkAnalysis | AffectAnalysis | ClapAnalysis

SCORED_AT_ONCE = 128  # patches: a head is fastest on a tall matrix
NOTHING = np.zeros((0, BANDS), np.float32)
SILENCE = 1e-4  # -80 dBFS: a network would find a genre in the noise floor, too


@dataclass(frozen=True)
class Means:
    """Averages over the patches of a track: its embedding, and its scores by head."""

    embedding: Floats
    scores: Mapping[str, Floats]


class StagePass(Protocol):
    """The networks of one stage over one stream."""

    networks: StageNetworks

    def push(self, mono: Floats, mel: Floats) -> None:
        """Take in samples, and the mel frames that they completed."""
        ...

    def means(self) -> Means | None:
        """The averages, once everything was pushed; None if nothing was."""
        ...


class PatchPass:
    """A stage run patch by patch, as the frames come."""

    def __init__(self, loaded: LoadedStage) -> None:
        self.networks = loaded.networks
        backbone = loaded.networks.backbone.network
        assert isinstance(backbone, Backbone)
        self._loaded = loaded
        self._patches = Patches(
            backbone.patch_frames, loaded.networks.patch_hop, backbone.patches_at_once
        )
        self._waiting: list[Floats] = []
        self._sums: dict[str, npt.NDArray[np.float64]] = {}
        self._count = 0

    def push(self, mono: Floats, mel: Floats) -> None:
        """Run the backbone on the patches that are complete."""
        for batch in self._patches.push(mel):
            self._take(batch)

    def means(self) -> Means | None:
        """The averages over all patches."""
        for batch in self._patches.finish():
            self._take(batch)
        self._score()
        if not self._count:
            return None
        means = {name: (total / self._count).astype("f4") for name, total in self._sums.items()}
        return Means(means.pop(""), means)

    def _take(self, batch: Floats) -> None:
        embeddings, *tags = self._loaded.backbone(batch)
        if not np.isfinite(embeddings).all():
            raise ModelError(self.networks.backbone.network.name, "gave values that are no numbers")
        if tags:
            self._add("tag", tags[0])
        self._waiting.append(embeddings)
        self._count += len(batch)
        if sum(map(len, self._waiting)) >= SCORED_AT_ONCE:
            self._score()

    def _score(self) -> None:
        if not self._waiting:
            return
        embeddings = np.concatenate(self._waiting)
        self._waiting = []
        self._add("", embeddings)
        for name, head in self._loaded.heads.items():
            self._add(name, head(embeddings))

    def _add(self, name: str, rows: Floats) -> None:
        total = rows.sum(axis=0, dtype=np.float64)
        self._sums[name] = self._sums[name] + total if name in self._sums else total


@dataclass(frozen=True)
class Finding:
    """What one stage found.

    Attributes
    ----------
    stage, version : str
    result : NetworkAnalysis, AffectAnalysis, ClapAnalysis or None
        None if it failed.
    reason : str or None
        Why it failed, in a few words.
    seconds : float
        Time it took.
    """

    stage: str
    version: str
    result: Result | None
    reason: str | None
    seconds: float


def passes(stages: Sequence[StageNetworks]) -> "list[NetworkPass]":
    """What listens to a track for these stages: one pass for each rate."""
    rates = dict.fromkeys(networks.rate_hz for networks in stages)
    return [NetworkPass([one for one in stages if one.rate_hz == rate]) for rate in rates]


class NetworkPass:
    """Listens to a mono stream with the networks of one or more stages.

    Parameters
    ----------
    stages : sequence of StageNetworks
        What to run, all at the same rate. What cannot be loaded is a failed finding in the end.
    """

    def __init__(self, stages: Sequence[StageNetworks]) -> None:
        self.rate_hz = stages[0].rate_hz
        self._seconds = {networks.stage: 0.0 for networks in stages}
        self._failures: dict[str, str] = {}
        self._stages = stages
        self._passes: dict[str, StagePass] = {}
        for networks in stages:
            start = time.perf_counter()
            try:
                self._passes[networks.stage] = _start(networks)
            except ModelError as error:
                self._fail(networks.stage, error)
            self._seconds[networks.stage] += time.perf_counter() - start
        self._mel = LogMel() if self.rate_hz == RATE_HZ else None
        self._peak = 0.0

    def push(self, mono: Floats) -> None:
        """Take in samples of shape (samples,), all of them numbers."""
        if len(mono) and self._passes:
            self._peak = max(self._peak, float(mono.max()), -float(mono.min()))
            self._listen(mono, self._mel.push(mono) if self._mel else NOTHING)

    def finish(self) -> tuple[Finding, ...]:
        """What each stage found, in the order of the stages."""
        if self._passes and self._mel:
            self._listen(np.zeros(0, np.float32), self._mel.finish())
        return tuple(self._finding(networks) for networks in self._stages)

    def _listen(self, mono: Floats, mel: Floats) -> None:
        for stage in list(self._passes):
            start = time.perf_counter()
            try:
                self._passes[stage].push(mono, mel)
            except ModelError as error:
                self._fail(stage, error)
            self._seconds[stage] += time.perf_counter() - start

    def _fail(self, stage: str, error: ModelError) -> None:
        self._failures[stage] = str(error)
        self._passes.pop(stage, None)

    def _finding(self, networks: StageNetworks) -> Finding:
        stage, start, result = networks.stage, time.perf_counter(), None
        if stage in self._passes:
            try:
                means = self._passes[stage].means() if self._peak > SILENCE else None
                result = interpret(networks, means)
            except ModelError as error:
                self._fail(stage, error)
        seconds = self._seconds[stage] + time.perf_counter() - start
        return Finding(stage, networks.version, result, self._failures.get(stage), seconds)


def why_not(networks: StageNetworks) -> str | None:
    """Why a stage does not run, found out by running it on noise; None if it does."""
    trial = NetworkPass([networks])
    noise = np.random.default_rng(1).uniform(-0.1, 0.1, 4 * trial.rate_hz)
    trial.push(noise.astype(np.float32))
    return trial.finish()[0].reason


def _start(networks: StageNetworks) -> StagePass:
    if networks.stage == "clap":
        from audiolab.analysis.networks.clap import ClapPass

        return ClapPass(networks)
    if networks.backend == "essentia":
        from audiolab.analysis.networks.reference import ReferencePass

        return ReferencePass(networks)
    return PatchPass(load_stage(networks))


def interpret(networks: StageNetworks, means: Means | None) -> Result:
    """Columns, scores and embedding of a track; everything unknown where it is silent."""
    if networks.stage == "affect":
        return _affect(networks, means)
    if networks.stage == "clap":
        return ClapAnalysis(embeddings={networks.backbone.name: means.embedding} if means else {})
    if means is None:
        return NetworkAnalysis()
    classes = {head.network.name: head.classes for head in networks.heads}
    name = networks.backbone.name
    return NetworkAnalysis(
        **describe(classes, means.scores),
        embedding_model=name,
        embeddings={name: means.embedding},
        scores=dict(means.scores),
    )


def _affect(networks: StageNetworks, means: Means | None) -> AffectAnalysis:
    """The first head is the one that counts."""
    if means is None:
        return AffectAnalysis()
    scores = {
        name: row if name == "tag" else scaled_affect(row) for name, row in means.scores.items()
    }
    head = networks.heads[0]
    columns = describe_affect(head.name, head.classes, scores[head.network.name])
    name = networks.backbone.name
    return AffectAnalysis(**columns, embeddings={name: means.embedding}, scores=scores)
