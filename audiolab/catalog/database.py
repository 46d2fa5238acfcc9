"""Connections: a pool that comes back after the server went away, and errors in our own words."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg2
import psycopg2.errors
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

from audiolab.catalog.address import libpq_options, parse_address, shown_address
from audiolab.catalog.explain import ServerGoneError, database_error
from audiolab.catalog.migrate import check_unchanged
from audiolab.errors import DatabaseError, QueryError, ReadOnlyError

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 10
OLDEST_SERVER = 150_000
RETRY_AFTER_SECONDS = (0.0, 0.2, 0.5, 1.0, 2.0)  # a restart takes a second or two
# An address may override them.
_DEFAULTS: dict[str, Any] = {
    "connect_timeout": CONNECT_TIMEOUT_SECONDS,
    "application_name": "audiolab",
    "client_encoding": "UTF8",
    "keepalives_idle": 30,
}
P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """One Postgres, reached through a pool of connections. Safe to share between threads.

    Parameters
    ----------
    url : str
        ``postgresql://user:password@host:port/name``, with any options of libpq after a ``?``:
        ``host`` for the folder of a Unix socket, ``sslmode`` and ``sslrootcert`` for TLS.
    start : callable, optional
        Starts the server and gives its address: for the embedded one, which may have been
        stopped or killed since the last connection.
    read_only : bool
        Whether `write` is refused; Postgres then refuses changes too, should one get that far.
    """

    def __init__(
        self, url: str, *, start: Callable[[], str] | None = None, read_only: bool = False
    ) -> None:
        parsed = parse_address(url)
        self.read_only = read_only
        self.url = parsed
        self.address = shown_address(parsed)
        self._start = start
        self.engine: Engine = create_engine(
            parsed,
            creator=self._connect,
            pool_size=4,
            max_overflow=12,
            pool_pre_ping=True,
            pool_recycle=1800,
        )
        # Connections of their own, as one that changes between the two costs trips to the server;
        # one that turns out dead is found by its read, which is done again (`retried`). As many
        # stay open as the server has threads for them: to open one costs more than a read.
        self._glancing: Engine = create_engine(
            parsed,
            creator=self._connect,
            isolation_level="AUTOCOMMIT",
            pool_size=8,
            max_overflow=8,
            pool_use_lifo=True,
            pool_recycle=1800,
            pool_reset_on_return=None,
        )
        event.listen(self._glancing, "checkout", _refuse_broken)

    def _connect(self) -> Any:
        try:
            return self._open()
        except DatabaseError:
            if self._start is None:
                raise
        self._start()
        return self._open()

    def _open(self) -> Any:
        try:
            connection = psycopg2.connect(**(_DEFAULTS | libpq_options(self.url)))
        except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
            raise database_error(error, self.address) from error
        if connection.server_version < OLDEST_SERVER:
            found, wanted = connection.server_version // 10_000, OLDEST_SERVER // 10_000
            connection.close()
            raise DatabaseError(
                f"the database {self.address} is on Postgres {found}, and audiolab needs "
                f"{wanted} or newer: upgrade that server, or leave AUDIOLAB_DATABASE_URL out "
                "to use the embedded one"
            )
        if self.read_only:  # False would overrule what the address or the server says
            connection.set_session(readonly=True)
        return connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; what it does is never committed."""
        with translated(self.address), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """A connection for short reads that need not agree with each other.

        Without a transaction, which would take two more trips to the server than they do, and
        without asking first whether the server is there: for what is `retried`.
        """
        with translated(self.address), self._glancing.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed as a whole, or not at all when the block raises.

        Raises
        ------
        ReadOnlyError
            If the catalog may only be read.
        SchemaError
            If another audiolab has upgraded the catalog since it was opened.
        DatabaseError
            If the server went away; an embedded one that does not come back says why, for example
            that the disk is full.
        """
        if self.read_only:
            raise ReadOnlyError(
                "nothing was changed: this catalog is open for reading only (AUDIOLAB_READ_ONLY)"
            )
        try:
            with translated(self.address), self.engine.begin() as connection:
                check_unchanged(connection)
                yield connection
        except ServerGoneError:
            if self._start is not None:
                self._start()
            raise

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
        return translated(self.address)

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()
        self._glancing.dispose()


def _refuse_broken(driver_connection: Any, record: Any, proxy: Any) -> None:
    """Give up a connection that broke under a cursor of the driver, which the pool does not see.

    And the others that were open then: the server closed them all, or the network is gone.
    """
    if driver_connection.closed:
        raise InvalidatePoolError


_UNUSABLE = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    psycopg2.errors.InsufficientPrivilege,
    psycopg2.errors.ReadOnlySqlTransaction,
    psycopg2.errors.UndefinedTable,
)


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Turn what the server or the line to it is to blame for into our errors.

    Raises
    ------
    DatabaseError
        If the server cannot be used; a `ServerGoneError` if it may be back soon.
    QueryError
        If it cannot use a value that was asked for.
    """
    try:
        yield
    except (DBAPIError, psycopg2.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg2.DataError):
            said = " ".join(str(cause).split())
            raise QueryError(f"the database cannot use a value: {said}") from error
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise ServerGoneError(str(database_error(cause or error, address))) from error
        if isinstance(cause, _UNUSABLE):
            raise database_error(cause, address) from error
        raise


def retried(read: Callable[P, R]) -> Callable[P, R]:
    """Run a read again when the server went away under it: restarted, or a lost network.

    Its arguments must bear being used twice.
    """

    @wraps(read)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for delay in RETRY_AFTER_SECONDS:
            try:
                return read(*args, **kwargs)
            except ServerGoneError as error:
                log.warning("reading again: %s", error)
                time.sleep(delay)
        return read(*args, **kwargs)

    return again
