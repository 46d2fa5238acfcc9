"""The order of tracks: `-added_at`, `tempo_bpm`, `key` (round the circle of fifths), `random`, …"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, and_, cast, func, select, tuple_

from audiolab.catalog.fields import ALIASES, BY_NAME, TARGETS, nearest_name
from audiolab.catalog.schema import playlist_track, track
from audiolab.errors import QueryError

# Where a row is: the values of an order's `place`, and its id.
Mark = tuple[tuple[Any, ...], str]
RANDOM = "random"
MOST_SEED = 2**31 - 1
# What tracks can be ordered by: what they have one value of.
NAMES = tuple(
    name
    for name, target in TARGETS.items()
    if target.columns[0].sortable and target.columns[0].name in track.c
)
EXAMPLES = "-added_at, artist, tempo_bpm or key"


@dataclass(frozen=True)
class Order:
    """By one field, ties by id; unknown values come last in both directions.

    With a `seed`, shuffled: the same seed gives the same order, so that pages fit together. With
    the id of a `playlist`, as its tracks follow each other there.
    """

    field: str
    descending: bool
    seed: int | None = None
    playlist: str | None = None

    @classmethod
    def parse(cls, sort: str) -> "Order":
        """Read a field name, with ``-`` before it for "largest first"; or ``random:SEED``.

        Raises
        ------
        QueryError
            If tracks cannot be ordered by that.
        """
        name = sort.strip().lstrip("+-")
        if name.partition(":")[0] == RANDOM:
            return cls("id", False, _seed(name))
        canonical = ALIASES.get(name, "")
        if canonical not in NAMES:
            guess = nearest_name(name)
            hint = f"did you mean {guess}?" if guess else f"expected one like {EXAMPLES}"
            raise QueryError(f"tracks cannot be sorted by {name!r}: {hint}", query=sort)
        return cls(TARGETS[canonical].columns[0].name, sort.strip().startswith("-"))

    @property
    def place(self) -> tuple[ColumnElement[Any], ...]:
        """What tells, with its id, where a track is in this order."""
        return (self.expression,)

    @property
    def expression(self) -> ColumnElement[Any]:
        """What is compared: texts without regard to case, keys by their Camelot number."""
        column = track.c[self.field]
        if self.playlist is not None:
            return (
                select(playlist_track.c.position)
                .where(
                    playlist_track.c.playlist_id == self.playlist,
                    playlist_track.c.track_id == track.c.id,
                )
                .scalar_subquery()
            )
        if self.seed is not None:
            return func.uuid_hash_extended(column, self.seed, type_=BigInteger)
        if self.field in ("key", "key_camelot"):
            return func.lpad(track.c.key_camelot, 3, "0", type_=Text)
        field = BY_NAME.get(self.field)  # None: of a track's identity, not a value of its own
        if field and field.kind in ("text", "category"):
            return func.lower(column, type_=Text)
        return column

    def clauses(self) -> list[ColumnElement[Any]]:
        """For ORDER BY over all rows."""
        value = self.expression
        if self.never_unknown:
            return self._by(value, self.descending)
        known_first = value.desc().nulls_last() if self.descending else value.asc().nulls_last()
        return [known_first, *self._by(track.c.id, self.descending)[:1]]

    def direction(self, *, backwards: bool = False) -> str:
        """For ORDER BY over rows of which each has its ``value`` and its ``id``."""
        way = "DESC" if self.descending != backwards else "ASC"
        return f"value {way} NULLS {'FIRST' if backwards else 'LAST'}, id {way}"

    @property
    def never_unknown(self) -> bool:
        """Whether every track has a value."""
        return not track.c[self.field].nullable

    def walk(self, mark: Mark | None = None, *, backwards: bool = False) -> list["Stretch"]:
        """The stretches of rows to read one after the other; each can walk an index.

        Parameters
        ----------
        mark : tuple of (place, id), optional
            The row to start behind (or before, when backwards), as this order sees it.
        backwards : bool
            Towards the first row; the rows come in reverse then.
        """
        value, key = self.expression, track.c.id
        down = self.descending != backwards
        known = Stretch(value.is_not(None), self._by(value, down))
        unknown = Stretch(value.is_(None), self._by(key, down)[:1])
        stretches = [known] if self.never_unknown else [known, unknown]
        if backwards:
            stretches.reverse()
        if mark is None:
            return stretches
        (place,), track_id = mark
        if place is None:
            beyond = key < track_id if down else key > track_id
            return [unknown.narrowed(beyond), *stretches[stretches.index(unknown) + 1 :]]
        # In the column's own precision: 0.1 as float8 is not the 0.1 that is stored.
        here = tuple_(cast(place, value.type), cast(track_id, key.type))
        beyond = tuple_(value, key) < here if down else tuple_(value, key) > here
        return [known.narrowed(beyond), *stretches[stretches.index(known) + 1 :]]

    @staticmethod
    def _by(value: ColumnElement[Any], down: bool) -> list[ColumnElement[Any]]:
        return [value.desc(), track.c.id.desc()] if down else [value.asc(), track.c.id.asc()]


def _seed(sort: str) -> int:
    """The number after ``random:``; 0 if there is none."""
    text = sort.partition(":")[2] or "0"
    if not (text.isascii() and text.isdecimal()) or int(text) > MOST_SEED:
        raise QueryError(
            f"expected {RANDOM} or {RANDOM}: and a number up to {MOST_SEED}, got {sort!r}",
            query=sort,
        )
    return int(text)


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some of the rows, in order."""

    condition: ColumnElement[bool]
    order_by: list[ColumnElement[Any]]

    def narrowed(self, condition: ColumnElement[bool]) -> "Stretch":
        """The rows of it that meet a condition too."""
        return Stretch(and_(self.condition, condition), self.order_by)
