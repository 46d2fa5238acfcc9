"""What the sides of the catalog share: the database, and how arguments are read."""

from sqlalchemy import Connection

from audiolab.catalog.database import Database
from audiolab.catalog.filters import Filter, Where
from audiolab.catalog.spelling import spelled
from audiolab.errors import QueryError


class CatalogBase:
    """Holds the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def _where(connection: Connection, where: Where) -> Filter:
        """The filter that is meant, misspelt words corrected."""
        return spelled(connection, Filter.of(where))


def positive(name: str, value: int | None) -> int | None:
    """The argument, refused with a `QueryError` unless it is a whole number from 1, or None."""
    if value is not None and (not isinstance(value, int) or value < 1):
        raise QueryError(f"{name}: expected a whole number from 1, got {value!r}")
    return value
