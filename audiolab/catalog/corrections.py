"""Corrections: what a person knows better than the analysis, kept beside it and above it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg2.extras import Json

from audiolab.catalog import search_text
from audiolab.catalog.fields import BY_NAME, Field
from audiolab.errors import CatalogError


def _correctable(name: str) -> Field:
    field = BY_NAME.get(name)
    if field is None or not (field.analysed or field.group == "tags"):
        allowed = ", ".join(f.name for f in BY_NAME.values() if f.analysed)
        raise CatalogError(f"{name!r} cannot be corrected: expected one of {allowed}")
    return field


def _from_json(field: Field, source: str) -> str:
    """SQL that turns a JSON value into the column's type."""
    if field.kind == "json":
        return source
    if field.kind in ("list", "vector"):
        items = f"jsonb_array_elements_text({source})"
        return f"(SELECT array_agg(item::{field.sql_type[:-2]}) FROM {items} AS item)"
    return f"({source} #>> '{{}}')::{field.sql_type}"


def correct(cursor: Any, track_id: str, values: Mapping[str, Any]) -> None:
    """Put a person's values above the analysed ones.

    Raises
    ------
    CatalogError
        For a column that cannot be corrected.
    """
    for name, value in values.items():
        field = _correctable(name)
        cursor.execute(
            f"INSERT INTO correction (track_id, field, value, analysed) "  # noqa: S608
            f"SELECT id, %s, %s, to_jsonb({field.name}) FROM track WHERE id = %s "
            "ON CONFLICT (track_id, field) DO UPDATE SET value = excluded.value, "
            "corrected_at = now()",
            (name, Json(value), track_id),
        )
        _apply(cursor, field, [track_id], "value")
    search_text.refresh(cursor, [track_id])


def uncorrect(cursor: Any, track_id: str, names: Iterable[str]) -> None:
    """Give the analysed values back."""
    for name in names:
        field = _correctable(name)
        _apply(cursor, field, [track_id], "analysed")
        cursor.execute(
            "DELETE FROM correction WHERE track_id = %s AND field = %s", (track_id, name)
        )
    search_text.refresh(cursor, [track_id])


def reapply(cursor: Any, ids: Sequence[str], written: set[str]) -> None:
    """After an analysis wrote columns: keep its values aside and the corrections in place."""
    cursor.execute(
        "SELECT field, array_agg(track_id::text) FROM correction "
        "WHERE track_id = ANY(%s::uuid[]) GROUP BY field",
        (list(ids),),
    )
    corrected = {name: tracks for name, tracks in cursor.fetchall() if name in written}
    for name in corrected:
        field = BY_NAME[name]
        cursor.execute(
            f"UPDATE correction c SET analysed = to_jsonb(t.{field.name}) FROM track t "  # noqa: S608
            "WHERE t.id = c.track_id AND c.field = %s AND t.id = ANY(%s::uuid[])",
            (name, list(ids)),
        )
        _apply(cursor, field, ids, "value")
    search_text.refresh(cursor, sorted({i for tracks in corrected.values() for i in tracks}))


def _apply(cursor: Any, field: Field, ids: Sequence[str], source: str) -> None:
    cursor.execute(
        f"UPDATE track t SET {field.name} = {_from_json(field, f'c.{source}')}, "  # noqa: S608
        "updated_at = now() FROM correction c WHERE c.track_id = t.id AND c.field = %s "
        "AND t.id = ANY(%s::uuid[])",
        (field.name, list(ids)),
    )
