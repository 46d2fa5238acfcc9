"""Running a dump in a database: all of it, counted, or nothing."""

import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing

from audiolab.catalog.client_tools import running
from audiolab.catalog.dump_source import DERIVED_TABLE, connect, is_ours
from audiolab.catalog.dump_stream import DumpCounter
from audiolab.catalog.row_counts import check_same, row_counts
from audiolab.errors import CatalogError

LOCK_SECONDS = 30  # for other programs to let go of the tables that are replaced
EVERY_ROWS = 1000

DROP_FUNCTIONS = r"""
DO $$ DECLARE it regprocedure; BEGIN
    FOR it IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'audiolab\_%'
    LOOP EXECUTE 'DROP FUNCTION ' || it; END LOOP;
END $$;
"""

Progress = Callable[[float, str], None]
"""Called with the share that is done, in [0, 1], and what is being done."""


def check_room(url: str, replace: bool) -> None:
    """Make sure that no tracks are overwritten by accident.

    Raises
    ------
    CatalogError
        If there are some and `replace` is not given.
    """
    with closing(connect(url)) as connection:
        tracks = row_counts(connection).get("public.track", 0)
    if tracks and not replace:
        raise CatalogError(
            f"this database has a catalog of {tracks} tracks already: "
            "back it up and say --replace, or use an empty database"
        )


def pour(url: str, lines: Iterable[bytes], expected: dict[str, int], progress: Progress) -> None:
    """Run a dump in the database `url`, in one transaction that ends with counting.

    Parameters
    ----------
    url : str
        The database. A catalog that it has is replaced.
    lines : iterable of bytes
        The dump, as SQL.
    expected : dict of str to int
        Rows by table that must have arrived in the end.
    progress : callable
        Told how far it is.

    Raises
    ------
    DatabaseError
        If anything is refused or missing. The database is as before then.
    """
    counter = DumpCounter()
    total = max(1, sum(expected.values()))
    arguments = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    with running("psql", [*arguments, "--file=-"], url=url, stdin=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        writer.stdin.write(_clearing(url).encode())
        for line in counter.through(lines):
            writer.stdin.write(line)
            if counter.total % EVERY_ROWS == 0:
                progress(0.95 * counter.total / total, "restoring")
        check_same(expected, counter.rows, "the copy")
        progress(0.95, "verifying")
        writer.stdin.write(_counting(expected).encode())
        writer.stdin.flush()


def _clearing(url: str) -> str:
    """SQL that removes an old catalog, if others let go of it."""
    with closing(connect(url)) as connection:
        tables = [
            table
            for table in row_counts(connection)
            if is_ours(table) or DERIVED_TABLE.fullmatch(table)
        ]
    return "\n".join(
        [
            f"SET lock_timeout = '{LOCK_SECONDS}s';",
            "SET client_min_messages = warning;",
            *(f"DROP TABLE {table} CASCADE;" for table in tables),
            DROP_FUNCTIONS,
        ]
    )


def _counting(expected: dict[str, int]) -> str:
    """SQL that undoes everything if a table has not the rows it should have."""
    checks = "\n".join(
        f"IF (SELECT count(*) FROM {table}) <> {count} THEN "  # noqa: S608 (our own tables)
        f"RAISE EXCEPTION '{table} has not got its {count} rows'; END IF;"
        for table, count in expected.items()
    )
    return f"DO $$ BEGIN\n{checks}\nEND $$;\n"


def analyze(url: str) -> None:
    """Give the planner its statistics, which a dump does not carry."""
    with closing(connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute("ANALYZE")
