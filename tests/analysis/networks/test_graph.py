"""Reading frozen graphs: the encodings that occur, and what is no graph."""

import struct

import numpy as np
import pytest

from audiolab.analysis.networks.graph import read_graph


def field(number: int, content: bytes | int) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes([*encoded, value])


def constant(dtype: int, shape: list[int], values: bytes, name: str = "c") -> bytes:
    """A graph of one constant."""
    dims = b"".join(field(2, field(1, size)) for size in shape)
    tensor = field(1, dtype) + field(2, dims) + values
    attribute = field(1, b"value") + field(2, field(8, tensor))
    return field(1, field(1, name.encode()) + field(2, b"Const") + field(5, attribute))


@pytest.mark.parametrize(
    ("dtype", "shape", "values", "expected"),
    [
        (1, [2, 2], field(4, struct.pack("<4f", 1, 2, 3, 4)), [[1, 2], [3, 4]]),
        (1, [3], field(5, struct.pack("<f", 0.5)), [0.5, 0.5, 0.5]),  # one value for all
        (1, [3], field(5, struct.pack("<2f", 1, 2)), [1, 2, 2]),  # the last one is repeated
        (1, [2], b"", [0, 0]),
        (2, [1], field(6, struct.pack("<d", 0.25)), [0.25]),
        (3, [2], field(7, varint(-1) + varint(200)), [-1, 200]),
        (3, [], field(7, 7), 7),
        (6, [2], field(4, struct.pack("<2b", -3, 4)), [-3, 4]),
        (9, [1], field(10, -5), [-5]),
        (19, [2], field(13, varint(0x3C00) + varint(0xC000)), [1, -2]),
    ],
)
def test_values_of_constants(dtype, shape, values, expected) -> None:
    value = read_graph(constant(dtype, shape, values))["c"].value
    assert np.array_equal(value, expected)
    assert value.shape == tuple(shape)


def test_nodes_keep_their_inputs_and_flags() -> None:
    flag = field(1, b"transpose_b") + field(2, field(5, 1))
    node = field(1, b"m") + field(2, b"MatMul") + field(3, b"a:0") + field(3, b"b")
    graph = read_graph(field(1, node + field(3, b"^control") + field(5, flag)))
    assert graph["m"].inputs == ("a", "b")
    assert graph["m"].flags == {"transpose_b"}


@pytest.mark.parametrize("data", [b"", b"\x00", b"<html>not here</html>", b"\x0a\xff\xff\xff\xff"])
def test_what_is_no_graph(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a complete TensorFlow graph"):
        read_graph(data)


def test_a_graph_cut_in_its_last_node_is_refused() -> None:
    first, last = constant(1, [4], field(4, bytes(16))), constant(1, [1], b"", "d")
    for length in range(1, len(last)):
        with pytest.raises(ValueError, match="not a complete TensorFlow graph"):
            read_graph(first + last[:length])
