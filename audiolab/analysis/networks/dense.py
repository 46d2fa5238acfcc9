"""Heads in numpy: the few operations that small feed-forward graphs consist of.

A head is two dense layers; a matrix product of numpy's takes 1 ms where a TensorFlow session
takes a second to start. Whatever does not depend on the input is computed once.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.analysis.networks.graph import Array, Node, read_graph
from audiolab.errors import ModelError

Floats = npt.NDArray[np.float32]


def _matmul(node: Node, a: Array, b: Array) -> Array:
    a = a.T if "transpose_a" in node.flags else a
    b = b.T if "transpose_b" in node.flags else b
    product: Array = a @ b
    return product


def _softmax(_: Node, x: Array) -> Array:
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    share: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return share


def _sigmoid(_: Node, x: Array) -> Array:
    squashed: Array = 0.5 * (1 + np.tanh(0.5 * x))  # exp(-x) would overflow
    return squashed


def _mean(node: Node, x: Array, axis: Array) -> Array:
    axes = tuple(int(one) for one in np.atleast_1d(axis))
    mean: Array = x.mean(axis=axes, keepdims="keep_dims" in node.flags)
    return mean


def _strided_slice(node: Node, x: Array, start: Array, stop: Array, step: Array) -> Array:
    """Of the kind that takes one number out of a shape."""
    begin = None if "begin_mask" in node.flags else int(start[0])
    end = None if "end_mask" in node.flags else int(stop[0])
    part: Array = x[begin : end : int(step[0])]
    return part[0] if "shrink_axis_mask" in node.flags else part


OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": lambda _, a, b: a + b,
    "AddV2": lambda _, a, b: a + b,
    "BiasAdd": lambda _, a, b: a + b,
    "Cast": lambda _, a: a.astype(np.float32),
    "Identity": lambda _, a: a,
    "MatMul": _matmul,
    "Mean": _mean,
    "Mul": lambda _, a, b: a * b,
    "Pack": lambda _, *parts: np.stack(parts),
    "Relu": lambda _, a: np.maximum(a, 0),
    "Reshape": lambda _, a, shape: a.reshape(tuple(int(size) for size in shape)),
    "Rsqrt": lambda _, a: 1 / np.sqrt(a),
    "Shape": lambda _, a: np.array(a.shape),
    "Sigmoid": _sigmoid,
    "Softmax": _softmax,
    "StridedSlice": _strided_slice,
    "Sub": lambda _, a, b: a - b,
    "Tanh": lambda _, a: np.tanh(a),
}
_INPUTS = {"Placeholder", "PlaceholderV2"}


class NumpyHead:
    """A frozen graph with one input and one output, run by numpy.

    Parameters
    ----------
    data : bytes
        The `.pb` file.
    output : str
        Node to compute; if the graph has none of that name, the one nobody reads.
    file : str
        Name for messages.

    Raises
    ------
    ModelError
        If it is not a graph, or has operations that are not known here.
    """

    def __init__(self, data: bytes, output: str, file: str) -> None:
        try:
            nodes = read_graph(data)
            self._output = output if output in nodes else _last(nodes)
            order = _in_order(nodes, self._output)
        except ValueError as error:
            raise ModelError(file, str(error)) from error
        inputs = [node.name for node in order if node.op in _INPUTS]
        if len(inputs) != 1:
            raise ModelError(file, f"expected a graph with one input, got {len(inputs)}")
        self._input = inputs[0]
        self._known, self._steps = _fold(order, file)

    def __call__(self, embeddings: Floats) -> Floats:
        """Scores of shape (patches, classes) for embeddings of shape (patches, dimensions)."""
        known = {**self._known, self._input: embeddings}
        for node in self._steps:
            known[node.name] = _run(node, known)
        scores: Floats = known[self._output].astype(np.float32, copy=False)
        return scores


def _last(nodes: dict[str, Node]) -> str:
    """The node that depends on the input and that nobody reads."""
    read = {source for node in nodes.values() for source in node.inputs}
    unread = [name for name, node in nodes.items() if name not in read and node.op != "Shape"]
    ends = [name for name in unread if any(node.op in _INPUTS for node in _in_order(nodes, name))]
    if len(ends) != 1:
        raise ValueError(f"expected a graph with one output, got {len(ends)}")
    return ends[0]


def _in_order(nodes: dict[str, Node], output: str) -> list[Node]:
    """What `output` needs, sources first."""
    order: dict[str, Node] = {}
    waiting = [(output, False)]
    while waiting:
        name, sources_done = waiting.pop()
        if name in order:
            continue
        if name not in nodes:
            raise ValueError(f"incomplete graph: the node {name} is missing")
        if sources_done:
            order[name] = nodes[name]
        else:
            waiting.append((name, True))
            waiting += [(source, False) for source in nodes[name].inputs if source not in order]
            if len(waiting) > 100 * len(nodes):
                raise ValueError("the graph has a cycle")
    return list(order.values())


def _fold(order: list[Node], file: str) -> tuple[dict[str, Array], list[Node]]:
    """Values of everything that does not depend on the input, and the steps that do."""
    known: dict[str, Array] = {}
    steps: list[Node] = []
    for node in order:
        if node.op in _INPUTS:
            continue
        if node.op == "Const":
            if node.value is None:
                raise ModelError(file, f"the constant {node.name} holds no numbers")
            known[node.name] = node.value
        elif node.op not in OPERATIONS:
            raise ModelError(file, f"the operation {node.op} is not supported")
        elif all(source in known for source in node.inputs):
            known[node.name] = _run(node, known)
        else:
            steps.append(node)
    wanted = {source for node in steps for source in node.inputs} | {order[-1].name}
    return {name: value for name, value in known.items() if name in wanted}, steps


def _run(node: Node, known: dict[str, Array]) -> Array:
    result: Array = OPERATIONS[node.op](node, *(known[source] for source in node.inputs))
    return result
