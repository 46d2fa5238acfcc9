"""A database's address: as the user wrote it, as libpq takes it, as it may be shown."""

from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from audiolab.errors import DatabaseError

SHOWN_OPTIONS = ("host", "port", "sslmode")


def parse_address(url: str) -> URL:
    """The parts of ``postgresql://user:password@host:port/name?option=value``.

    Raises
    ------
    DatabaseError
        If it is no such address.
    """
    try:
        return make_url(url).set(drivername="postgresql+psycopg2")
    except (ArgumentError, ValueError):
        raise DatabaseError(
            "the database address is not like postgresql://user:password@host:5432/name"
        ) from None


def libpq_options(url: URL) -> dict[str, Any]:
    """What libpq is told, one by one: in an address, signs would have to be quoted its own way."""
    given = {
        name: ",".join(value) if isinstance(value, tuple) else value
        for name, value in url.query.items()
    }
    return url.translate_connect_args(username="user", database="dbname") | given


def shown_address(url: URL) -> str:
    """An address without anything secret, nor SQLAlchemy's name for the driver."""
    query = {name: value for name, value in url.query.items() if name in SHOWN_OPTIONS}
    plain = url.set(drivername="postgresql", query=query)._replace(password=None)
    return plain.render_as_string()
