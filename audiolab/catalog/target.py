"""What the neighbours are of, as statements name it: a vector, or that of a track.

A track's own vector is with the server already, whole and reduced: it need not be read, reduced
and sent back as text, which takes more than a third as long as the search.
"""

from dataclasses import dataclass
from typing import Any

from audiolab.catalog.space import Near, Space, Vector, literal

Sql = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class GivenVector:
    """A vector of the question's own.

    Attributes
    ----------
    vector : ndarray of float32, shape (dimensions,)
    """

    vector: Vector

    def whole(self, space: Space) -> Sql:
        """SQL for the vector as `Space.table` has them, and its parameters."""
        return "%(similar_whole)s::halfvec", {"similar_whole": literal(self.vector)}

    def reduced(self, space: Space, near: Near) -> Sql:
        """SQL for the vector as `Space.near_table` has them, and its parameters."""
        short = near.reduction.apply_to(self.vector)
        return "%(similar_reduced)s::halfvec", {"similar_reduced": literal(short)}


@dataclass(frozen=True)
class TrackVector:
    """The vector of a track that the index has as it is now; see `is_indexed`.

    Attributes
    ----------
    track_id : str
    """

    track_id: str

    def whole(self, space: Space) -> Sql:
        """SQL for the vector as `Space.table` has them, and its parameters."""
        return self._of(space.table)

    def reduced(self, space: Space, near: Near) -> Sql:
        """SQL for the vector as `Space.near_table` has them, and its parameters."""
        return self._of(space.near_table)

    def _of(self, table: str) -> Sql:
        one = f"(SELECT vector FROM {table} WHERE track_id = %(similar_track)s::uuid)"  # noqa: S608
        return one, {"similar_track": self.track_id}


Target = GivenVector | TrackVector


def is_indexed(cursor: Any, space: Space, track_id: str) -> bool:
    """Whether a space has an index, and that has a track's vector as it is now."""
    if space.near is None:
        return False
    cursor.execute(
        f"SELECT EXISTS (SELECT FROM {space.near_table} WHERE track_id = %(id)s) "  # noqa: S608
        f"AND NOT EXISTS (SELECT FROM {space.pending_table} WHERE track_id = %(id)s)",
        {"id": track_id},
    )
    (indexed,) = cursor.fetchone()
    return bool(indexed)
