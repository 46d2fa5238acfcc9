"""Reading tracks: selections, pages, counts, single rows. Builds queries; the facade runs them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
from sqlalchemy import ARRAY, UUID, Connection, Select, bindparam, cast, exists, func, select, true

from audiolab.catalog.few import first_of_few
from audiolab.catalog.fields import ALIASES, BY_NAME, COLUMNS, TARGETS, Field, nearest_name
from audiolab.catalog.filter_sql import Condition, compile_statement, condition_of
from audiolab.catalog.filters import Filter
from audiolab.catalog.frames import kinds_of, read_frame, selected
from audiolab.catalog.ranking import Ordering
from audiolab.catalog.schema import (
    VISIBLE_STATES,
    correction,
    facet_count,
    root,
    stage_status,
    track,
)
from audiolab.catalog.sort import Mark, Order
from audiolab.errors import QueryError, TrackNotFoundError

visible = track.c.state.in_(VISIBLE_STATES)


def wanted(columns: Sequence[str] | None) -> tuple[str, ...]:
    """Column names, checked; all of them for None.

    Raises
    ------
    QueryError
        For a name that is not a column.
    """
    if columns is None:
        return COLUMNS
    if isinstance(columns, str):
        raise QueryError(f"columns: expected a list of names, got the text {columns!r}")
    names = []
    for column in columns:
        name = column if column in BY_NAME else ALIASES.get(column, "")
        if name not in BY_NAME:
            guess = nearest_name(str(column))
            hint = f": did you mean {guess}?" if guess else ""
            raise QueryError(f"there is no column {column!r}{hint}", query=str(column))
        names.append(name)
    return tuple(dict.fromkeys(names))


def select_columns(columns: Sequence[str]) -> Select[Any]:
    """The query for some columns of tracks, their id first."""
    fields: list[Field] = [BY_NAME[name] for name in columns]
    return select(track.c.id, *(selected(field, track.c[field.name]) for field in fields))


def matching(where: Filter) -> Condition:
    """The tracks that `where` takes, among those that lists show if it names no state."""
    condition = condition_of(where.node)
    return condition if names_states(where) else visible & condition


def matching_sql(where: Filter) -> tuple[str, dict[str, Any]]:
    """The same as text and its parameters; made anew only where it depends on the time of day."""
    targets = (TARGETS.get(term.target) for term in where.terms())
    if any(target is not None and target.kind == "time" for target in targets):
        return compile_statement(matching(where))
    return _remembered_sql(where)


@lru_cache(maxsize=64)
def _remembered_sql(where: Filter) -> tuple[str, dict[str, Any]]:
    return compile_statement(matching(where))


def names_states(where: Filter) -> bool:
    """Whether a filter asks for failed, missing or excluded tracks by its own words."""
    return any(term.target == "state" for term in where.terms())


def tracks(
    connection: Connection,
    where: Filter,
    order: Ordering,
    *,
    limit: int | None = None,
    after: str | None = None,
    before: str | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Tracks in order; with a limit those next to `after` or `before`, or the first."""
    names = wanted(columns)
    if limit is None and after is None and before is None:
        statement = select_columns(names).where(matching(where)).order_by(*order.clauses())
        return read_frame(connection, statement, {"id": "text", **kinds_of(names)})
    ids = in_order(connection, where, order, limit=limit, after=after, before=before)
    return by_ids(connection, ids, names)


def in_order(
    connection: Connection,
    where: Filter,
    order: Ordering,
    *,
    limit: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> list[str]:
    """Ids of tracks in order; with a limit those next to `after` or `before`, or the first."""
    here, backwards = mark(connection, order, after or before), before is not None
    if limit is not None and where and isinstance(order, Order):
        few, _ = first_of_few(
            connection, matching(where), order, limit=limit, mark=here, backwards=backwards
        )
        if few is not None:
            return list(few)[::-1] if backwards else list(few)
    ids: list[str] = []
    for stretch in order.walk(here, backwards=backwards):
        rows = select(track.c.id).where(matching(where), stretch.condition)
        rest = None if limit is None else limit - len(ids)
        ids += connection.scalars(rows.order_by(*stretch.order_by).limit(rest))
        if len(ids) == limit:
            break
    return ids[::-1] if backwards else ids


def mark(connection: Connection, order: Ordering, track_id: str | None) -> Mark | None:
    """Where a track is in an order; None for none.

    Raises
    ------
    TrackNotFoundError
        If there is no such track.
    """
    if track_id is None:
        return None
    row = connection.execute(select(*order.place).where(track.c.id == track_id)).first()
    if row is None:
        raise TrackNotFoundError(f"there is no track {track_id} to go on from")
    return tuple(row), track_id


def by_ids(
    connection: Connection, ids: Sequence[str], names: Sequence[str], **before: Any
) -> pd.DataFrame:
    """Some columns of given tracks, in the order of the ids; other columns may come `before`."""
    query = (_by_ids(tuple(names)), {"wanted_ids": list(ids)})
    return read_frame(connection, query, {"id": "text", **kinds_of(names)}, before=before)


@lru_cache(maxsize=64)
def _by_ids(names: tuple[str, ...]) -> str:
    """The text of that query; every page asks for it."""
    given = cast(bindparam("wanted_ids"), ARRAY(UUID(as_uuid=False)))
    places = func.unnest(given).table_valued("wanted_id", with_ordinality="place")
    wanted_tracks = places.render_derived(name="wanted_tracks")
    statement = (
        select_columns(names)
        .join(wanted_tracks, track.c.id == wanted_tracks.c.wanted_id)
        .order_by(wanted_tracks.c.place)
    )
    return compile_statement(statement)[0]


def page(
    connection: Connection,
    where: Filter,
    order: Ordering,
    *,
    number: int,
    size: int,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """One page of tracks."""
    names = wanted(columns)
    return by_ids(connection, page_ids(connection, where, order, number=number, size=size), names)


def page_ids(
    connection: Connection, where: Filter, order: Ordering, *, number: int, size: int
) -> list[str]:
    """Ids of one page of tracks."""
    if where and isinstance(order, Order):
        few, _ = first_of_few(
            connection, matching(where), order, limit=size, skipped=(number - 1) * size
        )
        if few is not None:
            return list(few)
    return walk_to_page(connection, where, order, number=number, size=size)


def walk_to_page(
    connection: Connection, where: Filter, order: Ordering, *, number: int, size: int
) -> list[str]:
    """The same where many match: the skipped ones are walked over."""
    skipped = (number - 1) * size
    ids: list[str] = []
    for stretch in order.walk():
        rows = select(track.c.id).where(matching(where), stretch.condition)
        found = rows.order_by(*stretch.order_by).offset(skipped).limit(size - len(ids))
        ids += connection.scalars(found)
        if len(ids) == size:
            break
        if skipped and not ids:
            skipped -= _length(connection, rows.limit(skipped))
        else:
            skipped = 0
    return ids


def _length(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def count(connection: Connection, where: Filter, cap: int | None = None) -> int:
    """How many tracks match; with a cap, at most `cap` + 1."""
    if not where:
        return _all(connection) if cap is None else min(_all(connection), cap + 1)
    rows = select(true()).select_from(track).where(matching(where))
    return _length(connection, rows if cap is None else rows.limit(cap + 1))


def _all(connection: Connection) -> int:
    """How many tracks there are, which triggers keep (migration 0002)."""
    total = select(func.sum(facet_count.c.tracks)).where(facet_count.c.field == "")
    return int(connection.scalar(total) or 0)


def one(connection: Connection, track_id: str) -> "pd.Series[Any]":
    """All columns of one track in any state, with its state, root and corrected fields."""
    statement = select_columns(COLUMNS).where(track.c.id == track_id)
    frame = read_frame(connection, statement, {"id": "text", **kinds_of(COLUMNS)})
    if frame.empty:
        raise TrackNotFoundError(f"there is no track {track_id}")
    values = frame.astype(object).where(frame.notna(), None).iloc[0]
    state, folder = connection.execute(
        select(track.c.state, root.c.path).join(root).where(track.c.id == track_id)
    ).one()
    corrected = connection.scalars(
        select(correction.c.field).where(correction.c.track_id == track_id)
    ).all()
    more = pd.Series({"state": state, "root": folder, "corrected": list(corrected)}, dtype=object)
    everything: pd.Series[Any] = pd.concat([values, more]).rename(track_id)
    return everything


def stages(connection: Connection, track_id: str) -> pd.DataFrame:
    """How each stage of a track's analysis ended."""
    statement = (
        select(
            stage_status.c.stage, stage_status.c.version, stage_status.c.state,
            stage_status.c.reason, stage_status.c.seconds, stage_status.c.finished_at,
        )
        .where(stage_status.c.track_id == track_id)
        .order_by(stage_status.c.finished_at)
    )  # fmt: skip
    kinds = {"stage": "text", "version": "text", "state": "category", "reason": "text",
             "seconds": "number", "finished_at": "time"}  # fmt: skip
    return read_frame(connection, statement, kinds, index="stage")  # type: ignore[arg-type]


def existing(connection: Connection, track_id: str) -> None:
    """Raise `TrackNotFoundError` unless there is a track with this id."""
    if not connection.scalar(select(exists().where(track.c.id == track_id))):
        raise TrackNotFoundError(f"there is no track {track_id}")
