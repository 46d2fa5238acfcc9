"""Tracks as JSON text, made by the database: for programs on the other side of a wire.

A page of fifty takes a fraction of what a DataFrame costs, and says the same: unknown values are
null, times ISO 8601 in UTC.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from audiolab.catalog.fields import BY_NAME, Field

_TIME = "to_char(track.{} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


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
    columns = ", ".join(["track.id", *(_selected(BY_NAME[name]) for name in names)])
    rows = connection.exec_driver_sql(
        "SELECT wanted.id::text, row_to_json(found)::text "  # noqa: S608 (our own names)
        "FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (id, place) "
        f"JOIN LATERAL (SELECT {columns} FROM track WHERE track.id = wanted.id) AS found ON true "
        "ORDER BY wanted.place",
        (list(ids),),
    )
    return {row[0]: row[1] for row in rows}


def _selected(field: Field) -> str:
    name = f'"{field.name}"'
    return f"{_TIME.format(name)} AS {name}" if field.kind == "time" else f"track.{name}"
