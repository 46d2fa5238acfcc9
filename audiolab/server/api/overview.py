"""What is in the library as a whole: values and how often, totals, copies, whether all is well."""

from collections.abc import Sequence

from audiolab import __version__
from audiolab.catalog import Catalog
from audiolab.catalog.tables import plain, records
from audiolab.server.declare import Asked, Reply


def facets(catalog: Catalog, asked: Asked) -> Reply:
    """Values of a field with their numbers of tracks."""
    query = asked.query
    counts = catalog.facets(query.field, query.q)
    items = [
        {"value": plain(value), "tracks": int(tracks)}
        for value, tracks in counts.head(query.limit).items()
    ]
    page = _page(items, len(counts))
    return Reply({"field": query.field, "approximate": counts.attrs["approximate"], **page})


def stats(catalog: Catalog, asked: Asked) -> Reply:
    """Totals and averages."""
    return Reply(plain(catalog.stats(asked.query.q)))


def duplicates(catalog: Catalog, asked: Asked) -> Reply:
    """Pairs of copies, the surest first."""
    pairs = catalog.duplicates(asked.query.q)
    return Reply(_page(list(records(pairs.head(asked.query.limit))), len(pairs)))


def health(catalog: Catalog, asked: Asked) -> Reply:
    """Whether the catalog answers."""
    document = {
        "status": "ok",
        "version": __version__,
        "tracks": catalog.count(),
        "read_only": catalog.read_only,
    }
    return Reply(document, cache="no-store")


def _page(items: Sequence[object], total: int) -> dict[str, object]:
    return {"items": items, "total": total, "total_capped": False, "next": None}
