"""Statements that a connection plans once, for what is asked again and again.

To plan a search takes a quarter of its time. The plan is made for any values: only for statements
of which the best one does not depend on them, and of which there are few.
"""

import hashlib
from contextlib import closing
from typing import Any

from sqlalchemy import Connection

_ANY_VALUES = "SET LOCAL plan_cache_mode = force_generic_plan; "
_PREPARED = "audiolab_prepared"  # in `Connection.info`, which lives as long as the session


def fetch_all(
    connection: Connection, statement: str, parameters: dict[str, Any], settings: str = ""
) -> list[Any]:
    """The rows of a statement.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    statement : str
        SQL with ``%(name)s`` placeholders, whose types are told by where they are.
    parameters : dict of str to Any
        All values that it has, by name, in any order; arrays as Postgres writes them ("{1,2}").
    settings : str
        Statements to run before it, in the same transaction.
    """
    places = {name: f"${place}" for place, name in enumerate(sorted(parameters), 1)}
    text = statement % places
    name = "audiolab_" + hashlib.sha256(text.encode()).hexdigest()[:16]
    known: set[str] = connection.info.setdefault(_PREPARED, set())
    values = ", ".join(f"%({parameter})s" for parameter in places)
    with closing(connection.connection.cursor()) as cursor:
        if name not in known:
            cursor.execute(f"PREPARE {name} AS {text}")
            known.add(name)
        cursor.execute(f"{settings}{_ANY_VALUES}EXECUTE {name} ({values})", parameters)
        return list(cursor.fetchall())
