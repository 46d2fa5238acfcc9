"""Where a click in the list leads: from one state of the page to the next."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from audiolab.widgets.chips import without
from audiolab.widgets.view_state import DEFAULT_SORT, OWN_SORT, ViewState, ids_of, is_sort, toggled

Message = Mapping[str, Any]


def after(state: ViewState, message: Message) -> ViewState | None:
    """The state that a message of the page asks for; None if it asks for none that makes sense.

    Parameters
    ----------
    state : ViewState
        What is shown.
    message : mapping
        Its ``type`` is "sort" (``sort``), "page" (``page``), "choose" or "unchoose" (``name`` of a
        field, ``value``), "similar" (``ids``), "open" (``id``), "close", "clear" (everything),
        "unchoose_all", or "playlist" (``name``; "" for the whole library).
    """
    step = _STEPS.get(str(message.get("type")))
    return step(state, message) if step else None


def _sort(state: ViewState, message: Message) -> ViewState | None:
    sort = str(message.get("sort"))
    if sort == OWN_SORT and state.playlist:
        return state.with_(sort=sort)
    if sort == "random":  # another shuffle each time, and the same on every page of it
        sort = f"random:{random.randrange(10**6)}"
    return state.with_(sort=sort) if is_sort(sort) else None


def _page(state: ViewState, message: Message) -> ViewState | None:
    page = message.get("page")
    return state.with_(page=page) if isinstance(page, int) and 0 < page < 10**9 else None


def _choose(state: ViewState, message: Message) -> ViewState:
    name, value = str(message.get("name")), str(message.get("value"))
    return state.with_(chosen=toggled(state.chosen, name, value))


def _unchoose(state: ViewState, message: Message) -> ViewState:
    name, value = str(message.get("name")), str(message.get("value"))
    if name == "playlist":
        return _unlisted(state)
    if name == "similar":
        return state.with_(similar=tuple(one for one in state.similar if one != value))
    return state.with_(chosen=without(state.chosen, name, value))


def _unlisted(state: ViewState) -> ViewState:
    """The same among the tracks of the whole library."""
    sort = DEFAULT_SORT if state.sort == OWN_SORT else state.sort
    return state.with_(playlist="", sort=sort)


def _similar(state: ViewState, message: Message) -> ViewState | None:
    """What is like some tracks, anywhere in the library: filters can be set again."""
    ids = ids_of(message.get("ids"))
    return ViewState(sort=state.sort, similar=ids) if ids else None


def _open(state: ViewState, message: Message) -> ViewState | None:
    """One track; the list stays behind it as it is."""
    ids = ids_of([message.get("id")])
    return state.with_(track=ids[0], page=state.page) if ids else None


def _playlist(_: ViewState, message: Message) -> ViewState:
    """A playlist, or the whole library: filters can be set again."""
    name = message.get("name")
    return ViewState.of_playlist(name) if isinstance(name, str) and name else ViewState()


_STEPS: dict[str, Callable[[ViewState, Message], ViewState | None]] = {
    "sort": _sort,
    "page": _page,
    "choose": _choose,
    "unchoose": _unchoose,
    "similar": _similar,
    "open": _open,
    "playlist": _playlist,
    "close": lambda state, _: state.with_(track="", page=state.page),
    "clear": lambda state, _: state.without_filters(),
    "unchoose_all": lambda state, _: _unlisted(state).with_(chosen={}, similar=()),
}
