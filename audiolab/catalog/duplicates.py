"""Copies of the same music, in tiers of certainty; each pair with its evidence. Deletes nothing.

1. ``audio``: the decoded audio is equal, sample by sample; tags and names do not matter.
2. ``recording``: the acoustic fingerprints agree (Chromaprint): another encoding or edit.
3. ``alike``: the embeddings are nearly the same and the durations agree.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from audiolab.catalog import read, vectors
from audiolab.catalog.filters import Filter
from audiolab.catalog.sort import Order

TIERS = ("audio", "recording", "alike")
COLUMNS = ("id", "other_id", "tier", "evidence", "similarity", "better_id", "path", "other_path")
ALIKE = 0.995  # cosine similarity from which two tracks count as alike
SAME_LENGTH_SECONDS = 2.0
_LOSSLESS = {"wav", "flac", "aiff"}
_BLOCK = 1_000
Pair = tuple[str, str, str, str, float]


def duplicates(connection: Connection, where: Filter, model: str | None = None) -> pd.DataFrame:
    """Pairs of tracks that are copies of each other.

    Returns
    -------
    pandas.DataFrame
        One row a pair, in its surest tier: ``id``, ``other_id``, ``tier``, ``evidence`` in words,
        ``similarity`` in [0, 1], ``better_id`` (lossless, then complete, then higher bit rate,
        then longer), and both paths.
    """
    wanted = ["path", "format", "bitrate_kbps", "duration_seconds", "decoded_share"]
    tracks = read.tracks(connection, where, Order.parse("path"), columns=wanted)
    pairs: dict[tuple[str, str], Pair] = {}
    for pair in _equal_audio(connection):
        pairs.setdefault(pair[:2], pair)
    for pair in _alike(connection, tracks, model):
        pairs.setdefault(pair[:2], pair)
    known = set(tracks.index)
    rows = [pair for pair in pairs.values() if pair[0] in known and pair[1] in known]
    return _frame(rows, tracks)


def _equal_audio(connection: Connection) -> Iterator[Pair]:
    """Every track of a group of equal audio, paired with the group's first."""
    rows = connection.execute(
        text(
            "SELECT array_agg(id::text ORDER BY id) FROM track WHERE audio_hash IS NOT NULL "
            "AND state IN ('analysed', 'partial') GROUP BY audio_hash HAVING count(*) > 1"
        )
    )
    for (ids,) in rows:
        for other in ids[1:]:
            yield ids[0], other, "audio", "equal audio, sample by sample", 1.0


def _alike(connection: Connection, tracks: pd.DataFrame, model: str | None) -> Iterator[Pair]:
    """Pairs of nearly equal vectors among the tracks of (nearly) the same length."""
    cursor = connection.connection.cursor()
    try:
        names = vectors.model_names(cursor)
        if not names:
            return
        ids, matrix = vectors.read_matrix(cursor, model or names[0])
    finally:
        cursor.close()
    seconds = tracks.duration_seconds.reindex(ids).to_numpy(float)
    order = np.argsort(seconds)
    order = order[np.isfinite(seconds[order])]
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = matrix / np.maximum(norms, 1e-9)
    for a, b, likeness in _close_pairs(unit[order], seconds[order]):
        first, second = sorted((ids[order[a]], ids[order[b]]))
        gap = abs(seconds[order[a]] - seconds[order[b]])
        evidence = f"sounds alike ({likeness:.4f}), lengths differ by {gap:.1f} s"
        yield first, second, "alike", evidence, likeness


def _close_pairs(
    unit: npt.NDArray[np.float32], seconds: npt.NDArray[np.float64]
) -> Iterator[tuple[int, int, float]]:
    """Row pairs over the threshold; rows are sorted by length, so only near ones are compared."""
    for start in range(0, len(unit), _BLOCK):
        stop = min(start + _BLOCK, len(unit))
        reach = int(np.searchsorted(seconds, seconds[stop - 1] + SAME_LENGTH_SECONDS, "right"))
        likeness = unit[start:stop] @ unit[start:reach].T
        rows, columns = np.nonzero(likeness >= ALIKE)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if column > row and seconds[start + column] - seconds[start + row] <= (
                SAME_LENGTH_SECONDS
            ):
                yield start + row, start + column, float(min(1.0, likeness[row, column]))


def _frame(rows: list[Pair], tracks: pd.DataFrame) -> pd.DataFrame:
    paths = tracks.path.to_dict()
    quality = {str(track.Index): _quality(track) for track in tracks.itertuples()}
    records = [
        (*row, row[0] if quality[row[0]] >= quality[row[1]] else row[1], paths[row[0]],
         paths[row[1]])
        for row in rows
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    frame["tier"] = pd.Categorical(frame["tier"], categories=TIERS, ordered=True)
    by = ["tier", "similarity", "path"]
    return frame.sort_values(by, ascending=[True, False, True]).reset_index(drop=True)


def _quality(track: Any) -> tuple[bool, float, float, float]:
    def number(value: Any) -> float:
        return 0.0 if pd.isna(value) else float(value)

    complete = 1.0 if pd.isna(track.decoded_share) else float(track.decoded_share)
    lossless = track.format in _LOSSLESS
    return lossless, complete, number(track.bitrate_kbps), number(track.duration_seconds)
