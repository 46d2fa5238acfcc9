"""Playlists in the catalog: fixed lists in an order of their own, and smart ones that are a query.

A track is in a list once. Membership is by id, so it survives scans, moves and renames; a track
that is missing or was taken out keeps its place and is there again when it comes back.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from psycopg2.errors import UniqueViolation
from sqlalchemy import Connection, func, select
from uuid_utils.compat import uuid7

from audiolab.catalog.fields import Kind
from audiolab.catalog.filters import All, AnyOf, Filter, Node, Not
from audiolab.catalog.frames import read_frame
from audiolab.catalog.read import matching, visible
from audiolab.catalog.schema import playlist, playlist_track, track
from audiolab.catalog.sort import Order
from audiolab.catalog.text import fold_name
from audiolab.catalog.values import Term
from audiolab.errors import CatalogError, PlaylistNotFoundError, QueryError, TrackNotFoundError

LONGEST_NAME = 200


@dataclass(frozen=True)
class Playlist:
    """One playlist.

    Attributes
    ----------
    id, name : str
    query : str or None
        Of a smart one, in the query language.
    sort : str or None
        The order of a smart one.
    """

    id: str
    name: str
    query: str | None
    sort: str | None

    @property
    def smart(self) -> bool:
        """Whether its tracks are those that match its query."""
        return self.query is not None


def valid_name(name: str) -> str:
    """The name without outer spaces.

    Raises
    ------
    CatalogError
        If it is empty, too long or cannot be shown in one line.
    """
    shown = str(name).strip()
    if not 0 < len(shown) <= LONGEST_NAME or not shown.isprintable():
        raise CatalogError(
            f"a playlist's name has 1 to {LONGEST_NAME} characters in one line, got {name!r}"
        )
    return shown


def names(connection: Connection) -> list[str]:
    """The names of all playlists, in order."""
    return list(connection.scalars(select(playlist.c.name).order_by(playlist.c.folded_name)))


def find(connection: Connection, name: str) -> Playlist:
    """The playlist of a name, whatever its case.

    Raises
    ------
    PlaylistNotFoundError
        If there is none.
    """
    found = _named(connection, [str(name)])
    if found:
        return found[0]
    close = difflib.get_close_matches(str(name), names(connection), n=1)
    hint = f"did you mean {close[0]!r}?" if close else "audiolab playlist list shows all"
    raise PlaylistNotFoundError(f"there is no playlist {str(name)[:80]!r}: {hint}")


def _named(connection: Connection, names: Iterable[str]) -> list[Playlist]:
    wanted = [fold_name(name) for name in names if "\x00" not in name]
    rows = connection.execute(
        select(playlist.c.id, playlist.c.name, playlist.c.query, playlist.c.sort).where(
            playlist.c.folded_name.in_(wanted)
        )
    )
    return [Playlist(*row) for row in rows]


def create(cursor: Any, name: str, query: str | None, sort: str | None) -> str:
    """Make a playlist; returns its id.

    Raises
    ------
    CatalogError
        If there is one of that name.
    """
    made = str(uuid7())
    try:
        cursor.execute(
            "INSERT INTO playlist (id, name, folded_name, query, sort) VALUES (%s, %s, %s, %s, %s)",
            (made, valid_name(name), fold_name(name), query, sort),
        )
    except UniqueViolation:
        raise _taken(name) from None
    return made


def rename(cursor: Any, which: Playlist, name: str) -> None:
    """Give a playlist another name."""
    try:
        cursor.execute(
            "UPDATE playlist SET name = %s, folded_name = %s, changed_at = now() WHERE id = %s",
            (valid_name(name), fold_name(name), which.id),
        )
    except UniqueViolation:
        raise _taken(name) from None


def _taken(name: str) -> CatalogError:
    return CatalogError(f"there is a playlist {name.strip()!r} already: choose another name")


def delete(cursor: Any, name: str) -> None:
    """Forget the playlist of a name, if there is one; its tracks stay."""
    cursor.execute("DELETE FROM playlist WHERE folded_name = %s", (fold_name(name),))
    tell(cursor)


def tell(cursor: Any) -> None:
    """Answers that were kept may be others now (`cache.version`)."""
    cursor.execute("INSERT INTO facet_count (field, value, tracks) VALUES ('', '', 0)")


def members(cursor: Any, which: Playlist, *, lock: bool = True) -> list[str]:
    """The ids of a fixed list in their order, also of tracks that are missing.

    With `lock`, others who change it wait until the transaction ends.

    Raises
    ------
    CatalogError
        If it is a smart one.
    """
    if which.smart:
        raise CatalogError(
            f"the playlist {which.name!r} is made by its query ({which.query}): "
            "change that, or make a fixed one of its tracks"
        )
    if lock:
        cursor.execute("SELECT 1 FROM playlist WHERE id = %s FOR UPDATE", (which.id,))
    cursor.execute(
        "SELECT track_id::text FROM playlist_track WHERE playlist_id = %s ORDER BY position",
        (which.id,),
    )
    return [track_id for (track_id,) in cursor.fetchall()]


def put(cursor: Any, which: Playlist, ids: Sequence[str]) -> None:
    """Make these the tracks of a fixed list, in this order."""
    cursor.execute(
        "DELETE FROM playlist_track WHERE playlist_id = %s AND track_id <> ALL(%s::uuid[])",
        (which.id, list(ids)),
    )
    cursor.execute(
        "INSERT INTO playlist_track AS t (playlist_id, track_id, position) "
        "SELECT %s, id, place FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (id, place) "
        "ON CONFLICT (playlist_id, track_id) DO UPDATE SET position = excluded.position "
        "WHERE t.position <> excluded.position",
        (which.id, list(ids)),
    )
    cursor.execute("UPDATE playlist SET changed_at = now() WHERE id = %s", (which.id,))
    tell(cursor)


def place_of(members: Sequence[str], track_id: str | None) -> int:
    """Where a track is in a list; its end for None.

    Raises
    ------
    TrackNotFoundError
        If it is not in it.
    """
    if track_id is None:
        return len(members)
    try:
        return members.index(track_id)
    except ValueError:
        raise TrackNotFoundError(f"track {track_id} is not in this playlist") from None


def resolved(connection: Connection, where: Filter) -> Filter:
    """The filter with smart playlists replaced by what they are made of."""
    if not any(term.target == "playlist" for term in where.terms()):
        return where
    return Filter.of_node(_resolved(connection, where.node, ()))


def _resolved(connection: Connection, node: Node, inside: tuple[str, ...]) -> Node:
    if isinstance(node, Term):
        named = node.target == "playlist" and node.op == "any"
        return _made_of(connection, node, inside) if named else node
    if isinstance(node, Not):
        return Not(_resolved(connection, node.part, inside))
    parts = tuple(_resolved(connection, part, inside) for part in node.parts)
    return All(parts) if isinstance(node, All) else AnyOf(parts)


def _made_of(connection: Connection, term: Term, inside: tuple[str, ...]) -> Node:
    """A condition on playlists without smart ones; one that leads back to itself has no tracks."""
    smart = [found for found in _named(connection, term.value) if found.query is not None]
    if not smart:
        return term
    parts: list[Node] = [term]  # of the fixed ones; smart ones have no members
    for found in smart:
        if found.id not in inside:
            try:
                node = Filter.parse(str(found.query)).node
            except QueryError as error:
                raise QueryError(f"the query of the playlist {found.name!r}: {error}") from error
            parts.append(_resolved(connection, node, (*inside, found.id)))
    return AnyOf(tuple(parts))


def own_order(connection: Connection, where: Filter) -> Order | None:
    """The order of the playlist that a filter asks for; None if it asks for none, or several."""
    parts = where.node.parts if isinstance(where.node, All) else (where.node,)
    terms = [part for part in parts if isinstance(part, Term) and part.target == "playlist"]
    if len(terms) != 1 or terms[0].op != "any" or len(terms[0].value) != 1:
        return None
    found = _named(connection, terms[0].value)
    if not found:
        return None
    if found[0].smart:
        return Order.parse(found[0].sort) if found[0].sort else None
    return Order("id", False, playlist=found[0].id)


_KINDS: dict[str, Kind] = {
    "id": "text", "name": "text", "query": "text", "sort": "text", "tracks": "integer",
    "missing": "integer", "duration_seconds": "number", "added_at": "time", "changed_at": "time",
}  # fmt: skip


def overview(connection: Connection) -> pd.DataFrame:
    """All playlists by name; see `Catalog.playlists`."""
    listed = func.count(track.c.id)
    shown = func.count(track.c.id).filter(visible)
    rows = (
        select(
            playlist.c.id, playlist.c.name, playlist.c.query, playlist.c.sort,
            shown.label("tracks"), (listed - shown).label("missing"),
            func.coalesce(func.sum(track.c.duration_seconds).filter(visible), 0),
            playlist.c.added_at, playlist.c.changed_at,
        )
        .outerjoin(playlist_track, playlist_track.c.playlist_id == playlist.c.id)
        .outerjoin(track, track.c.id == playlist_track.c.track_id)
        .group_by(playlist.c.id)
        .order_by(playlist.c.folded_name)
    )  # fmt: skip
    frame = read_frame(connection, rows, _KINDS)
    for track_id, query in frame["query"].dropna().items():
        meant = resolved(connection, Filter.parse(query))
        count, seconds = connection.execute(
            select(func.count(), func.coalesce(func.sum(track.c.duration_seconds), 0)).where(
                matching(meant)
            )
        ).one()
        frame.loc[track_id, ["tracks", "duration_seconds"]] = [count, float(seconds)]
    kinds = ["smart" if isinstance(query, str) else "fixed" for query in frame["query"]]
    frame.insert(1, "kind", pd.Series(kinds, index=frame.index, dtype="category"))
    return frame
