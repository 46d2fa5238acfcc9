"""How many rows each table of a catalog has: what backups, moves and upgrades are checked by."""

from collections.abc import Mapping

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from audiolab.errors import DatabaseError


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows by table, as ``schema.table``; extensions' own tables are left out.

    Parameters
    ----------
    connection : psycopg2 connection
        What it sees is counted, so one in a transaction of its own counts one moment.
    """
    cursor = connection.cursor()
    cursor.execute(
        """
        SELECT n.nspname, c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't'
          AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1, 2
        """
    )
    counts = {}
    for schema, table in cursor.fetchall():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        cursor.execute(query)
        row = cursor.fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def check_same(expected: Mapping[str, int], found: Mapping[str, int], where: str) -> None:
    """Make sure that nothing was lost on the way.

    Raises
    ------
    DatabaseError
        Naming the first table that differs.
    """
    for table in sorted({*expected, *found}):
        if expected.get(table, 0) != found.get(table, 0):
            raise DatabaseError(
                f"{where} is incomplete: {table} should have {expected.get(table, 0)} rows and "
                f"has {found.get(table, 0)}: try again"
            )
