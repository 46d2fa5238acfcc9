"""Recordings told by their fingerprints: which tracks to compare, and how well two agree.

A track keeps a few of its fingerprint's numbers as keys: the 64 that come first in an order that
is the same for all tracks (a bottom-k sketch: Broder, "On the resemblance and containment of
documents", 1997). Copies share many of them, however they are encoded, so tracks that share three
are compared whole: laid on top of each other where most numbers agree, and the bits counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg2.extras import execute_values

from audiolab.catalog.records import TrackRecord
from audiolab.chromaprint import STEP_SECONDS, Hashes, decompress
from audiolab.errors import CatalogError

KEYS = 64
SHARED_KEYS = 3
MOST_ALIKE = 50  # tracks that share a key; one that more share is silence or a steady tone
# Of the bits, poor encodings of a recording have 0.8 to 1 in common, different recordings 0.5 to
# 0.65; the less there is to compare, the more must agree.
LEAST_AGREEMENT, LEAST_IF_SHORT = 0.8, 0.95
LEAST_STEPS, LONG_STEPS = 20, 100  # 2.5 and 12 seconds
LEAST_OVERLAP = 0.6  # of the shorter fingerprint
PARTITIONS = 16
PAIRS_AT_ONCE = 500
_MIXING = np.uint32(2_654_435_761)
_BITS = np.array([bin(value).count("1") for value in range(1 << 16)], np.uint8)


@dataclass(frozen=True)
class Agreement:
    """How two fingerprints agree where they lie on top of each other best.

    Attributes
    ----------
    share : float
        Of the bits, in [0, 1]; by chance 0.5.
    overlap_seconds : float
        How much of them was compared.
    offset_seconds : float
        How much later the same sounds in the second.
    """

    share: float
    overlap_seconds: float
    offset_seconds: float


def write(cursor: Any, ids: Sequence[str], records: Sequence[TrackRecord]) -> None:
    """Store the fingerprints of some tracks, and remove those that are no more.

    Raises
    ------
    CatalogError
        For a text that is no fingerprint.
    """
    pairs = list(zip(ids, records, strict=True))
    gone = [track_id for track_id, record in pairs if record.fingerprint == ""]
    if gone:
        cursor.execute("DELETE FROM fingerprint WHERE track_id = ANY(%s::uuid[])", (gone,))
    rows = [
        (track_id, record.fingerprint, keys_of(_read(record.fingerprint)).tobytes())
        for track_id, record in pairs
        if record.fingerprint
    ]
    execute_values(
        cursor,
        "INSERT INTO fingerprint AS stored (track_id, chromaprint, keys) VALUES %s "
        "ON CONFLICT (track_id) DO UPDATE SET chromaprint = excluded.chromaprint, "
        "keys = excluded.keys WHERE stored.chromaprint <> excluded.chromaprint",
        rows,
        template="(%s::uuid, %s, %s)",
        page_size=200,
    )


def _read(text: str) -> Hashes:
    try:
        return decompress(text)
    except ValueError as error:
        raise CatalogError(str(error)) from None


def keys_of(hashes: Hashes) -> Hashes:
    """The numbers to find copies by, at most `KEYS`."""
    distinct = np.unique(hashes)
    order = np.argsort(distinct * _MIXING, kind="stable")
    return distinct[order[:KEYS]].astype("<u4")


def candidates(cursor: Any, among: Sequence[str] | None = None) -> Iterator[tuple[str, str]]:
    """Pairs of visible tracks (or of given ones) that share keys, the smaller id first."""
    cursor.execute(
        "SELECT f.track_id::text, f.keys FROM fingerprint f JOIN track t ON t.id = f.track_id "
        "WHERE t.state IN ('analysed', 'partial') "
        "AND (%(among)s IS NULL OR t.id = ANY(%(among)s::uuid[])) ORDER BY f.track_id",
        {"among": None if among is None else list(among)},
    )
    rows = cursor.fetchall()
    ids = [track_id for track_id, _ in rows]
    keys = [np.frombuffer(found, "<u4") for _, found in rows]
    for first, second in _sharing(keys):
        yield ids[first], ids[second]


def _sharing(keys: Sequence[Hashes]) -> Iterator[tuple[int, int]]:
    """Places of pairs that share at least `SHARED_KEYS`; a part of the keys after the other."""
    if not keys:
        return
    every = np.concatenate(keys)
    owner = np.repeat(np.arange(len(keys)), [len(found) for found in keys])
    pairs = []
    for part in range(PARTITIONS):
        here = every % PARTITIONS == part
        pairs.append(_pairs(every[here], owner[here], len(keys)))
    codes, counts = np.unique(np.concatenate(pairs), return_counts=True)
    for code in codes[counts >= SHARED_KEYS].tolist():
        yield divmod(code, len(keys))


def _pairs(keys: Hashes, owner: npt.NDArray[np.int64], tracks: int) -> npt.NDArray[np.int64]:
    """A code for every pair of owners of one key, once for each key."""
    order = np.lexsort((owner, keys))
    keys, owner = keys[order], owner[order]
    ends = np.append(np.flatnonzero(keys[1:] != keys[:-1]) + 1, len(keys))
    starts = np.append(0, ends[:-1])
    sizes = ends - starts
    found = [np.empty(0, np.int64)]
    for size in range(2, MOST_ALIKE + 1):
        groups = owner[starts[sizes == size][:, None] + np.arange(size)]
        if len(groups):
            left, right = np.triu_indices(size, 1)
            found.append((groups[:, left] * tracks + groups[:, right]).ravel())
    return np.concatenate(found)


def read(cursor: Any, ids: Sequence[str]) -> dict[str, Hashes]:
    """The fingerprints of some tracks, by id; those without one are left out."""
    cursor.execute(
        "SELECT track_id::text, chromaprint FROM fingerprint WHERE track_id = ANY(%s::uuid[])",
        (list(ids),),
    )
    return {track_id: decompress(text) for track_id, text in cursor.fetchall()}


def agreeing(cursor: Any, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, Agreement]]:
    """Those of some pairs that are one recording."""
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        some = pairs[start : start + PAIRS_AT_ONCE]
        known = read(cursor, sorted({track_id for pair in some for track_id in pair}))
        for first, second in some:
            found = agreement(known[first], known[second])
            if found is not None:
                yield first, second, found


def agreement(first: Hashes, second: Hashes) -> Agreement | None:
    """How two fingerprints agree; None if they are of different recordings."""
    offset = _offset(first, second)
    if offset is None:
        return None
    one, other = first[max(0, -offset) :], second[max(0, offset) :]
    steps = min(len(one), len(other))
    if steps < max(LEAST_STEPS, LEAST_OVERLAP * min(len(first), len(second))):
        return None
    different = one[:steps] ^ other[:steps]
    wrong = int(_BITS[different & 0xFFFF].sum() + _BITS[different >> 16].sum())
    share = 1 - wrong / (32 * steps)
    if share < np.interp(steps, (LEAST_STEPS, LONG_STEPS), (LEAST_IF_SHORT, LEAST_AGREEMENT)):
        return None
    return Agreement(share, steps * STEP_SECONDS, offset * STEP_SECONDS)


def _offset(first: Hashes, second: Hashes) -> int | None:
    """How many steps later most of the equal numbers are in the second."""
    distinct, places = np.unique(first, return_index=True)
    at = np.minimum(np.searchsorted(distinct, second), len(distinct) - 1)
    equal = np.flatnonzero(distinct[at] == second) if len(distinct) else np.empty(0, np.int64)
    if not len(equal):
        return None
    offsets, counts = np.unique(equal - places[at[equal]], return_counts=True)
    return int(offsets[counts.argmax()])
