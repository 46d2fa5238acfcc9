"""Copies of the same music, in tiers of certainty; each pair with its evidence. Deletes nothing.

1. ``audio``: the decoded audio is equal, sample by sample; tags and names do not matter.
2. ``recording``: the acoustic fingerprints agree (Chromaprint): another encoding or edit.
3. ``alike``: the embeddings are nearly the same and the durations agree.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from audiolab.catalog import fingerprints, read, vectors
from audiolab.catalog.filters import Filter
from audiolab.catalog.sort import Order

TIERS = ("audio", "recording", "alike")
COLUMNS = ("id", "other_id", "tier", "evidence", "similarity", "better_id", "path", "other_path")
ALIKE = 0.995  # cosine similarity from which two tracks count as alike
SAME_LENGTH_SECONDS = 2.0
_LOSSLESS = {"wav", "flac", "aiff"}
_BLOCK = 1_000
Block = tuple[list[str], npt.NDArray[np.float64], npt.NDArray[np.float32]]


class Pair(NamedTuple):
    """Two copies, the smaller id first."""

    id: str
    other_id: str
    tier: str
    evidence: str
    similarity: float


def duplicates(connection: Connection, where: Filter, model: str | None = None) -> pd.DataFrame:
    """Pairs of tracks that are copies of each other.

    Returns
    -------
    pandas.DataFrame
        One row a pair, in its surest tier: ``id``, ``other_id``, ``tier``, ``evidence`` in words,
        ``similarity`` in [0, 1], ``better_id`` (complete, then lossless, then of higher bit rate,
        then longer), and both paths.
    """
    wanted = ["path", "format", "bitrate_kbps", "duration_seconds", "decoded_share"]
    tracks = read.tracks(connection, where, Order.parse("path"), columns=wanted)
    pairs: dict[tuple[str, str], Pair] = {}
    with closing(connection.connection.cursor()) as cursor:
        for found in (
            _equal_audio(connection, set(tracks.index)),
            _same_recording(cursor, set(tracks.index)),
            _alike(cursor, tracks, model),
        ):
            for pair in found:
                pairs.setdefault(pair[:2], pair)
    return _frame(list(pairs.values()), tracks)


def _equal_audio(connection: Connection, among: set[str]) -> Iterator[Pair]:
    """Every track of a group of equal audio, paired with the group's first."""
    rows = connection.execute(
        text(
            "SELECT array_agg(id::text ORDER BY id) FROM track WHERE audio_hash IS NOT NULL "
            "AND state IN ('analysed', 'partial') GROUP BY audio_hash HAVING count(*) > 1"
        )
    )
    for (group,) in rows:
        ids = [track_id for track_id in group if track_id in among]
        for other in ids[1:]:
            yield Pair(ids[0], other, "audio", "equal audio, sample by sample", 1.0)


def _same_recording(cursor: Any, among: set[str]) -> Iterator[Pair]:
    """Pairs whose fingerprints agree where they lie on top of each other best."""
    pairs = [
        pair for pair in fingerprints.candidates(cursor) if pair[0] in among and pair[1] in among
    ]
    for first, second, found in fingerprints.agreeing(cursor, pairs):
        # By chance half of the bits agree.
        yield Pair(first, second, "recording", _recording_evidence(found), 2 * found.share - 1)


def _recording_evidence(found: fingerprints.Agreement) -> str:
    said = f"fingerprints agree in {found.share:.1%} of {found.overlap_seconds:.0f} s"
    if abs(found.offset_seconds) < 0.2:
        return said
    return f"{said}, {abs(found.offset_seconds):.1f} s apart"


def _alike(cursor: Any, tracks: pd.DataFrame, model: str | None) -> Iterator[Pair]:
    """Pairs of nearly equal vectors among the tracks of (nearly) the same length."""
    names = [model] if model else vectors.model_names(cursor)
    found = vectors.model_table(cursor, names[0]) if names else None
    if found is None:
        return
    for first, second, likeness, gap in _close_pairs(_by_length(cursor, found[0], tracks)):
        low, high = sorted((first, second))
        evidence = f"sounds alike ({likeness:.4f}), lengths differ by {gap:.1f} s"
        yield Pair(low, high, "alike", evidence, likeness)


def _by_length(cursor: Any, table: str, tracks: pd.DataFrame) -> Iterator[Block]:
    """Ids, lengths in s and unit vectors of the tracks that have them, the shortest first."""
    lengths = tracks.duration_seconds.dropna().sort_values()
    for start in range(0, len(lengths), _BLOCK):
        part = lengths.iloc[start : start + _BLOCK]
        stored = vectors.read_some(cursor, table, list(part.index))
        ids = [track_id for track_id in part.index if track_id in stored]
        if ids:
            matrix = np.stack([stored[track_id] for track_id in ids])
            norms = np.linalg.norm(matrix, axis=1, keepdims=True)
            yield ids, part[ids].to_numpy(float), matrix / np.maximum(norms, 1e-9)


def _close_pairs(blocks: Iterator[Block]) -> Iterator[tuple[str, str, float, float]]:
    """(id, id, likeness, difference of the lengths) of pairs over the threshold.

    Each block is compared with itself and with what comes before and is nearly as long.
    """
    ids: list[str] = []
    seconds, unit = np.empty(0), np.empty((0, 0), np.float32)
    for more, lengths, vectors_ in blocks:
        near = int(np.searchsorted(seconds, lengths[0] - SAME_LENGTH_SECONDS))
        ids, before = [*ids[near:], *more], len(ids) - near
        seconds = np.concatenate([seconds[near:], lengths])
        unit = np.vstack([unit[near:], vectors_]) if before else vectors_
        likeness = vectors_ @ unit.T
        rows, columns = np.nonzero(likeness >= ALIKE)
        gaps = lengths[rows] - seconds[columns]
        for place in np.flatnonzero((columns < rows + before) & (gaps <= SAME_LENGTH_SECONDS)):
            row, column = int(rows[place]), int(columns[place])
            alike = min(1.0, float(likeness[row, column]))
            yield ids[column], more[row], alike, float(gaps[place])


def _frame(rows: list[Pair], tracks: pd.DataFrame) -> pd.DataFrame:
    involved = tracks.loc[sorted({track_id for row in rows for track_id in row[:2]})]
    paths = involved.path.to_dict()
    quality = {str(track.Index): _quality(track) for track in involved.itertuples()}
    records = [
        (*row, row.id if quality[row.id] >= quality[row.other_id] else row.other_id,
         paths[row.id], paths[row.other_id])
        for row in rows
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    frame["tier"] = pd.Categorical(frame["tier"], categories=TIERS, ordered=True)
    by = ["tier", "similarity", "path"]
    return frame.sort_values(by, ascending=[True, False, True]).reset_index(drop=True)


def _quality(track: Any) -> tuple[float, bool, float, float]:
    """What makes a copy better, the weightiest first: a damaged one is worse in any format."""

    def number(value: Any) -> float:
        return 0.0 if pd.isna(value) else float(value)

    complete = 1.0 if pd.isna(track.decoded_share) else round(float(track.decoded_share), 2)
    lossless = track.format in _LOSSLESS
    return complete, lossless, number(track.bitrate_kbps), number(track.duration_seconds)
