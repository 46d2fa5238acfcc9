"""Which networks of the models folder can be used: the files are there and are what they claim.

A file counts when its SHA-256 is the published one; with ``AUDIOLAB_ALLOW_UNVERIFIED_MODELS=1``
any file of the right name does, and its embeddings get a name of their own, so that they are
never compared with those of the official network. The hashes make the version of a stage: new or
changed files make stored results stale.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from audiolab.analysis.networks.manifest import (
    STAGES,
    Backbone,
    Head,
    Manifest,
    Metadata,
    Weights,
    manifest,
)
from audiolab.errors import ModelError

if TYPE_CHECKING:
    from audiolab.config import Settings

ALGORITHM = "1"  # raise it when the same weights may give another result
FileState = Literal["official", "unverified", "missing", "unreadable"]


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
        "networks" or "affect".
    backbone : InstalledNetwork
    heads : tuple of InstalledNetwork
    backend : str
        "onnxruntime" or "essentia".
    patch_hop : int
        Frames of 16 ms from patch to patch.
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
            return ""
        reason = f" ({self.problems[0]})" if self.problems else ""
        return (
            f"no genres, moods and instruments without networks{reason}: audiolab models download"
        )

    def of(self, stage: str) -> StageNetworks | None:
        """The networks of a stage, if it can run."""
        return next((found for found in self.stages if found.stage == stage), None)


def find_installed(settings: "Settings") -> Installed:
    """Look through the models folder.

    Parameters
    ----------
    settings : Settings
        Its models folder, backend, speed, and whether unverified files are accepted.
    """
    search = _Search(settings)
    found = [search.stage(stage, manifest()) for stage in STAGES]
    stages = tuple(networks for networks in found if networks is not None)
    return Installed(stages, tuple(search.problems))


class _Search:
    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self.problems: list[str] = []

    def stage(self, stage: str, known: Manifest) -> StageNetworks | None:
        chosen, backend = known.backbone(stage), self._settings.network_backend
        weights = [one for one in chosen.weights if one.backend == backend]
        backbone = self._network(chosen, weights)
        if backbone is None:
            return None
        heads = [
            self._network(head, head.weights) for head in known.heads if head.on == chosen.name
        ]
        usable = tuple(head for head in heads if head is not None)
        if stage == "affect" and not usable:
            return None
        fast = self._settings.network_speed == "fast"
        hop = chosen.patch_hop_fast if fast else chosen.patch_hop
        return StageNetworks(stage, backbone, usable, backend, hop)

    def _network(
        self, network: Backbone | Head, weights: Sequence[Weights]
    ) -> InstalledNetwork | None:
        file = next((file for one in weights if (file := self._weights(one))), None)
        if file is None:
            return None
        try:
            classes = () if network.metadata is None else self._classes(network.metadata)
            missing = set(network.must_include) - set(classes)
            if network.metadata is not None and missing:
                raise ModelError(network.metadata.file, f"the class {min(missing)!r} is missing")
        except ModelError as error:
            self.problems.append(str(error))
            return None
        return InstalledNetwork(network, file, classes)

    def _weights(self, weights: Weights) -> InstalledWeights | None:
        path = self._settings.models_dir / weights.file
        try:
            digest = file_sha256(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            self.problems.append(f"{path}: {(error.strerror or 'unreadable').lower()}")
            return None
        if digest == weights.sha256 or self._settings.allow_unverified_models:
            return InstalledWeights(weights, path, digest)
        why = "is not the published file" if weights.sha256 else "has no published hash"
        self.problems.append(
            f"{weights.file} in {self._settings.models_dir} {why} and is not used; "
            "AUDIOLAB_ALLOW_UNVERIFIED_MODELS=1 accepts it"
        )
        return None

    def _classes(self, metadata: Metadata) -> tuple[str, ...]:
        return read_classes(self._settings.models_dir / metadata.file, metadata.classes)


def read_classes(path: Path, count: int) -> tuple[str, ...]:
    """Class names from a file of metadata in Essentia's format.

    Raises
    ------
    ModelError
        If the file is missing or does not name `count` different classes.
    """
    try:
        return parse_classes(path.read_bytes(), count, path.name)
    except FileNotFoundError:
        raise ModelError(path.name, "missing, it names the classes of the network") from None
    except OSError as error:
        raise ModelError(path.name, (error.strerror or "unreadable").lower()) from error


def parse_classes(content: bytes, count: int, file: str) -> tuple[str, ...]:
    """Class names from metadata in Essentia's format; `file` is its name for messages.

    Raises
    ------
    ModelError
        If it does not name `count` different classes.
    """
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ModelError(file, "not a readable JSON file") from error
    classes = document.get("classes") if isinstance(document, dict) else None
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ModelError(file, "expected a list of names under 'classes'")
    if len(classes) != count or len(set(classes)) != count:
        raise ModelError(file, f"expected {count} different classes, got {len(set(classes))}")
    return tuple(classes)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file; computed again only when its size or time changes.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    status = path.stat()
    return _sha256(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
