"""Which published files make up which networks: what a person may ask to download."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audiolab.analysis.networks.manifest import (
    Backbone,
    Backend,
    Head,
    Metadata,
    Weights,
    manifest,
)
from audiolab.errors import ModelError

DEFAULT: Backend = "onnxruntime"
STAGE = "networks"
MOST_BYTES_OF_WEIGHTS, MOST_BYTES_OF_METADATA = 500_000_000, 1_000_000  # where no size is known


@dataclass(frozen=True)
class PublishedFile:
    """A file of the models folder and where it comes from.

    Attributes
    ----------
    file : str
        Official name.
    folder : str
        Where it is published, below the base URL.
    network, stage, role : str
        What it belongs to; the role is "backbone", "head", "classes", "text" or "tokenizer".
    sha256 : str
        Published hash; "" for metadata, which differs between mirrors, and where none is known.
    size : int or None
        Bytes, where known.
    classes : int or None
        For metadata: how many classes it must name.
    default : bool
        Whether its network is downloaded with it.
    elsewhere : str
        Where a person finds it who has to put it into the models folder; "" for what audiolab
        downloads.
    """

    file: str
    folder: str
    network: str
    stage: str
    role: str
    sha256: str = ""
    size: int | None = None
    classes: int | None = None
    default: bool = False
    elsewhere: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return self.elsewhere or f"{manifest().base_url}{self.folder}/{self.file}"

    @property
    def most_bytes(self) -> int:
        """More than this cannot be the file."""
        if self.size is not None:
            return self.size
        return MOST_BYTES_OF_WEIGHTS if self.classes is None else MOST_BYTES_OF_METADATA

    @property
    def downloadable(self) -> bool:
        """Whether a download can be checked."""
        return bool(self.sha256) or self.classes is not None


def published_files(backend: Backend = DEFAULT) -> list[PublishedFile]:
    """Every file of the manifest, backbones first; of those, `backend` decides which are usual."""
    return [file for network in manifest().networks for file in _files(network, backend)]


def _files(network: Backbone | Head, backend: Backend) -> Iterator[PublishedFile]:
    role = "backbone" if isinstance(network, Backbone) else "head"
    for weights in network.weights:
        default = weights.backend == backend if weights.backend else weights.default
        yield _weights(network, role, weights, default)
    if network.metadata is not None:
        yield _metadata(network, network.metadata)
    if isinstance(network, Backbone) and network.text is not None:
        yield _weights(network, "text", network.text.weights, False)
        yield _weights(network, "tokenizer", network.text.tokenizer, False)


def _weights(network: Backbone | Head, role: str, weights: Weights, default: bool) -> PublishedFile:
    return PublishedFile(
        weights.file, weights.folder, network.name, network.stage, role,
        weights.sha256, weights.size, default=default, elsewhere=weights.url,
    )  # fmt: skip


def _metadata(network: Backbone | Head, metadata: Metadata) -> PublishedFile:
    default = any(weights.default or weights.backend for weights in network.weights)
    return PublishedFile(
        metadata.file, metadata.folder, network.name, network.stage, "classes",
        classes=metadata.classes, default=default,
    )  # fmt: skip


def select(names: Sequence[str] = (), backend: Backend = DEFAULT) -> list[PublishedFile]:
    """The files that `names` stand for; by default those of the stage "networks".

    Parameters
    ----------
    names : sequence of str
        Stages ("networks", "affect"), networks ("genre", "msd-musicnn") or files. A file of
        weights brings its network's metadata along.
    backend : {"onnxruntime", "essentia"}
        What is to run the backbones.

    Raises
    ------
    ModelError
        If there is no such name, or no hash is published for a file.
    """
    chosen: dict[str, PublishedFile] = {}
    for name in names or (STAGE,):
        for file in _meant(name, published_files(backend)):
            if not file.downloadable:
                found = f": put it into the models folder yourself ({file.url})"
                raise ModelError(
                    file.file,
                    "no hash is published for it, so it cannot be downloaded safely"
                    + (found if file.elsewhere else ""),
                )
            chosen[file.file] = file
    return list(chosen.values())


def _meant(name: str, files: Sequence[PublishedFile]) -> list[PublishedFile]:
    by_stage = [file for file in files if file.stage == name and file.default]
    if by_stage:
        return by_stage
    of_network = [file for file in files if file.network == name]
    if of_network:
        usual = [file for file in of_network if file.default]
        safe = any(file.role != "classes" and file.downloadable for file in of_network)
        return usual or (_first_and_classes(of_network) if safe else of_network)
    exact = [file for file in files if file.file == name]
    if exact:
        return [*exact, *_classes_of(files, exact[0].network)]
    known = {text for file in files for text in (file.stage, file.network, file.file)}
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else "; see audiolab models list"
    raise ModelError(name, f"there is no such network{hint}")


def _first_and_classes(files: Iterable[PublishedFile]) -> list[PublishedFile]:
    """For a network that is not downloaded by default."""
    files = list(files)
    first = next(file for file in files if file.role != "classes" and file.downloadable)
    return [first, *_classes_of(files, first.network)]


def _classes_of(files: Iterable[PublishedFile], network: str) -> list[PublishedFile]:
    return [file for file in files if file.network == network and file.role == "classes"]
