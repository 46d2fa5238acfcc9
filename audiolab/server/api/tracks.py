"""Tracks: pages of them, one, what is like it, searching, taking one out."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from audiolab.catalog import Catalog
from audiolab.catalog.fields import BY_NAME, COLUMNS
from audiolab.catalog.tables import plain, records
from audiolab.described import sounding_like, split
from audiolab.errors import ModelError, QueryError, TrackNotFoundError
from audiolab.server.declare import Asked, Reply

# Left out of lists unless asked for: long, and of use to few.
LONG = ("vector", "json")
SHOWN = tuple(name for name in COLUMNS if BY_NAME[name].kind not in LONG)
COUNTED_TO = 1_000
HIDDEN = ("root",)  # where the music is on this machine


def page(catalog: Catalog, asked: Asked) -> Reply:
    """A page of the tracks that match."""
    query = asked.query
    found, counted = catalog.document_page(
        query.q,
        None if query.sort == "relevance" else query.sort,
        query.limit + 1,  # one more tells whether there is another page
        None if query.after is None else str(query.after),
        query.fields or SHOWN,
        cap=COUNTED_TO,
    )
    shown = list(found)[: query.limit]
    total, capped = _total(query.q, counted)
    following = shown[-1] if len(found) > query.limit else None
    return _page((found[track_id] for track_id in shown), total, capped=capped, following=following)


def one(catalog: Catalog, asked: Asked) -> Reply:
    """Everything about a track."""
    track_id = asked.place["track"]
    values = catalog.track(track_id)
    if values["state"] == "excluded":
        raise TrackNotFoundError(f"there is no track {track_id}: it was taken out of the catalog")
    known = {str(name): plain(value) for name, value in values.items() if name not in HIDDEN}
    return Reply({"id": track_id, **known})


def delete(catalog: Catalog, asked: Asked) -> Reply:
    """Take a track out; its file stays."""
    track_id = asked.place["track"]
    if not catalog.delete(track_id):
        raise TrackNotFoundError(f"there is no track {track_id}")
    return Reply(status=204)


def similar(catalog: Catalog, asked: Asked) -> Reply:
    """Neighbours of a track."""
    query = asked.query
    found = catalog.similar(
        asked.place["track"], query.limit, query.q, explain=query.explain, columns=()
    )
    return _alike(catalog, found, query.fields)


def search(catalog: Catalog, asked: Asked) -> Reply:
    """What the search box of the page finds."""
    query = asked.query
    filters, description = split(query.q)
    if not description:
        found, counted = catalog.document_page(
            filters, None, query.limit, columns=query.fields or SHOWN, cap=COUNTED_TO
        )
        total, capped = _total(filters, counted)
        return _page(found.values(), total, capped=capped)
    try:
        alike = sounding_like(catalog, description, query.limit, filters, asked.settings)
    except ModelError as error:
        raise QueryError(str(error), query=query.q) from error
    return _alike(catalog, alike, query.fields)


def _total(query: str, counted: int) -> tuple[int, bool]:
    """How many match as far as that was counted, and whether there are more."""
    if not query.strip():
        return counted, False  # the database knows
    return min(counted, COUNTED_TO), counted > COUNTED_TO


def _page(
    documents: Iterable[str], total: int, *, capped: bool = False, following: str | None = None
) -> Reply:
    """A page whose items are JSON already."""
    rest = json.dumps({"total": total, "total_capped": capped, "next": following})
    return Reply(f'{{"items": [{",".join(documents)}], {rest[1:]}')


def _alike(catalog: Catalog, found: pd.DataFrame, fields: list[str] | None) -> Reply:
    """The usual columns of tracks, and how alike they are."""
    likeness = found[[name for name in found if str(name).startswith(("similarity", "like_"))]]
    documents = catalog.documents_of(found.index, fields or SHOWN)
    merged = [
        _with(documents[track_id], values)
        for track_id, values in zip(found.index, records(likeness), strict=True)
        if track_id in documents  # or it was forgotten a moment ago
    ]
    return _page(merged, len(merged))


def _with(document: str, values: Mapping[str, Any]) -> str:
    return f"{document[:-1]},{json.dumps(dict(values))[1:]}"
