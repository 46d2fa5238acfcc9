"""A filter as a condition of SQL: SQLAlchemy expressions, so that every value is a parameter.

An unknown value (NULL) satisfies no condition, and satisfies the negation of each: tracks of
unknown key are among those that are "not in A minor".
"""

import math
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ARRAY,
    UUID,
    ClauseElement,
    ColumnElement,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType

from audiolab import keys
from audiolab.catalog import ids, text, values
from audiolab.catalog.fields import TARGETS, Field, Target
from audiolab.catalog.filters import All, Node, Not
from audiolab.catalog.regions import Region
from audiolab.catalog.schema import HEAD_VECTOR, map_point, playlist, playlist_track, track
from audiolab.catalog.values import Range, Term

# Arrays that hold primary and secondary names together, in lower case, with an index each.
JOINED_ARRAYS = {"genre": "genres", "mood": "moods", "instrument": "instrument_names"}
NEAR_TEMPO = 0.02
SEARCHES = ("text", "spelled")
Condition = ColumnElement[bool]
_DIALECT = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]


def anywhere(term: Term) -> Condition:
    """The words of a search occur in any of the texts that are searched."""
    return _matches(track.c.search, _query(term))


def in_head(term: Term, *, whole: bool) -> Condition:
    """They occur in title and artist; `whole`: the last word is not the beginning of one."""
    return _matches(literal_column(f"({HEAD_VECTOR})"), _query(term, prefix=not whole))


def condition_of(node: Node, search: Callable[[Term], Condition] = anywhere) -> Condition:
    """The SQL condition that a node means.

    Parameters
    ----------
    node : Node
        What is asked.
    search : callable
        What the words of a search mean, where they are wanted (and not ruled out).
    """
    if isinstance(node, Term):
        return search(node) if node.op in SEARCHES else _term(node)
    if isinstance(node, Not):
        return not_(func.coalesce(condition_of(node.part), False))
    parts = [condition_of(part, search) for part in node.parts]
    if isinstance(node, All):
        return and_(*parts) if parts else true()
    return or_(*parts)


def compile_statement(statement: ClauseElement) -> tuple[str, dict[str, Any]]:
    """SQL for psycopg2 with ``%(name)s`` placeholders, and their values."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return str(compiled), dict(compiled.params)


def _query(term: Term, *, prefix: bool = True) -> str:
    """A search as full-text search reads it; "" where there is no word in it."""
    if term.op == "text":
        return text.tsquery(term.value, prefix=prefix)
    query = " & ".join(f"({' | '.join(words)})" for words in term.value)
    return query if prefix else query.replace(text.UNFINISHED, "")


def _matches(vector: ColumnElement[Any], query: str) -> Condition:
    if not query:
        return true()  # nothing but signs: there is no word to look for
    return vector.bool_op("@@")(func.to_tsquery("simple", query))


def _term(term: Term) -> Condition:
    target = TARGETS[term.target]
    if term.target == "id":
        return _ids(term)
    if term.target == "playlist":
        return _playlists(term)
    if term.target == "region":
        return _regions(term)
    if term.op == "known":
        return or_(*(_known(field) for field in target.columns))
    if term.target in JOINED_ARRAYS:
        return _names(JOINED_ARRAYS[term.target], term.value)
    if term.target == "key":
        return _key(term)
    return or_(*(_on_column(target, field, term) for field in target.columns))


def _known(field: Field) -> Condition:
    column = track.c[field.name]
    if field.kind == "list":
        return func.coalesce(func.cardinality(column), 0) > 0
    return column.is_not(None)


def _ids(term: Term) -> Condition:
    if term.op == "known":
        return true()
    uuids = literal(ids.those_valid(term.value), ARRAY(UUID(as_uuid=False)))
    return track.c.id.in_(select(func.unnest(uuids)))


def _playlists(term: Term) -> Condition:
    """In a fixed playlist; smart ones have been replaced by what they are made of."""
    rows = select(playlist_track.c.track_id)
    if term.op != "known":
        wanted = [text.fold_name(name) for name in term.value]
        rows = rows.join(playlist).where(playlist.c.folded_name.in_(wanted))
    return track.c.id.in_(rows)


class _Polygon(UserDefinedType[str]):
    """A type of Postgres that SQLAlchemy does not know."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "POLYGON"


def _regions(term: Term) -> Condition:
    """On the map, and in one of the regions; whether they are of this map, `maps.store` knows."""
    rows = select(map_point.c.track_id)
    if term.op != "known":
        point = func.point(map_point.c.x, map_point.c.y)
        drawn = (literal(Region.parse(one).polygon, Text) for one in term.value)
        rows = rows.where(or_(*(cast(one, _Polygon()).bool_op("@>")(point) for one in drawn)))
    return track.c.id.in_(rows)


def _names(array: str, names: tuple[str, ...]) -> Condition:
    wanted = [name.lower() for name in names]
    return track.c[array].bool_op("&&")(cast(literal(wanted, ARRAY(Text)), ARRAY(Text)))


def _key(term: Term) -> Condition:
    wanted = [keys.parse(name) for name in ([term.value] if term.op == "near" else term.value)]
    if term.op == "near":
        wanted = list(keys.compatible(wanted[0]))
    names = [spelling for key in wanted for spelling in keys.spellings(key)]
    return track.c.key.in_(names)


def _on_column(target: Target, field: Field, term: Term) -> Condition:
    column = track.c[field.name]
    value = term.value
    if term.op == "is":
        return column.is_(value)
    if term.op == "range":
        return _time(target, column, value) if field.kind == "time" else _between(column, value)
    if term.op == "about":
        return _between(column, values.about(target, value))
    if term.op == "near":
        return _near(field, column, value)
    if term.op == "any":
        if field.kind == "list":
            return column.bool_op("&&")(cast(literal(list(value), ARRAY(Text)), ARRAY(Text)))
        return func.lower(column).in_([name.lower() for name in value])
    if term.op == "equals":
        return column.in_(value)
    if term.op == "regex":
        return column.bool_op("~*")(value)
    folded = func.audiolab_fold(column)
    return or_(*(folded.contains(text.fold(part), autoescape=True) for part in value))


def _between(column: ColumnElement[Any], span: Range) -> Condition:
    """In the column's own precision, so that what is shown as 0.1 is not below 0.1."""
    conditions: list[Condition] = []
    if span.low is not None:
        low = cast(_within(column, span.low), column.type)
        conditions.append(column > low if span.above else column >= low)
    if span.high is not None:
        high = cast(_within(column, span.high), column.type)
        conditions.append(column < high if span.below else column <= high)
    return and_(*conditions)


# Numbers beyond a column's type compare like its largest, instead of failing.
_LARGEST = {"REAL": 3.4e38, "SMALLINT": 32767, "INTEGER": 2**31 - 1, "BIGINT": 2**62}


def _within(column: ColumnElement[Any], bound: Any) -> float:
    largest = _LARGEST.get(str(column.type), math.inf)
    return max(-largest, min(largest, float(bound)))


def _near(field: Field, column: ColumnElement[Any], value: float) -> Condition:
    centres = (value, value / 2, value * 2) if field.name == "tempo_bpm" else (value,)
    margin = NEAR_TEMPO if field.name == "tempo_bpm" else 0.1
    spans = [sorted((c * (1 - margin), c * (1 + margin))) for c in centres]
    return or_(*(_between(column, Range(low, high)) for low, high in spans))


def _time(target: Target, column: ColumnElement[Any], span: Range) -> Condition:
    conditions: list[Condition] = []
    if span.low is not None:
        conditions.append(column >= values.moment(target, str(span.low)))
    if span.high is not None:
        conditions.append(column <= values.moment(target, str(span.high), end=True))
    return and_(*conditions)
