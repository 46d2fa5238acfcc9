"""The networks that audiolab knows: what each is for, its files, their published hashes.

Read from ``models/manifest.toml``, which also travels inside the wheel.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from audiolab import resources

Backend = Literal["onnxruntime", "essentia"]


@dataclass(frozen=True)
class Weights:
    """One file of weights.

    Attributes
    ----------
    file : str
        Official name, also in the models folder.
    folder : str
        Where it is published, below the manifest's base URL.
    url : str
        Or where people find it who put it into the models folder themselves.
    input, output : str
        Names of the nodes.
    tag_output : str
        Node with the backbone's own tags; "" where they are not used.
    backend : str
        What can run it; "" where it does not depend on the setting: numpy or ONNX Runtime.
    sha256 : str
        Published hash; "" where none is verified.
    size : int or None
        Bytes, where known.
    default : bool
        Of a head: whether a download fetches it without being asked for it by name. Of a backbone's
        files, it fetches the one for the backend in use.
    """

    file: str
    folder: str = ""
    url: str = ""
    input: str = ""
    output: str = ""
    tag_output: str = ""
    backend: str = ""
    sha256: str = ""
    size: int | None = None
    default: bool = False


@dataclass(frozen=True)
class Metadata:
    """A file that names the classes of a network, in the order of its outputs."""

    file: str
    folder: str
    classes: int


@dataclass(frozen=True)
class TextModel:
    """A network from words to embeddings in a backbone's space, with its tokenizer."""

    weights: Weights
    tokenizer: Weights


@dataclass(frozen=True)
class Backbone:
    """A network from log mel patches to embeddings.

    Attributes
    ----------
    name : str
        Name of its embeddings in the catalog.
    stage : str
        The stage of analysis it belongs to.
    weights : tuple of Weights
        The same network in several formats.
    dimensions : int
        Length of an embedding.
    rate_hz : int
        Of the samples it listens to.
    patch_frames : int
        Frames in a patch: of 16 ms, or 10 ms at 48 kHz.
    patch_hop, patch_hop_fast : int
        Frames from one patch to the next, as a rule and with the setting "fast".
    patches_at_once : int
        Patches in a batch: as many as make it faster on one core, as each costs memory.
    tags : Metadata or None
        Classes of its own tag output.
    text : TextModel or None
        What puts words into the same space.
    must_include : tuple of str
        As of a head; none.
    """

    name: str
    stage: str
    weights: tuple[Weights, ...]
    dimensions: int
    patch_frames: int
    patch_hop: int
    patch_hop_fast: int
    patches_at_once: int
    rate_hz: int = 16_000
    tags: Metadata | None = None
    text: TextModel | None = None
    must_include: tuple[str, ...] = ()

    @property
    def metadata(self) -> Metadata | None:
        """The classes file, where it has one."""
        return self.tags


@dataclass(frozen=True)
class Head:
    """A network from embeddings to class scores.

    Attributes
    ----------
    name : str
        Short name, as in ``predictions("genre")``.
    stage, on : str
        The stage it belongs to and the backbone it listens to.
    weights : tuple of Weights
        The same network in several formats, the preferred one first.
    metadata : Metadata
        Its classes.
    aggregation : str
        How patches become a track: the mean of their predictions.
    must_include : tuple of str
        Classes that are looked up by name.
    """

    name: str
    stage: str
    on: str
    weights: tuple[Weights, ...]
    metadata: Metadata
    aggregation: Literal["mean"] = "mean"
    must_include: tuple[str, ...] = ()


@dataclass(frozen=True)
class Licence:
    """Under what terms the weights are published."""

    name: str
    url: str
    attribution: str


@dataclass(frozen=True)
class Manifest:
    """All networks, and where they are published."""

    base_url: str
    licence: Licence
    backbones: tuple[Backbone, ...]
    heads: tuple[Head, ...]

    @property
    def networks(self) -> tuple[Backbone | Head, ...]:
        """Backbones, then heads."""
        return (*self.backbones, *self.heads)

    def backbone(self, stage: str) -> Backbone:
        """The backbone of a stage."""
        return next(backbone for backbone in self.backbones if backbone.stage == stage)


STAGES = ("networks", "affect", "clap")


@lru_cache(maxsize=1)
def manifest() -> Manifest:
    """The manifest that comes with audiolab."""
    with (resources.folder("models") / "manifest.toml").open("rb") as file:
        table = tomllib.load(file)
    return Manifest(
        base_url=table["base_url"],
        licence=Licence(**table["licence"]),
        backbones=tuple(_backbone(entry) for entry in table["backbone"]),
        heads=tuple(_head(entry) for entry in table["head"]),
    )


def _backbone(entry: dict[str, Any]) -> Backbone:
    entry = dict(entry)
    weights = _weights(entry.pop("weights"))
    tags = entry.pop("tags", None)
    metadata = Metadata(folder=weights[0].folder, **tags) if tags else None
    text = entry.pop("text", None)
    words = (
        TextModel(*(Weights(**text[part]) for part in ("weights", "tokenizer"))) if text else None
    )
    return Backbone(weights=weights, tags=metadata, text=words, **entry)


def _head(entry: dict[str, Any]) -> Head:
    entry = dict(entry)
    weights = _weights(entry.pop("weights"))
    metadata = Metadata(entry.pop("classes_file"), weights[0].folder, entry.pop("classes"))
    names = tuple(entry.pop("must_include", ()))
    return Head(weights=weights, metadata=metadata, must_include=names, **entry)


def _weights(entries: list[dict[str, Any]]) -> tuple[Weights, ...]:
    return tuple(Weights(**entry) for entry in entries)
