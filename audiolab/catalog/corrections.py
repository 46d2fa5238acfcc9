"""Corrections: what a person knows better than the analysis, kept beside it and above it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg2.extras import Json

from audiolab import keys
from audiolab.catalog import disputes, search_text
from audiolab.catalog.fields import BY_NAME, Field, Kind
from audiolab.catalog.records import clean_values, key_codes
from audiolab.errors import CatalogError


def _correctable(name: str) -> Field:
    field = BY_NAME.get(name)
    if field is None or not (field.analysed or field.group == "tags"):
        allowed = ", ".join(f.name for f in BY_NAME.values() if f.analysed)
        raise CatalogError(f"{name!r} cannot be corrected: expected one of {allowed}")
    return field


_PYTHON: dict[Kind, tuple[type, ...]] = {
    "number": (int, float), "integer": (int,), "bool": (bool,), "text": (str,),
    "category": (str,), "list": (list,), "vector": (list,), "json": (dict, list),
}  # fmt: skip


def _checked(field: Field, value: Any) -> Any:
    """A person's value as it is stored; None says "this is unknown"."""
    value = clean_values({field.name: value})[field.name]
    expected = _PYTHON.get(field.kind, ())
    wrong = not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected)
    if value is not None and wrong:
        raise CatalogError(f"{field.name}: expected a {field.kind}, got {value!r}")
    if value is not None and field.limits and not field.limits[0] <= value <= field.limits[1]:
        low, high = field.limits
        raise CatalogError(f"{field.name}: expected {low:g} to {high:g} {field.unit}, got {value}")
    if field.name == "key" and value is not None:
        try:
            return keys.name(*keys.parse(value))
        except ValueError as error:
            raise CatalogError(str(error)) from None
    return value


def _from_json(field: Field, source: str) -> str:
    """SQL that turns a JSON value into the column's type; the names are our own."""
    if field.kind == "json":
        return source
    if field.kind in ("list", "vector"):
        items = f"jsonb_array_elements_text({source})"
        return f"(SELECT array_agg(item::{field.sql_type[:-2]}) FROM {items} AS item)"  # noqa: S608
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
        stored = _checked(field, value)
        cursor.execute(
            f"INSERT INTO correction (track_id, field, value, analysed) "  # noqa: S608
            f"SELECT id, %s, %s, to_jsonb({field.name}) FROM track WHERE id = %s "
            "ON CONFLICT (track_id, field) DO UPDATE SET value = excluded.value, "
            "corrected_at = now()",
            (name, Json(stored), track_id),
        )
        _apply(cursor, field, [track_id], "value")
    _refresh(cursor, track_id)


def uncorrect(cursor: Any, track_id: str, names: Iterable[str]) -> None:
    """Give the analysed values back."""
    for name in names:
        field = _correctable(name)
        _apply(cursor, field, [track_id], "analysed")
        cursor.execute(
            "DELETE FROM correction WHERE track_id = %s AND field = %s", (track_id, name)
        )
    _refresh(cursor, track_id)


def _refresh(cursor: Any, track_id: str) -> None:
    """What follows from the columns of a track."""
    search_text.refresh(cursor, [track_id])
    disputes.refresh(cursor, [track_id])


def reapply(cursor: Any, ids: Sequence[str], written: set[str]) -> None:
    """After an analysis wrote columns: keep its values aside and the corrections in place."""
    if not ids:
        return
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


def analysed(cursor: Any, track_id: str) -> dict[str, Any]:
    """What the analysis said of the corrected columns of a track."""
    cursor.execute("SELECT field, analysed FROM correction WHERE track_id = %s", (track_id,))
    return dict(cursor.fetchall())


def _apply(cursor: Any, field: Field, ids: Sequence[str], source: str) -> None:
    """Copy a correction's value, or the analysed one, into the tracks' rows."""
    cursor.execute(
        f"UPDATE track t SET {field.name} = {_from_json(field, f'c.{source}')}, "  # noqa: S608
        "updated_at = now() FROM correction c WHERE c.track_id = t.id AND c.field = %s "
        "AND t.id = ANY(%s::uuid[])",
        (field.name, list(ids)),
    )
    if field.name == "key":
        _write_key_codes(cursor, ids)


def _write_key_codes(cursor: Any, ids: Sequence[str]) -> None:
    """The Camelot and Open Key codes follow the key."""
    cursor.execute("SELECT id, key FROM track WHERE id = ANY(%s::uuid[])", (list(ids),))
    for track_id, name in cursor.fetchall():
        codes = key_codes(name)
        cursor.execute(
            "UPDATE track SET key_camelot = %s, key_open = %s WHERE id = %s",
            (codes.get("key_camelot"), codes.get("key_open"), track_id),
        )
