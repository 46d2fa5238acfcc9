"""Track ids: UUIDs as text, checked before they reach a query."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, cast, func, literal, select
from sqlalchemy import UUID as UUIDType

from audiolab.catalog import paths
from audiolab.catalog.schema import root, track
from audiolab.errors import TrackNotFoundError

SHORTEST_PREFIX = 4
SHORTEST_ENDING = 8


def valid(track_id: object) -> str:
    """The id in its usual form.

    Raises
    ------
    TrackNotFoundError
        If it is no UUID, and so no track's.
    """
    try:
        return str(UUID(str(track_id)))
    except ValueError:
        raise TrackNotFoundError(f"there is no track {str(track_id)[:80]!r}") from None


def valid_all(ids: str | Iterable[object]) -> list[str]:
    """Several ids, or one."""
    return [valid(ids)] if isinstance(ids, str) else [valid(track_id) for track_id in ids]


def those_valid(texts: Iterable[str]) -> list[str]:
    """The texts that are ids at all; no track has another one."""
    found = []
    for text in texts:
        with suppress(TrackNotFoundError):
            found.append(valid(text))
    return found


def check_existing(connection: Connection, ids: Sequence[str]) -> None:
    """Make sure that there are tracks of these ids, in whatever state.

    Raises
    ------
    TrackNotFoundError
        Naming the first that there is none of.
    """
    wanted = func.unnest(literal(list(ids), ARRAY(UUIDType(as_uuid=False))))
    known = set(connection.scalars(select(track.c.id).where(track.c.id.in_(select(wanted)))))
    for track_id in ids:
        if track_id not in known:
            raise TrackNotFoundError(f"there is no track {track_id}")


def find(connection: Connection, reference: str) -> str:
    """The id that a person means: an id, the beginning or the end of one, or a path.

    Raises
    ------
    TrackNotFoundError
        If none fits, or several do.
    """
    text = reference.strip()
    candidates = (
        _by_prefix(connection, text) or _by_ending(connection, text) or _by_path(connection, text)
    )
    if not candidates:
        raise TrackNotFoundError(
            f"no track is called {reference!r}: give its id, the beginning or end of it, "
            "or its path (audiolab ls shows them)"
        )
    if len(candidates) > 1:
        raise TrackNotFoundError(
            f"{reference!r} fits several tracks ({', '.join(candidates[:3])}, …): give more of it"
        )
    return candidates[0]


def _by_prefix(connection: Connection, text: str) -> list[str]:
    digits = text.lower().replace("-", "")
    if len(digits) < SHORTEST_PREFIX or not all(c in "0123456789abcdef" for c in digits):
        return []
    if len(digits) > 32:
        return []
    low, high = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    rows = select(cast(track.c.id, Text)).where(track.c.id.between(str(low), str(high))).limit(4)
    return list(connection.scalars(rows))


def _by_ending(connection: Connection, text: str) -> list[str]:
    """What lists show: ids made in one moment begin alike."""
    if len(text) < SHORTEST_ENDING or not all(c in "0123456789abcdefABCDEF" for c in text):
        return []
    ending = cast(track.c.id, Text).like("%" + text.lower())
    return list(connection.scalars(select(cast(track.c.id, Text)).where(ending).limit(4)))


def _by_path(connection: Connection, text: str) -> list[str]:
    path = paths.encode(text)
    if "\x00" in path:
        return []
    whole = root.c.path + "/" + track.c.path
    rows = (
        select(cast(track.c.id, Text))
        .join(root)
        .where((track.c.path == path) | (whole == path))
        .limit(4)
    )
    return list(connection.scalars(rows))
