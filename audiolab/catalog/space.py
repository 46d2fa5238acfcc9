"""The vectors of a model as similarity sees them: whole, and reduced with an index where it pays.

``embedding_<id>`` has the vectors whole. When there are many, ``embedding_<id>_near`` has them
reduced, with an index. Writers touch neither it nor its index, which would cost them time: they
note in ``embedding_<id>_pending`` what it does not have yet.

The index is an inverted file (IVFFlat): it groups the vectors round about as many centres as each
then has vectors. It is made in a tenth of the time and memory of a graph (HNSW), adding to it costs
little, and on a million vectors in tight clusters it finds 99 % of the neighbours where the graph
found 91 % and missed some questions altogether; where vectors are spread evenly, both are as quick.
"""

import threading
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine

from audiolab.catalog.halves import middle
from audiolab.catalog.reduction import Reduction

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Near:
    """A table of reduced vectors with an index.

    Attributes
    ----------
    reduction : Reduction
        How its vectors are made.
    vectors : int
        How many there were when it was built.
    lists : int
        Parts that the index divides them into.
    probes : int
        Parts to look through for a question.
    middle : str or None
        The id in the middle of all tracks' then; None where that is not known.
    """

    reduction: Reduction
    vectors: int
    lists: int
    probes: int
    middle: str | None = None


@dataclass(frozen=True)
class Space:
    """The vectors of one model.

    Attributes
    ----------
    table : str
        The whole ones.
    near : Near or None
        The reduced ones; None while comparing all of them is quick enough.
    """

    table: str
    near: Near | None

    @property
    def model_id(self) -> int:
        """The model's number."""
        return int(self.table.split("_")[1])

    @property
    def near_table(self) -> str:
        """Reduced vectors."""
        return f"{self.table}_near"

    @property
    def middle(self) -> str | None:
        """The id that about half of the tracks come before, if it is known."""
        return self.near.middle if self.near else None

    @property
    def pending_table(self) -> str:
        """Tracks whose vectors are not in `near_table`, or as they were before (or are no more)."""
        return f"{self.table}_pending"


_known: WeakKeyDictionary[Engine, dict[tuple[str, Any], Near]] = WeakKeyDictionary()
_lock = threading.Lock()


def literal(vector: Vector) -> str:
    """A direction as Postgres reads it: in whole numbers, whose text is made in half the time.

    Only directions are compared. Half floats, which have three digits and a bit, hold up to 65,504.
    """
    longest = float(np.abs(vector).max())
    whole: npt.NDArray[np.int32] = np.rint(vector * (30_000 / max(longest, 1e-30))).astype(np.int32)
    return str(whole.tolist())


def find_space(connection: Connection, cursor: Any, table: str) -> Space:
    """The space of a table of vectors."""
    space = Space(table, None)
    cursor.execute(
        "SELECT built_at, vectors, lists, probes, candidates FROM embedding_space "
        "WHERE model_id = %s AND to_regclass(%s) IS NOT NULL",
        (space.model_id, space.near_table),
    )
    row = cursor.fetchone()
    if row is None:
        return space
    built_at, vectors, lists, probes, candidates = row
    key = (table, built_at)
    with _lock:
        near = _known.setdefault(connection.engine, {}).get(key)
    if near is None:
        reduction = Reduction(_components(cursor, space), candidates)
        near = Near(reduction, vectors, lists, probes, middle(cursor))
        with _lock:
            _known[connection.engine] = {key: near} | {
                other: known
                for other, known in _known[connection.engine].items()
                if other[0] != table
            }
    return Space(table, near)


def _components(cursor: Any, space: Space) -> Any:
    cursor.execute(
        "SELECT components, size FROM embedding_space WHERE model_id = %s", (space.model_id,)
    )
    stored, size = cursor.fetchone()
    return None if stored is None else np.frombuffer(stored, "<f4").reshape(-1, size)
