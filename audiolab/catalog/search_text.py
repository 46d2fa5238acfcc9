"""The texts that full-text search looks into, in the order of their weight.

Head: title and artist. Meaning: genre, mood, instruments. Body: album, file name, path.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg2.extras import execute_values

from audiolab.catalog.text import search_words

HEAD = ("title", "artist")
MEANING = ("genre_primary", "genre_secondary", "mood_primary", "mood_secondary", "instruments")
SEARCHED = ("search_head", "search_meaning", "search_body")


def search_columns(row: Mapping[str, Any]) -> dict[str, str]:
    """The search texts that the columns of a row decide.

    Parameters
    ----------
    row : mapping
        Column values with ``path``; without ``title`` or ``genre_primary`` the head and the
        meaning are left out.
    """
    texts = {"search_body": search_words([row.get("album"), row["path"]])}
    if "title" in row:
        texts["search_head"] = search_words(row.get(name) for name in HEAD)
    if "genre_primary" in row:
        texts["search_meaning"] = search_words(_flat(row.get(name) for name in MEANING))
    return texts


def refresh(cursor: Any, ids: Sequence[str]) -> None:
    """Compute the search texts of some tracks again from their columns."""
    if not ids:
        return
    columns = ("path", "album", *HEAD, *MEANING)
    cursor.execute(
        f"SELECT id, {', '.join(columns)} FROM track WHERE id = ANY(%s::uuid[])",  # noqa: S608
        (list(ids),),
    )
    rows = []
    for track_id, *values in cursor.fetchall():
        texts = search_columns(dict(zip(columns, values, strict=True)))
        rows.append((track_id, texts["search_head"], texts["search_meaning"], texts["search_body"]))
    execute_values(
        cursor,
        "UPDATE track t SET search_head = v.head, search_meaning = v.meaning, "
        "search_body = v.body FROM (VALUES %s) AS v (id, head, meaning, body) WHERE t.id = v.id",
        rows,
        template="(%s::uuid, %s, %s, %s)",
    )


def _flat(values: Iterable[Any]) -> Iterable[str | None]:
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value
