"""Bulk upsert of a DataFrame: how results from elsewhere come in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audiolab.catalog import paths, vectors
from audiolab.catalog.cells import cell
from audiolab.catalog.columns import plain
from audiolab.catalog.fields import BY_NAME, Field
from audiolab.catalog.records import TrackRecord
from audiolab.catalog.schema import WAVEFORM_POINTS
from audiolab.catalog.write import write_rows
from audiolab.errors import CatalogError

BATCH = 2_000


def add_frame(
    cursor: Any,
    frame: pd.DataFrame,
    root: str,
    embeddings: Mapping[str, npt.NDArray[Any]],
    waveforms: npt.NDArray[Any] | None,
) -> list[str]:
    """Store the rows of a frame as tracks of one root; see `Catalog.add`."""
    _check(frame, embeddings, waveforms)
    root_id = _root(cursor, root)
    records = _records(frame, embeddings, waveforms)
    ids: list[str] = []
    for start in range(0, len(records), BATCH):
        ids += write_rows(cursor, root_id, records[start : start + BATCH])
    for name, matrix in embeddings.items():
        vectors.write_matrix(cursor, name, ids, matrix)
    return ids


def _check(
    frame: pd.DataFrame,
    embeddings: Mapping[str, npt.NDArray[Any]],
    waveforms: npt.NDArray[Any] | None,
) -> None:
    if "path" not in frame.columns:
        raise CatalogError("add: the frame has no column 'path' (relative to the root)")
    unknown = [str(column) for column in frame.columns if column not in BY_NAME]
    if unknown:
        raise CatalogError(f"add: a track has no column {', '.join(unknown[:5])}")
    if frame["path"].isna().any() or (frame["path"].astype(str) == "").any():
        raise CatalogError("add: every row needs a path")
    double = frame["path"][frame["path"].duplicated()]
    if len(double):
        raise CatalogError(f"add: a path occurs twice: {double.iloc[0]!r}")
    for name, matrix in embeddings.items():
        if np.ndim(matrix) != 2 or len(matrix) != len(frame):
            raise CatalogError(
                f"add: embeddings of {name} must have shape ({len(frame)}, dimensions), "
                f"got {np.shape(matrix)}"
            )
    if waveforms is not None and np.shape(waveforms) != (len(frame), WAVEFORM_POINTS):
        raise CatalogError(
            f"add: waveforms must have shape ({len(frame)}, {WAVEFORM_POINTS}), "
            f"got {np.shape(waveforms)}"
        )


def _root(cursor: Any, name: str) -> int:
    path = paths.encode(Path(name).expanduser()) if "/" in name else name
    cursor.execute("INSERT INTO root (path) VALUES (%s) ON CONFLICT DO NOTHING", (path,))
    cursor.execute("SELECT id FROM root WHERE path = %s", (path,))
    return int(cursor.fetchone()[0])


def _records(
    frame: pd.DataFrame,
    embeddings: Mapping[str, npt.NDArray[Any]],
    waveforms: npt.NDArray[Any] | None,
) -> list[TrackRecord]:
    skip = ("path", "filename", "added_at", "analyzed_at", "file_size_bytes")
    columns = {
        str(name): _python_values(BY_NAME[str(name)], frame[name])
        for name in frame.columns
        if name not in skip
    }
    if embeddings and "embedding_model" not in columns:
        columns["embedding_model"] = [next(iter(embeddings))] * len(frame)
    sizes = (
        _python_values(BY_NAME["file_size_bytes"], frame["file_size_bytes"])
        if "file_size_bytes" in frame
        else [None] * len(frame)
    )
    return [
        TrackRecord(
            path=paths.encode(str(path)),
            state="analysed",
            file_size_bytes=sizes[row],
            mtime_ns=None,
            values={name: values[row] for name, values in columns.items()},
            waveform=None if waveforms is None else waveforms[row],
        )
        for row, path in enumerate(frame["path"])
    ]


def _python_values(field: Field, column: "pd.Series[Any]") -> list[Any]:
    """A column as plain values of its field's kind, None where NA.

    Raises
    ------
    CatalogError
        For a value that is not of that kind.
    """
    ready = plain(field, column)
    if ready is not None:
        return ready
    values = []
    for row, value in enumerate(column.tolist()):
        try:
            values.append(cell(field, value))
        except ValueError as error:
            raise CatalogError(
                f"add: column {field.name} holds {error}, got {value!r} in row {row}"
            ) from None
    return values
