"""The networks run by essentia and TensorFlow, as their authors publish them.

Several times slower, and it holds the samples of a track (4 MB a minute): for comparisons, and
for people who have only the `.pb` files. Selected by ``AUDIOLAB_NETWORK_BACKEND=essentia``.
"""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.analysis.networks.installed import InstalledNetwork, StageNetworks
from audiolab.analysis.networks.listener import Means
from audiolab.analysis.networks.load import check_width, load_head, read_verified
from audiolab.errors import ModelError

Floats = npt.NDArray[np.float32]
SHORTEST_SAMPLES = 256 * 190  # one patch of either backbone

_PREDICTORS = {"networks": "TensorflowPredictEffnetDiscogs", "affect": "TensorflowPredictMusiCNN"}


def _essentia() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read by TensorFlow as it loads
    import essentia
    import essentia.standard

    essentia.log.infoActive = essentia.log.warningActive = False
    return essentia.standard


class ReferencePass:
    """A stage run by essentia once all samples are there."""

    def __init__(self, networks: StageNetworks) -> None:
        self.networks = networks
        self._backbone, self._tags = _backbone(networks)
        self._heads = {
            head.network.name: _head(head, networks.dimensions) for head in networks.heads
        }
        self._samples: list[Floats] = []

    def push(self, mono: Floats, mel: Floats) -> None:
        """Keep the samples; essentia has a front end of its own."""
        self._samples.append(mono)

    def means(self) -> Means | None:
        """The averages over all patches."""
        audio = np.concatenate([np.zeros(0, np.float32), *self._samples])
        if not len(audio):
            return None
        if len(audio) < SHORTEST_SAMPLES:
            audio = np.resize(audio, SHORTEST_SAMPLES)
        embeddings = np.asarray(self._backbone(audio), np.float32)
        scores = {name: head(embeddings).mean(axis=0) for name, head in self._heads.items()}
        if self._tags:
            scores["tag"] = np.asarray(self._tags(audio), np.float32).mean(axis=0)
        return Means(embeddings.mean(axis=0), scores)


@lru_cache(maxsize=4)
def _backbone(networks: StageNetworks) -> tuple[Callable[..., Any], Callable[..., Any] | None]:
    """The predictor of embeddings and, if there are tags, that of tags."""
    file = networks.backbone.file
    read_verified(file)
    weights = file.weights

    def predictor(output: str) -> Callable[..., Any]:
        try:
            found: Callable[..., Any] = getattr(_essentia(), _PREDICTORS[networks.stage])(
                graphFilename=str(file.path), output=output, patchHopSize=networks.patch_hop
            )
        except RuntimeError as error:
            raise ModelError(weights.file, "essentia cannot load it") from error
        return found

    tags = predictor(weights.tag_output) if networks.backbone.classes else None
    return predictor(weights.output), tags


@lru_cache(maxsize=32)
def _head(head: InstalledNetwork, dimensions: int) -> Callable[[Floats], Floats]:
    """A head by TensorflowPredict2D; one that exists for ONNX Runtime only, by that."""
    weights = head.file.weights
    if not weights.file.endswith(".pb"):
        return load_head(head, dimensions)
    read_verified(head.file)
    try:
        predict = _essentia().TensorflowPredict2D(
            graphFilename=str(head.file.path),
            input=weights.input,
            output=weights.output,
            dimensions=dimensions,
        )
    except RuntimeError as error:
        raise ModelError(weights.file, "essentia cannot load it") from error

    def run(embeddings: Floats) -> Floats:
        return np.asarray(predict(embeddings), np.float32)

    check_width(run, dimensions, len(head.classes), weights.file)
    return run
