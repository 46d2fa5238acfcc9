"""Heads in numpy against essentia's TensorflowPredict2D on the same files."""

from pathlib import Path

import numpy as np
import pytest

from audiolab.analysis.networks.dense import NumpyHead
from audiolab.errors import ModelError

from .conftest import TINY, Samples
from .test_graph import constant, field

HEADS = sorted(path.name for path in TINY.glob("*-discogs-effnet-1.pb"))


def embeddings(rows: int = 70, dimensions: int = 1280) -> Samples:
    return np.random.default_rng(3).standard_normal((rows, dimensions)).astype(np.float32)


def by_essentia(path: Path, rows: Samples, **nodes: str) -> Samples:
    import essentia.standard as es

    predict = es.TensorflowPredict2D(
        graphFilename=str(path), dimensions=rows.shape[1], batchSize=-1, **nodes
    )
    return predict(rows)


def output_of(name: str) -> str:
    return "model/Sigmoid" if name.startswith("mtg_") else "model/Softmax"


@pytest.mark.parametrize("name", HEADS)
def test_stand_ins_equal_essentia(name: str) -> None:
    path, output, rows = TINY / name, output_of(name), embeddings()
    scores = NumpyHead(path.read_bytes(), output, name)(rows)
    expected = by_essentia(path, rows, input="model/Placeholder", output=output)
    assert scores.dtype == np.float32
    assert np.abs(scores - expected).max() < 1e-5


def test_real_heads_equal_essentia(shared: Path) -> None:
    paths = sorted((shared / "models/real").glob("m*-discogs-effnet-1.pb"))
    assert len(paths) == 5
    rows = embeddings(211)  # of a track of three and a half minutes
    for path in paths:
        output = output_of(path.name)
        head = NumpyHead(path.read_bytes(), output, path.name)
        expected = by_essentia(path, rows, input="model/Placeholder", output=output)
        assert np.abs(head(rows) - expected).max() < 1e-5


@pytest.mark.parametrize("name", ["emomusic-msd-musicnn-1", "deam-musicnn-msd-1"])
def test_real_affect_heads_with_their_odd_graphs(shared: Path, name: str) -> None:
    path, rows = shared / f"models/real/{name}.pb", embeddings(9, 200)
    scores = NumpyHead(path.read_bytes(), "a node that is not there", path.name)(rows)
    expected = by_essentia(path, rows, input="flatten_in_input", output="dense_out")
    assert np.abs(scores - expected).max() < 2e-5


def node(name: str, op: str, *inputs: str) -> bytes:
    sources = b"".join(field(3, source.encode()) for source in inputs)
    return field(1, field(1, name.encode()) + field(2, op.encode()) + sources)


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (b"", "not a complete TensorFlow graph"),
        (node("x", "Placeholder") + node("y", "Conv2D", "x"), "the operation Conv2D"),
        (node("x", "Placeholder") + node("y", "Add", "x", "z"), "the node z is missing"),
        (node("x", "Placeholder") + node("y", "Relu", "x") + node("z", "Relu", "x"), "one output"),
        (node("x", "Placeholder") + node("w", "Placeholder") + node("y", "Add", "x", "w"), "input"),
        (node("a", "Add", "b") + node("b", "Add", "a"), "one output, got 0"),
        (node("y", "Relu", "a") + node("a", "Add", "b") + node("b", "Add", "a"), "cycle"),
    ],
)
def test_what_is_no_head_is_refused(graph: bytes, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        NumpyHead(graph, "", "head.pb")


def test_saturated_scores_do_not_overflow() -> None:
    graph = node("x", "Placeholder") + node("y", "Sigmoid", "x")
    huge = np.array([[-1e4, 0, 1e4]], np.float32)
    assert NumpyHead(graph, "y", "head.pb")(huge).tolist() == [[0, 0.5, 1]]


def test_what_does_not_depend_on_the_input_is_computed_once() -> None:
    scale = constant(1, [1], field(4, np.float32(4).tobytes()), "v")
    graph = node("x", "Placeholder") + scale + node("r", "Rsqrt", "v") + node("y", "Mul", "x", "r")
    head = NumpyHead(graph, "y", "head.pb")
    assert [step.op for step in head._steps] == ["Mul"]
    assert head(np.ones((1, 2), np.float32)).tolist() == [[0.5, 0.5]]
