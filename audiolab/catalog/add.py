"""Bulk upsert of a DataFrame: how results from elsewhere come in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from audiolab.catalog import paths, vectors
from audiolab.catalog.cells import cell
from audiolab.catalog.columns import plain
from audiolab.catalog.fields import BY_NAME, Field
from audiolab.catalog.incoming import Incoming, prepare
from audiolab.catalog.records import TrackRecord
from audiolab.catalog.schema import WAVEFORM_POINTS
from audiolab.catalog.write import write_incoming
from audiolab.errors import CatalogError

BATCH = 1_000  # rows that the database takes while the next are made ready
FIRST = 100  # of them come first, then twice as many, and so on
T = TypeVar("T")
R = TypeVar("R")


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
    columns = _columns(frame, embeddings)

    def ready(rows: range) -> Incoming:
        return prepare(root_id, [_record(columns, waveforms, row) for row in rows])

    ids: list[str] = []
    known: set[str] = set()
    with ThreadPoolExecutor(1) as pool:
        for incoming in _ahead(pool, ready, _parts(len(frame))):
            written = write_incoming(cursor, incoming)
            ids += written.ids
            known |= written.known
    for name, matrix in embeddings.items():
        vectors.write_matrix(cursor, name, ids, matrix, known)
    return ids


def _parts(rows: int) -> Iterator[range]:
    """Rows in batches, the first ones small: the database waits for them."""
    start, size = 0, FIRST
    while start < rows:
        end = min(rows, start + size)
        yield range(start, end)
        start, size = end, min(BATCH, 2 * size)


def _ahead(pool: Executor, make: Callable[[T], R], parts: Iterable[T]) -> Iterator[R]:
    """What is made of each part, the next one being made while one is used."""
    coming: Future[R] | None = None
    for part in parts:
        ready, coming = coming, pool.submit(make, part)
        if ready is not None:
            yield ready.result()
    if coming is not None:
        yield coming.result()


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


def _columns(
    frame: pd.DataFrame, embeddings: Mapping[str, npt.NDArray[Any]]
) -> dict[str, list[Any]]:
    """Plain values of the columns that are stored, and what else a record has."""
    skip = ("path", "filename", "added_at", "analyzed_at")
    columns = {
        str(name): _python_values(BY_NAME[str(name)], frame[name])
        for name in frame.columns
        if name not in skip
    }
    if embeddings and "embedding_model" not in columns:
        columns["embedding_model"] = [next(iter(embeddings))] * len(frame)
    columns["path"] = [paths.encode(str(path)) for path in frame["path"]]
    return columns


def _record(
    columns: Mapping[str, Sequence[Any]], waveforms: npt.NDArray[Any] | None, row: int
) -> TrackRecord:
    values = {name: column[row] for name, column in columns.items()}
    return TrackRecord(
        path=values.pop("path"),
        state="analysed",
        file_size_bytes=values.pop("file_size_bytes", None),
        mtime_ns=None,
        values=values,
        waveform=None if waveforms is None else waveforms[row],
    )


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
