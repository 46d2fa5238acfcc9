"""The networks that can be used, as plain data that travels to worker processes.

The hashes of their files make the version of a stage: new or changed files make stored results
stale.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from audiolab.analysis.networks.manifest import Backbone, Head, Weights

ALGORITHM = "1"  # raise it when the same weights may give another result


@dataclass(frozen=True)
class InstalledWeights:
    """A file of weights that may be used.

    Attributes
    ----------
    weights : Weights
        Its entry in the manifest.
    path : Path
    sha256 : str
        What the file really has.
    """

    weights: Weights
    path: Path
    sha256: str

    @property
    def official(self) -> bool:
        """Whether it is the published file."""
        return self.sha256 == self.weights.sha256


@dataclass(frozen=True)
class InstalledNetwork:
    """A network with weights and classes.

    Attributes
    ----------
    network : Backbone or Head
    file : InstalledWeights
    classes : tuple of str
        Of its scores, in the order of the outputs; () for a backbone without tags.
    """

    network: Backbone | Head
    file: InstalledWeights
    classes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The network's name; with a part of the hash unless it is the published one."""
        name = self.network.name
        return name if self.file.official else f"{name}@{self.file.sha256[:8]}"


@dataclass(frozen=True)
class StageNetworks:
    """What one stage of analysis runs.

    Attributes
    ----------
    stage : str
        "networks", "affect" or "clap".
    backbone : InstalledNetwork
    heads : tuple of InstalledNetwork
    backend : str
        "onnxruntime" or "essentia".
    patch_hop : int
        Frames from patch to patch.
    """

    stage: str
    backbone: InstalledNetwork
    heads: tuple[InstalledNetwork, ...]
    backend: str
    patch_hop: int

    @property
    def version(self) -> str:
        """Changes with every weight and class name, so that stored results become stale."""
        digest = hashlib.sha256(f"{self.patch_hop}".encode())
        for network in (self.backbone, *self.heads):
            parts = (network.network.name, network.file.sha256, *network.classes)
            digest.update("\0".join(parts).encode() + b"\1")
        return f"{ALGORITHM}-{digest.hexdigest()[:12]}"

    @property
    def dimensions(self) -> int:
        """Length of an embedding."""
        return self._backbone.dimensions

    @property
    def rate_hz(self) -> int:
        """Of the samples it listens to."""
        return self._backbone.rate_hz

    @property
    def _backbone(self) -> Backbone:
        assert isinstance(self.backbone.network, Backbone)
        return self.backbone.network

    @property
    def score_classes(self) -> dict[str, tuple[tuple[str, ...], str]]:
        """Classes and version of each head whose scores the stage yields, by short name."""
        heads = {head.network.name: (head.classes, head.file.sha256) for head in self.heads}
        if self.backbone.classes:
            heads["tag"] = (self.backbone.classes, self.backbone.file.sha256)
        return heads


@dataclass(frozen=True)
class Installed:
    """Everything usable in a models folder. Plain data: it travels to worker processes.

    Attributes
    ----------
    stages : tuple of StageNetworks
        Those that can run.
    problems : tuple of str
        One line for each file that is there and is not used.
    """

    stages: tuple[StageNetworks, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        """Version of each stage that can run."""
        return {networks.stage: networks.version for networks in self.stages}

    @property
    def advice(self) -> str:
        """One line that says what is missing and what to do; "" if nothing is."""
        if any(networks.stage == "networks" for networks in self.stages):
            return f"{self.problems[0]}: audiolab models verify" if self.problems else ""
        reason = f" ({self.problems[0]})" if self.problems else ""
        return (
            f"no genres, moods and instruments without networks{reason}: audiolab models download"
        )

    def of(self, stage: str) -> StageNetworks | None:
        """The networks of a stage, if it can run."""
        return next((found for found in self.stages if found.stage == stage), None)
