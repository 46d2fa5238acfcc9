"""What the sides of the catalog share: the database, and how arguments are read."""

from sqlalchemy import Connection

from audiolab.catalog import playlists
from audiolab.catalog.database import Database
from audiolab.catalog.filters import Filter, Where
from audiolab.catalog.maps.store import check_regions
from audiolab.catalog.ranking import Ordering, ordered
from audiolab.catalog.spelling import spelled
from audiolab.errors import QueryError


class CatalogBase:
    """Holds the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def read_only(self) -> bool:
        """Whether whatever would change something raises `ReadOnlyError`."""
        return self._database.read_only

    @staticmethod
    def _where(connection: Connection, where: Where) -> Filter:
        """The filter that is meant: smart playlists looked up, misspelt words corrected.

        Raises
        ------
        QueryError
            Also for a region of another map than the catalog has.
        """
        meant = spelled(connection, playlists.resolved(connection, Filter.of(where)))
        check_regions(connection, meant)
        return meant

    def _meant(
        self, connection: Connection, where: Where, sort: str | None
    ) -> tuple[Filter, Ordering]:
        """The filter and the order that are meant."""
        asked = Filter.of(where)
        meant = self._where(connection, asked)
        own = playlists.own_order(connection, asked) if sort is None else None
        return meant, own or ordered(sort, meant)


def positive(name: str, value: int | None) -> int | None:
    """The argument, refused with a `QueryError` unless it is a whole number from 1, or None."""
    if value is not None and (not isinstance(value, int) or value < 1):
        raise QueryError(f"{name}: expected a whole number from 1, got {value!r}")
    return value
