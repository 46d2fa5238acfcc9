"""Read a frozen TensorFlow graph (`.pb`) without TensorFlow.

A GraphDef is a protocol buffer: fields of a number, a wire type and a value. Only what small
feed-forward heads need is understood: names, operations, inputs and the values of constants.
Reference: tensorflow/core/framework/{graph,node_def,attr_value,tensor}.proto.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 6: "<i1", 9: "<i8", 19: "<f2"}  # types.proto
_PACKED = {5: "<f4", 6: "<f8"}  # TensorProto.float_val and double_val; the others are varints
_INTEGERS = {7, 10, 13}  # int_val, int64_val, half_val (its bits)


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Attributes
    ----------
    name, op : str
    inputs : tuple of str
        Names of the nodes it reads.
    flags : frozenset of str
        Attributes that are true or not zero, e.g. "transpose_b".
    value : ndarray or None
        Value of a constant.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    flags: frozenset[str]
    value: Array | None


def read_graph(data: bytes) -> dict[str, Node]:
    """Nodes of a serialised GraphDef by name, in its order.

    Raises
    ------
    ValueError
        If the bytes are not a complete graph.
    """
    try:
        nodes = [_node(content) for number, content in _fields(memoryview(data)) if number == 1]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError("not a complete TensorFlow graph") from error
    if not nodes:
        raise ValueError("not a complete TensorFlow graph")
    return {node.name: node for node in nodes}


def _fields(data: memoryview) -> Iterator[tuple[int, Any]]:
    """Field numbers and values of one message: integers, or views of bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        size = {1: 8, 5: 4}.get(kind)
        if size is None:
            if kind != 2:
                raise ValueError("not a complete TensorFlow graph")
            size, at = _varint(data, at)
        if at + size > len(data):
            raise ValueError("not a complete TensorFlow graph")
        yield key >> 3, data[at : at + size]
        at += size


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _node(data: memoryview) -> Node:
    name, op, inputs, flags, value = "", "", [], set(), None
    for number, content in _fields(data):
        if number == 1:
            name = bytes(content).decode()
        elif number == 2:
            op = bytes(content).decode()
        elif number == 3:
            inputs.append(bytes(content).decode().removesuffix(":0"))
        elif number == 5:
            entry = dict(_fields(content))
            key, attribute = bytes(entry[1]).decode(), dict(_fields(entry[2]))
            if attribute.get(5) or attribute.get(3):  # a boolean, an integer
                flags.add(key)
            if key == "value" and 8 in attribute:
                value = _tensor(attribute[8])
    used = tuple(source for source in inputs if not source.startswith("^"))
    return Node(name, op, used, frozenset(flags), value)


def _tensor(data: memoryview) -> Array | None:
    """A TensorProto; None if it holds something other than numbers."""
    dtype, shape, raw, numbers = "", [], b"", []
    for number, content in _fields(data):
        if number == 1:
            dtype = _DTYPES.get(content, "")
        elif number == 2:
            shape = [dict(_fields(dim)).get(1, 0) for key, dim in _fields(content) if key == 2]
        elif number == 4:
            raw = bytes(content)
        elif number in _PACKED:
            numbers += np.frombuffer(content, _PACKED[number]).tolist()
        elif number in _INTEGERS:
            numbers += _integers(content)
    if not dtype:
        return None
    if raw:
        return np.frombuffer(raw, dtype).reshape(shape)
    if dtype == "<f2":
        numbers = np.array(numbers, np.uint16).view(np.float16).tolist()
    values = np.array(numbers or [0], dtype)
    values = np.concatenate([values, np.repeat(values[-1:], int(np.prod(shape)) - len(values))])
    return values.reshape(shape)


def _integers(content: Any) -> list[int]:
    """One varint, or a packed row of them, as signed 64-bit numbers."""
    found = []
    if isinstance(content, int):
        found = [content]
    else:
        at = 0
        while at < len(content):
            value, at = _varint(content, at)
            found.append(value)
    return [value - (1 << 64) if value >> 63 else value for value in found]
