"""What the library page shows, as a value: to and from the address of the page, and a Filter."""

import math
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any
from uuid import UUID

from audiolab.catalog import Filter
from audiolab.catalog.filters import condition
from audiolab.described import split
from audiolab.errors import QueryError

Params = dict[str, list[str]]
Chosen = Mapping[str, Any]

DEFAULT_SORT = "-added_at"
OWN_SORT = "relevance"  # a playlist's own order
SORTS = ("added_at", "title", "artist", "tempo_bpm", "key", "energy", "duration_seconds", "year")
SHUFFLED = re.compile(r"random(:\d{1,9})?")
# Filters of the panel: how each is called in the address.
LISTS = {
    "genre": "genre",
    "tag_genre": "tag_genre",
    "key": "key",
    "mood": "mood",
    "instrument": "instrument",
    "vocals": "has_vocals",
    "format": "format",
    "state": "state",
    "region": "region",
}
RANGES = {
    "bpm": "tempo_bpm",
    "energy": "energy",
    "loudness": "loudness_lufs",
    "duration": "duration_seconds",
    "year": "year",
}
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LONGEST_ID = 80  # of what an address may call a track
# Before a key: and those that mix with it.
COMPATIBLE = "~"


@dataclass(frozen=True)
class ViewState:
    """Query, chosen filters, order and page; or what is like some tracks; and the track looked at.

    Attributes
    ----------
    query : str
        Text of the search box: the query language, and after ~ how the tracks sound.
    chosen : dict
        Values of the filter panel: field -> list of values, or [low, high] with None for open.
    sort : str
        Field, with "-" before it for largest first.
    page : int
        From 1.
    similar : tuple of str
        Ids of tracks: those most like them, nearest first, in place of all in order.
    track : str
        Id of the track whose own view is open; "" for the list.
    playlist : str
        Name of the playlist that is open: the list is of its tracks; "" for the whole library.
    """

    query: str = ""
    chosen: Chosen = field(default_factory=dict)
    sort: str = DEFAULT_SORT
    page: int = 1
    similar: tuple[str, ...] = ()
    track: str = ""
    playlist: str = ""

    def with_(self, **changes: Any) -> "ViewState":
        """A copy with `changes`; any other change than of the page leads to page 1."""
        if "page" not in changes:
            changes["page"] = 1
        return replace(self, **changes)

    def without_filters(self) -> "ViewState":
        """The same order, and every track, of the playlist if one is open."""
        return ViewState(sort=self.sort, playlist=self.playlist)

    @classmethod
    def of_playlist(cls, name: str) -> "ViewState":
        """A playlist in its own order."""
        return cls(sort=OWN_SORT, playlist=name)

    @property
    def usual_sort(self) -> str:
        """The order that nobody has to ask for."""
        return OWN_SORT if self.playlist else DEFAULT_SORT

    @property
    def description(self) -> str:
        """How the tracks are to sound; "" if that does not matter."""
        return split(self.query)[1]

    @property
    def by_likeness(self) -> bool:
        """Whether the most alike are meant, not all in order."""
        return bool(self.similar or self.description)

    @property
    def narrowed(self) -> bool:
        """Whether query or choices let only some tracks through."""
        return bool(self.query.strip() or self.chosen)

    def filter(self, leave_out: str = "") -> Filter:
        """The tracks meant: playlist, query and everything chosen, but for one field.

        Raises
        ------
        QueryError
            If the query cannot be understood.
        """
        found = Filter.parse(split(self.query)[0])
        if self.playlist:
            found = Filter(playlist=[self.playlist]) & found
        for name, value in self.chosen.items():
            if name != leave_out:
                found = found & _condition(name, value)
        return found

    def to_params(self) -> Params:
        """The query of the address that leads here; empty for the whole library."""
        params: Params = {}
        if self.playlist:
            params["playlist"] = [self.playlist]
        if self.query.strip():
            params["q"] = [self.query]
        for name, field_name in LISTS.items():
            if self.chosen.get(field_name):
                params[name] = [str(value) for value in self.chosen[field_name]]
        for name, field_name in RANGES.items():
            if self.chosen.get(field_name):
                params[name] = ["..".join(map(_shown, self.chosen[field_name]))]
        if self.track:
            params["track"] = [self.track]
        if self.similar:
            params["similar"] = list(self.similar)
        if self.sort != self.usual_sort:
            params["sort"] = [self.sort]
        if self.page > 1:
            params["page"] = [str(self.page)]
        return params

    @classmethod
    def from_params(cls, params: Mapping[str, list[str]]) -> "ViewState":
        """Read the address; what makes no sense in it is left out."""
        chosen: dict[str, Any] = {}
        for name, field_name in LISTS.items():
            values = [value for value in params.get(name, []) if _makes_sense(field_name, value)]
            if values:
                chosen[field_name] = values
        for name, field_name in RANGES.items():
            span = _range(_first(params, name))
            if span is not None:
                chosen[field_name] = span
        playlist = _first(params, "playlist")
        playlist = playlist if _makes_sense("playlist", playlist) else ""
        usual = OWN_SORT if playlist else DEFAULT_SORT
        sort = _first(params, "sort")
        page = _first(params, "page")
        return cls(
            query=_first(params, "q"),
            chosen=chosen,
            sort=sort if is_sort(sort) else usual,
            page=int(page) if page.isdecimal() and 0 < int(page) < 10**9 else 1,
            similar=ids_of(params.get("similar", [])),
            track=_first(params, "track")[:LONGEST_ID],
            playlist=playlist,
        )


def is_sort(text: str) -> bool:
    """Whether the list can be ordered so."""
    return text.removeprefix("-") in SORTS or bool(SHUFFLED.fullmatch(text))


def ids_of(values: Any) -> tuple[str, ...]:
    """Ids of tracks among what a page sent."""
    texts = [one for one in values if isinstance(one, str)] if isinstance(values, list) else []
    return tuple(str(UUID(text)) for text in texts if _UUID.fullmatch(text))


def chosen_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """What the filter panel sent, as far as it makes sense."""
    lists = {
        name: [item for item in value[name] if _makes_sense(name, item)]
        for name in LISTS.values()
        if isinstance(value.get(name), list)
    }
    ranges = {name: _span(value.get(name)) for name in RANGES.values()}
    return {name: chosen for name, chosen in (lists | ranges).items() if chosen}


def toggled(chosen: Chosen, name: str, value: str) -> dict[str, Any]:
    """What is chosen once `value` of a field has been clicked: with it, or without it."""
    before = list(chosen.get(name, []))
    after = [one for one in before if one != value] if value in before else [*before, value]
    return chosen_of({**chosen, name: after})


def _condition(name: str, value: Any) -> Filter:
    """The tracks that one control of the panel lets through."""
    if name == "has_vocals":
        return Filter(has_vocals=value[-1] == "yes")
    if name == "key":
        return reduce(operator.or_, (Filter(key=key) for key in value))
    wanted: dict[str, Any] = {name: tuple(value) if name in RANGES.values() else list(value)}
    return Filter(**wanted)


def _first(params: Mapping[str, list[str]], name: str) -> str:
    return (params.get(name) or [""])[0]


def _shown(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"


def _makes_sense(field_name: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if field_name == "has_vocals":
        return value in ("yes", "no")
    try:
        condition(field_name, value if field_name == "key" else [value])
    except QueryError:
        return False
    return bool(value)


def _range(text: str) -> list[float | None] | None:
    """[low, high] of ``120..128``, ``120..`` or ``..128``; None if it is nothing like that."""
    low, dots, high = text.partition("..")
    return _span([low or None, high or None]) if dots else None


def _span(value: Any) -> list[float | None] | None:
    """[low, high] as numbers; None if they are not, or both open."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    try:
        bounds = [None if bound is None else float(bound) for bound in value]
    except (TypeError, ValueError):
        return None
    known = [bound for bound in bounds if bound is not None]
    return bounds if known and all(map(math.isfinite, known)) else None
