"""Tracks as JSON text, made by the database: for programs on the other side of a wire.

A page of fifty takes a fraction of what a DataFrame costs, and says the same: unknown values are
null, times ISO 8601 in UTC. What comes round the conditions of a filter is plain SQL: built anew
for each page, it would cost more than the page.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, TextClause, select, text

from audiolab.catalog import read
from audiolab.catalog.few import first_of_few
from audiolab.catalog.fields import BY_NAME, Field
from audiolab.catalog.filters import Filter
from audiolab.catalog.ranking import Ordering
from audiolab.catalog.schema import track
from audiolab.catalog.sort import Order

_TIME = "to_char(track.{} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

_GIVEN = """
SELECT track.id::text, {document}
FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS given (id, place)
JOIN track ON track.id = given.id
ORDER BY given.place
"""
_WALKED = """
SELECT track.id::text, {document}
FROM (SELECT id, row_number() OVER () AS place FROM walked) AS shown
JOIN track ON track.id = shown.id
ORDER BY shown.place
"""


def documents(connection: Connection, ids: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Each track as the text of a JSON object that begins with its id.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    ids : sequence of str
        Which tracks; of those that do not exist nothing comes.
    names : sequence of str
        Columns, as `read.wanted` gives them.

    Returns
    -------
    dict of str to str
        Text by id, in the order of `ids`.
    """
    rows = connection.execute(_query(_GIVEN, tuple(names)), {"ids": list(ids)})
    return {row[0]: row[1] for row in rows.all()}


def page(
    connection: Connection,
    where: Filter,
    order: Ordering,
    names: Sequence[str],
    *,
    limit: int,
    after: str | None = None,
    number: int = 1,
    cap: int,
) -> tuple[dict[str, str], int]:
    """The first tracks of an order, those after one or a later page; how many match in all.

    Few matches are found once, and then counted and sorted. Of many, the first are found by
    walking an index, and counting ends early.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    where : Filter
    order : Ordering
    names : sequence of str
        Columns, as `read.wanted` gives them.
    limit : int
        How many tracks at most.
    after : str, optional
        Id of a track.
    number : int
        Which page from there, of `limit` tracks each. After a track, only the first.
    cap : int
        More than this many count as one more, unless all tracks match: those are known. 0 where
        nobody asks: the number means nothing then.

    Returns
    -------
    tuple of (dict of str to str, int)
        Text by id, in order; the number.
    """
    mark = read.mark(connection, order, after)
    total = 0
    if where and isinstance(order, Order):  # ranks are costly to tell for each match
        found, matches = first_of_few(
            connection,
            read.matching(where),
            order,
            counted=cap,
            limit=limit,
            skipped=(number - 1) * limit,
            mark=mark,
            document=_document(tuple(names)),
        )
        total = min(matches, cap + 1)
        if found is not None:
            return found, total
    elif cap:
        total = read.count(connection, where, cap if where else None)
    if number > 1:
        ids = read.walk_to_page(connection, where, order, number=number, size=limit)
        return documents(connection, ids, names), total
    found = {}
    for stretch in order.walk(mark):
        rows = select(track.c.id).where(read.matching(where), stretch.condition)
        walked = rows.order_by(*stretch.order_by).limit(limit - len(found)).cte("walked")
        statement = _query(_WALKED, tuple(names)).columns().add_cte(walked)
        found |= {row[0]: row[1] for row in connection.execute(statement).all()}
        if len(found) == limit:
            break
    return found, total


@lru_cache(maxsize=256)
def _query(template: str, names: tuple[str, ...]) -> TextClause:
    return text(template.format(document=_document(names)))


@lru_cache(maxsize=64)
def _document(names: tuple[str, ...]) -> str:
    """SQL for a track as JSON."""
    columns = ", ".join(["track.id", *(_selected(BY_NAME[name]) for name in names)])
    return f"(SELECT row_to_json(found)::text FROM (SELECT {columns}) AS found)"  # noqa: S608


def _selected(field: Field) -> str:
    name = f'"{field.name}"'
    time = _TIME.format(name).replace(":", "\\:")  # no parameters
    return f"{time} AS {name}" if field.kind == "time" else f"track.{name}"
