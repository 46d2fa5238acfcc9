"""Connections: a pool that comes back after the server went away, and errors in our own words."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg2
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, InterfaceError, OperationalError

from audiolab.errors import DatabaseError, QueryError

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 10
OLDEST_SERVER = 150_000
P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """One Postgres, reached through a pool of connections. Safe to share between threads.

    Parameters
    ----------
    url : str
        ``postgresql://user:password@host:port/name``.
    start : callable, optional
        Starts the server and gives its address: for the embedded one, which may have been
        stopped or killed since the last connection.
    """

    def __init__(self, url: str, *, start: Callable[[], str] | None = None) -> None:
        try:
            parsed = make_url(url).set(drivername="postgresql+psycopg2")
        except ArgumentError:
            raise DatabaseError(
                "the database address is not like postgresql://user:password@host:5432/name"
            ) from None
        self.url = parsed
        self._start = start
        self.engine: Engine = create_engine(
            parsed,
            creator=self._connect,
            pool_size=4,
            max_overflow=12,
            pool_pre_ping=True,
            pool_recycle=1800,
        )

    def _connect(self) -> Any:
        try:
            return self._open()
        except psycopg2.OperationalError as error:
            if self._start is None:
                raise DatabaseError(explain(error, self.url.render_as_string())) from error
        self._start()
        try:
            return self._open()
        except psycopg2.OperationalError as error:
            raise DatabaseError(explain(error, self.url.render_as_string())) from error

    def _open(self) -> Any:
        dsn = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg2.connect(
            dsn,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            application_name="audiolab",
            keepalives_idle=30,
        )
        if connection.server_version < OLDEST_SERVER:
            found = connection.server_version // 10_000
            connection.close()
            raise DatabaseError(
                f"the server is Postgres {found}: audiolab needs Postgres 15 or newer"
            )
        return connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; what it does is never committed."""
        with translated(self.url.render_as_string()), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed as a whole, or not at all when the block raises."""
        with translated(self.url.render_as_string()), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def cursor(self, *, write: bool = False) -> Iterator[Any]:
        """A cursor of the driver, for COPY and statements that are not built; a transaction."""
        with self.write() if write else self.read() as connection:
            cursor = connection.connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    def guarded(self) -> AbstractContextManager[None]:
        """Turn the driver's errors inside the block into `DatabaseError`."""
        return translated(self.url.render_as_string())

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Turn the driver's "server is gone" into a `DatabaseError` that says what to do."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise DatabaseError(explain(error.orig or error, address)) from error
    except DataError as error:
        raise QueryError(_refused(error.orig or error)) from error
    except psycopg2.DataError as error:
        raise QueryError(_refused(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseError(explain(error.orig or error, address)) from error
        raise
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise DatabaseError(explain(error, address)) from error


def _refused(error: BaseException) -> str:
    """What the database says of a value that it cannot use, such as its own regular expressions."""
    return f"the database cannot use a value: {' '.join(str(error).split())}"


def explain(error: BaseException, address: str) -> str:
    """One line: which database, what it said, what to do."""
    said = " ".join(str(error).split()) or type(error).__name__
    if "password authentication failed" in said or "no password supplied" in said:
        advice = "check the user and password in AUDIOLAB_DATABASE_URL"
    elif "does not exist" in said and "database" in said:
        advice = "create it (createdb), or correct the name in AUDIOLAB_DATABASE_URL"
    elif "No space left" in said or "could not extend" in said:
        advice = "free some disk space and try again"
    else:
        advice = "check that the server runs (audiolab db status), then try again"
    return f"the database {address} cannot be used: {said}: {advice}"


def retried(read: Callable[P, R]) -> Callable[P, R]:
    """Run a read once more when the server went away under it (restart, lost network)."""

    @wraps(read)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        except DatabaseError as error:
            log.warning("reading again: %s", error)
            return read(*args, **kwargs)

    return again
