"""From files of weights to functions, once in each process."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audiolab.analysis.networks.dense import NumpyHead
from audiolab.analysis.networks.installed import InstalledNetwork, InstalledWeights, StageNetworks
from audiolab.analysis.networks.manifest import Backbone
from audiolab.analysis.networks.onnx import OnnxNetwork
from audiolab.errors import ModelError

Floats = npt.NDArray[np.float32]
HeadFunction = Callable[[Floats], Floats]


@dataclass(frozen=True)
class LoadedStage:
    """The networks of one stage, ready to run.

    Attributes
    ----------
    networks : StageNetworks
        What they are.
    backbone : callable
        Patches (n, frames, 96) -> embeddings (n, dimensions) and, if it has tags, those.
    heads : mapping of str to callable
        Embeddings (n, dimensions) -> scores (n, classes).
    """

    networks: StageNetworks
    backbone: Callable[[Floats], list[Floats]]
    heads: Mapping[str, HeadFunction]


@lru_cache(maxsize=4)
def load_stage(networks: StageNetworks) -> LoadedStage:
    """Load a stage for ONNX Runtime and numpy, and try it.

    Raises
    ------
    ModelError
        If a file is gone, has changed since it was checked, or is not the network it should be.
    """
    backbone = load_backbone(networks.backbone)
    dimensions = networks.dimensions
    heads = {head.network.name: load_head(head, dimensions) for head in networks.heads}
    return LoadedStage(networks, backbone, heads)


@lru_cache(maxsize=64)
def why_not_loaded(network: InstalledNetwork, dimensions: int) -> str:
    """Why a network cannot be loaded; "" if it can.

    Parameters
    ----------
    network : InstalledNetwork
    dimensions : int
        Length of its backbone's embeddings.
    """
    try:
        if isinstance(network.network, Backbone):
            load_backbone(network)
        else:
            load_head(network, dimensions)
    except ModelError as error:
        return str(error)
    return ""


def load_backbone(backbone: InstalledNetwork) -> OnnxNetwork:
    """A backbone, for ONNX Runtime.

    Raises
    ------
    ModelError
        See `load_stage`.
    """
    weights, network = backbone.file.weights, backbone.network
    assert isinstance(network, Backbone)
    outputs = [(weights.output, network.dimensions)]
    if backbone.classes:
        outputs.append((weights.tag_output, len(backbone.classes)))
    return OnnxNetwork(read_verified(backbone.file), outputs, weights.file)


def load_head(head: InstalledNetwork, dimensions: int) -> HeadFunction:
    """One head, checked on zeros.

    Raises
    ------
    ModelError
        See `load_stage`.
    """
    weights, count = head.file.weights, len(head.classes)
    data = read_verified(head.file)
    run: HeadFunction
    if weights.file.endswith(".onnx"):
        network = OnnxNetwork(data, [(weights.output, count)], weights.file)
        run = lambda embeddings: network(embeddings)[0]  # noqa: E731
    else:
        run = NumpyHead(data, weights.output, weights.file)
    check_width(run, dimensions, count, weights.file)
    return run


def check_width(run: HeadFunction, dimensions: int, classes: int, file: str) -> None:
    """Refuse a head that does not turn embeddings into one score a class."""
    try:
        shape = run(np.zeros((1, dimensions), np.float32)).shape
    except ModelError:
        raise
    except (ValueError, TypeError, IndexError) as error:
        raise ModelError(file, f"it does not take embeddings of {dimensions} values") from error
    if shape != (1, classes):
        raise ModelError(file, f"expected scores for {classes} classes, got {shape[-1]}")


def read_verified(file: InstalledWeights) -> bytes:
    """The bytes that were checked: what changed since then is refused.

    Raises
    ------
    ModelError
        If the file cannot be read or has another hash now.
    """
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise ModelError(file.path.name, "cannot be read by the analysis process") from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise ModelError(file.path.name, "changed during the scan")
    return data
