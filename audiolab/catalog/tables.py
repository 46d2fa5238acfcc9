"""Frames as csv, json, jsonl and parquet: unknown values stay unknown, lists stay lists."""

import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import IO, Any

import pandas as pd

from audiolab.catalog.fields import BY_NAME


def plain(value: Any) -> Any:
    """A cell as JSON can carry it: NA, NaN and infinities become None, dates ISO 8601."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    return str(value)


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows as plain dictionaries."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in frame.columns]
    for row in zip(*columns, strict=True):
        yield {name: plain(value) for name, value in zip(names, row, strict=True)}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write_csv(frame: pd.DataFrame, stream: IO[bytes], *, header: bool = True) -> None:
    """CSV with a header; lists and objects as JSON, unknown as nothing."""
    lines = _Lines(stream)
    writer = csv.writer(lines, lineterminator="\n")
    if header:
        writer.writerow(frame.columns)
    for record in records(frame):
        writer.writerow(_text(v) if isinstance(v, (list, dict)) else v for v in record.values())


class _Lines:
    """Text into a stream of bytes, for csv.writer."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode("utf-8", "surrogateescape"))


def write_json(frame: pd.DataFrame, stream: IO[bytes]) -> None:
    """A list of objects, one a line."""
    separator = "[\n"
    for record in records(frame):
        stream.write((separator + _text(record)).encode())
        separator = ",\n"
    stream.write(b"[]\n" if separator == "[\n" else b"\n]\n")


def write_jsonl(frame: pd.DataFrame, stream: IO[bytes]) -> None:
    """An object a line."""
    for record in records(frame):
        stream.write((_text(record) + "\n").encode())


def write_parquet(frame: pd.DataFrame, stream: IO[bytes]) -> None:
    """Parquet; objects as JSON text, as their keys differ from row to row."""
    frame = frame.copy()
    for name in frame.columns:
        if name in BY_NAME and BY_NAME[name].kind == "json":
            values = (plain(value) for value in frame[name])
            frame[name] = [None if value is None else _text(value) for value in values]
    stream.write(frame.to_parquet(index=False))


WRITERS: dict[str, Callable[[pd.DataFrame, IO[bytes]], None]] = {
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}
