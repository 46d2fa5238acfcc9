"""ONNX Runtime behind a function."""

import subprocess
import sys

import numpy as np
import pytest

from audiolab.analysis.networks.onnx import OnnxNetwork
from audiolab.errors import ModelError

from .conftest import TINY

DATA = (TINY / "discogs-effnet-bsdynamic-1.onnx").read_bytes()


def test_outputs_come_in_the_order_asked_for() -> None:
    network = OnnxNetwork(DATA, [("embeddings", 1280), ("activations", 400)], "a.onnx")
    embeddings, activations = network(np.ones((3, 128, 96), np.float32))
    assert (embeddings.shape, activations.shape) == ((3, 1280), (3, 400))


def test_the_batch_does_not_change_the_rows() -> None:
    network = OnnxNetwork(DATA, [("embeddings", 1280)], "a.onnx")
    batch = np.random.default_rng(1).random((8, 128, 96), np.float32)
    (together,) = network(batch)
    alone = np.concatenate([network(patch[None])[0] for patch in batch])
    assert np.abs(together - alone).max() < 1e-5


@pytest.mark.parametrize(
    ("data", "outputs", "reason"),
    [
        (b"", [], "not a complete ONNX model"),
        (b"<html>", [], "not a complete ONNX model"),
        (DATA[:1000], [], "not a complete ONNX model"),
        (DATA, [("embedding", 1280)], "it has no output 'embedding'"),
        (DATA, [("embeddings", 200)], "expected 200 values in embeddings, got 1280"),
    ],
)
def test_what_is_not_the_network_is_refused(data, outputs, reason) -> None:
    with pytest.raises(ModelError, match=f"a.onnx: .*{reason}"):
        OnnxNetwork(data, outputs, "a.onnx")


def test_patches_of_another_shape_are_an_error_of_the_model() -> None:
    network = OnnxNetwork(DATA, [("embeddings", 1280)], "a.onnx")
    with pytest.raises(ModelError, match=r"does not run on melspectrogram \(1, 187, 96\)"):
        network(np.zeros((1, 187, 96), np.float32))


def test_the_default_path_loads_neither_essentia_nor_tensorflow() -> None:
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from audiolab.analysis.networks import find_installed\n"
        "from audiolab.analysis.networks.listener import NetworkPass\n"
        "from audiolab.config import Settings\n"
        f"settings = Settings(models_dir=Path({str(TINY)!r}), allow_unverified_models=True)\n"
        "listener = NetworkPass(find_installed(settings).stages)\n"
        "listener.push(np.random.default_rng(1).random(48_000, np.float32))\n"
        "assert listener.finish()[0].result.genre_primary\n"
        "print([name for name in ('essentia', 'tensorflow', 'librosa') if name in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
