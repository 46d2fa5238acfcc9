"""Words into CLAP's space: a description becomes the vector of a sound that it would fit.

Needs the tokenizers package (``pip install 'audiolab[clap]'``) and three files in the models
folder: the sound half, which names the space, the half for words, and its tokenizer (RoBERTa's).
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from audiolab.analysis.networks.find import accepted_file
from audiolab.analysis.networks.installed import InstalledNetwork, InstalledWeights
from audiolab.analysis.networks.load import read_verified
from audiolab.analysis.networks.manifest import Backbone, TextModel, Weights, manifest
from audiolab.analysis.networks.onnx import open_session, run
from audiolab.errors import ModelError

if TYPE_CHECKING:
    from audiolab.config import Settings

Floats = npt.NDArray[np.float32]

LONGEST = 77  # tokens: CLAP was trained on as many


class TextEncoder:
    """Embeds descriptions.

    Parameters
    ----------
    settings : Settings
        Its models folder, and whether unverified files are accepted.

    Attributes
    ----------
    model : str
        The embedding in the catalog whose vectors compare with these.

    Raises
    ------
    ModelError
        If a file or the tokenizers package is missing, or cannot be used.
    """

    def __init__(self, settings: "Settings") -> None:
        backbone = manifest().backbone("clap")
        words = _words(backbone)
        sound = _file(backbone.weights[0], settings)
        self.model = InstalledNetwork(backbone, sound, ()).name
        self._dimensions = backbone.dimensions
        self._weights = words.weights
        self._tokenizer = _tokenizer(_file(words.tokenizer, settings))
        data = read_verified(_file(words.weights, settings))
        self._session = open_session(data, words.weights.file)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def __call__(self, description: str) -> Floats:
        """Unit vector of shape (512,) of a description, e.g. "warm analog pads, rainy".

        Raises
        ------
        ModelError
            If the network gives something else than such a vector.
        """
        encoded = self._tokenizer.encode(description)
        tokens = {
            self._weights.input: np.array([encoded.ids], np.int64),
            "attention_mask": np.array([encoded.attention_mask], np.int64),
        }
        inputs = {name: array for name, array in tokens.items() if name in self._inputs}
        (rows,) = run(self._session, [self._weights.output], inputs, self._weights.file)
        if rows.shape != (1, self._dimensions) or not np.isfinite(rows).all() or not rows.any():
            raise ModelError(
                self._weights.file,
                f"expected {self._dimensions} numbers, not all zero, for {description!r}; "
                f"got an array of shape {rows.shape}",
            )
        unit: Floats = (rows[0] / np.linalg.norm(rows[0])).astype(np.float32)
        return unit


def _words(backbone: Backbone) -> TextModel:
    assert backbone.text is not None
    return backbone.text


def _file(weights: Weights, settings: "Settings") -> InstalledWeights:
    file = accepted_file(weights, settings)
    if file is None:
        raise ModelError(
            weights.file,
            f"missing in the models folder, descriptions need it: put it there ({weights.url})",
        )
    return file


def _tokenizer(file: InstalledWeights) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelError(
            "tokenizers", "the package is missing, descriptions need it: pip install tokenizers"
        ) from error
    content = read_verified(file)
    try:
        made = Tokenizer.from_str(content.decode())
    except Exception as error:  # it raises nothing more special
        raise ModelError(file.path.name, "not a tokenizer") from error
    made.enable_truncation(LONGEST)
    made.no_padding()
    return made
