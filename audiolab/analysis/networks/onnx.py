"""Networks run by ONNX Runtime, one thread each: files are what runs in parallel."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.errors import ModelError

Floats = npt.NDArray[np.float32]


def open_session(data: bytes, file: str) -> Any:
    """An ONNX Runtime session on one thread; `file` is the model's name for messages.

    Raises
    ------
    ModelError
        If it is not a complete model.
    """
    from onnxruntime import InferenceSession, SessionOptions
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors come as exceptions
    unloadable = (state.InvalidProtobuf, state.InvalidGraph, state.NotImplemented)
    try:
        return InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except (*unloadable, *_errors()) as error:
        raise ModelError(file, "not a complete ONNX model") from error


def run(session: Any, outputs: Sequence[str], inputs: dict[str, Any], file: str) -> list[Floats]:
    """The outputs of a session.

    Raises
    ------
    ModelError
        If the model does not accept the inputs.
    """
    try:
        rows: list[Floats] = session.run(outputs, inputs)
    except _errors() as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in inputs.items())
        raise ModelError(file, f"it does not run on {shapes}") from error
    return rows


def _errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return (state.Fail, state.InvalidArgument, state.RuntimeException)


class OnnxNetwork:
    """An ONNX model with one input.

    Parameters
    ----------
    data : bytes
        The `.onnx` file.
    outputs : sequence of (name, width)
        What to compute: node names and the length of their rows.
    file : str
        Name for messages.

    Raises
    ------
    ModelError
        If it cannot be loaded, or has other outputs.
    """

    def __init__(self, data: bytes, outputs: Sequence[tuple[str, int]], file: str) -> None:
        self._file = file
        self._session = open_session(data, file)
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise ModelError(file, f"expected a model with one input, got {len(inputs)}")
        self._input = inputs[0].name
        self._outputs = [self._find(name, width) for name, width in outputs]

    def _find(self, name: str, width: int) -> str:
        """The output's name here: converters append ``:0``."""
        for output in self._session.get_outputs():
            if output.name.removesuffix(":0") == name:
                if isinstance(output.shape[-1], int) and output.shape[-1] != width:
                    raise ModelError(
                        self._file, f"expected {width} values in {name}, got {output.shape[-1]}"
                    )
                return str(output.name)
        raise ModelError(self._file, f"it has no output {name!r}")

    def __call__(self, batch: Floats) -> list[Floats]:
        """The outputs for a batch, each of shape (batch, width).

        Raises
        ------
        ModelError
            If the model does not accept the batch.
        """
        return run(self._session, self._outputs, {self._input: batch}, self._file)
