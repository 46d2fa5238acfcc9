"""The first of few matching tracks: all of them are found, counted and sorted.

Where few match, walking an index in the wanted order would pass nearly all that do not.
"""

from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, TextClause, or_, select, text, true

from audiolab.catalog.filter_sql import Condition
from audiolab.catalog.schema import track
from audiolab.catalog.sort import Mark, Order

FEW = 2_000

_QUERY = """
SELECT counted.total, track.id::text, {document}
FROM (SELECT count(*) AS total FROM hits) AS counted
LEFT JOIN (
    SELECT id, row_number() OVER (ORDER BY {direction}) AS place
    FROM hits
    WHERE ahead AND (SELECT count(*) FROM hits) <= :few
    ORDER BY place
    LIMIT :limit OFFSET :skipped
) AS shown ON true
LEFT JOIN track ON track.id = shown.id
ORDER BY shown.place
"""


def first_of_few(
    connection: Connection,
    condition: Condition,
    order: Order,
    *,
    limit: int,
    counted: int = 0,
    skipped: int = 0,
    mark: Mark | None = None,
    backwards: bool = False,
    document: str = "NULL",
) -> tuple[dict[str, str] | None, int]:
    """The first tracks of an order, unless too many match.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    condition : Condition
        Which tracks match.
    order : Order
    limit : int
        How many of them at most.
    counted : int
        At least so many are few.
    skipped : int
        How many before these are left out.
    mark : tuple of (place, id), optional
        Only what comes after that track.
    backwards : bool
        From the last track to the first, or those before the mark, the nearest first.
    document : str
        SQL for a text that comes with each.

    Returns
    -------
    tuple of (dict of str to str or None, int)
        Text by id, in order, None where too many match; how many do, as far as that was counted.
    """
    few = max(FEW, counted)
    ahead: ColumnElement[bool] = true()
    if mark is not None:
        stretches = order.walk(mark, backwards=backwards)
        ahead = or_(*(stretch.condition for stretch in stretches))
    found = select(track.c.id, order.expression.label("value"), ahead.label("ahead"))
    hits = found.where(condition).limit(few + 1).cte("hits")
    statement = _query(document, order.direction(backwards=backwards)).columns().add_cte(hits)
    asked = {"few": few, "limit": limit, "skipped": skipped}
    rows = connection.execute(statement, asked).all()
    matches = rows[0][0]
    if matches > few:
        return None, matches
    return {row[1]: row[2] for row in rows if row[1] is not None}, matches


@lru_cache(maxsize=256)
def _query(document: str, direction: str) -> TextClause:
    return text(_QUERY.format(document=document, direction=direction))
