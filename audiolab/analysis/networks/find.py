"""Look through the models folder: which networks can be used, and why others cannot.

A file counts when its SHA-256 is the published one; with ``AUDIOLAB_ALLOW_UNVERIFIED_MODELS=1``
any file of the right name does that can be loaded, and its embeddings get a name of their own, so
that they are never compared with those of the official network.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.analysis.networks.classes import read_classes
from audiolab.analysis.networks.installed import (
    Installed,
    InstalledNetwork,
    InstalledWeights,
    StageNetworks,
)
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


def accepted_file(weights: Weights, settings: "Settings") -> InstalledWeights | None:
    """A file of the models folder, if it is there.

    Raises
    ------
    ModelError
        If it is there and may not be used, or cannot be read.
    """
    path = settings.models_dir / weights.file
    try:
        digest = file_sha256(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(str(path), (error.strerror or "unreadable").lower()) from error
    if digest == weights.sha256 or settings.allow_unverified_models:
        return InstalledWeights(weights, path, digest)
    why = "is not the published file" if weights.sha256 else "has no published hash"
    raise ModelError(
        weights.file, f"it {why} and is not used; AUDIOLAB_ALLOW_UNVERIFIED_MODELS=1 accepts it"
    )


class _Search:
    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self.problems: list[str] = []

    def stage(self, stage: str, known: Manifest) -> StageNetworks | None:
        chosen, backend = known.backbone(stage), self._settings.network_backend
        weights = [one for one in chosen.weights if one.backend in ("", backend)]
        backbone = self._network(chosen, weights, chosen)
        if backbone is None:
            return None
        heads = [
            self._network(head, head.weights, chosen)
            for head in known.heads
            if head.on == chosen.name
        ]
        usable = tuple(head for head in heads if head is not None)
        if stage == "affect" and not usable:
            return None
        fast = self._settings.network_speed == "fast"
        hop = chosen.patch_hop_fast if fast else chosen.patch_hop
        return StageNetworks(stage, backbone, usable, backend, hop)

    def _network(
        self, network: Backbone | Head, weights: Sequence[Weights], backbone: Backbone
    ) -> InstalledNetwork | None:
        file = self._first(weights)
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
        found = InstalledNetwork(network, file, classes)
        problem = "" if file.official else self._trial(found, backbone)
        if problem:
            self.problems.append(problem)
        return None if problem else found

    def _first(self, weights: Sequence[Weights]) -> InstalledWeights | None:
        """The first file that may be used; why others may not matters only if there is none."""
        problems: list[str] = []
        for one in weights:
            try:
                file = accepted_file(one, self._settings)
            except ModelError as error:
                problems.append(str(error))
            else:
                if file is not None:
                    return file
        self.problems += problems
        return None

    def _trial(self, network: InstalledNetwork, backbone: Backbone) -> str:
        """Why a file of somebody else's cannot be used; essentia tries its own when they run."""
        if self._settings.network_backend == "essentia" and backbone.stage != "clap":
            return ""
        from audiolab.analysis.networks.load import why_not_loaded

        return why_not_loaded(network, backbone.dimensions)

    def _classes(self, metadata: Metadata) -> tuple[str, ...]:
        return read_classes(self._settings.models_dir / metadata.file, metadata.classes)


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
