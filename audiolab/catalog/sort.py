"""The order of tracks: `-added_at`, `tempo_bpm`, `key` (round the circle of fifths), …"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_

from audiolab.catalog.fields import ALIASES, BY_NAME, TARGETS, nearest_name
from audiolab.catalog.schema import track
from audiolab.errors import QueryError


@dataclass(frozen=True)
class Order:
    """By one field, ties by id; unknown values come last in both directions."""

    field: str
    descending: bool

    @classmethod
    def parse(cls, sort: str) -> "Order":
        """Read a field name, with ``-`` before it for "largest first".

        Raises
        ------
        QueryError
            If tracks cannot be ordered by that.
        """
        name = sort.strip().lstrip("+-")
        target = TARGETS.get(ALIASES.get(name, ""))
        if target is None or not target.columns[0].sortable:
            guess = nearest_name(name)
            hint = f": did you mean {guess}?" if guess else ""
            raise QueryError(f"tracks cannot be sorted by {name!r}{hint}", query=sort)
        return cls(target.columns[0].name, sort.strip().startswith("-"))

    @property
    def expression(self) -> ColumnElement[Any]:
        """What is compared: texts without regard to case, keys by their Camelot number."""
        column = track.c[self.field]
        if self.field in ("key", "key_camelot"):
            return func.lpad(track.c.key_camelot, 3, "0", type_=Text)
        if BY_NAME[self.field].kind in ("text", "category"):
            return func.lower(column, type_=Text)
        return column

    def clauses(self) -> list[ColumnElement[Any]]:
        """For ORDER BY."""
        value = self.expression
        if self.field == "added_at":  # never unknown: a plain order can walk its index
            return [value.desc(), track.c.id.desc()] if self.descending else [value, track.c.id]
        if self.descending:
            return [value.desc().nulls_last(), track.c.id.desc()]
        return [value.asc().nulls_last(), track.c.id.asc()]

    def after(self, value: Any, track_id: str) -> ColumnElement[bool]:
        """Rows that come after the one with this sort value and id."""
        expression, key = self.expression, track.c.id
        tie = key < track_id if self.descending else key > track_id
        if value is None:
            return and_(expression.is_(None), tie)
        mark = cast(value, expression.type)  # in the column's own precision
        beyond = expression < mark if self.descending else expression > mark
        return or_(beyond, and_(expression == mark, tie), expression.is_(None))
