"""Playlists beside the filters: opened, made, added to, put in order, renamed, deleted."""

import logging
from collections.abc import Callable
from typing import Any

from traitlets import Bool, List, Unicode

from audiolab.catalog import Catalog, Filter
from audiolab.errors import AudiolabError, QueryError
from audiolab.scanner.shown import without_paths
from audiolab.widgets.later import Later
from audiolab.widgets.listing import PAGE_SIZE, track_ids
from audiolab.widgets.part import Part
from audiolab.widgets.rows import COLUMNS, track_rows
from audiolab.widgets.texts import Text, t
from audiolab.widgets.view_state import OWN_SORT, ViewState, ids_of

LOG = logging.getLogger(__name__)
KEPT = 20  # deeds that can still be taken back

Message = dict[str, Any]
Deed = Callable[[], Any]


class Playlists(Part):
    """The playlists of the catalog, and what can be done with them.

    Parameters
    ----------
    catalog : Catalog
        Whose playlists.
    state : callable
        What the page shows now: what a new playlist is made of.
    go : callable
        Opens the playlist of a name, or with "" the whole library.
    changed : callable
        Called when what is shown may have changed.

    Attributes
    ----------
    lists : list of dict
        By name: `name`, whether it is `smart`, how many `tracks`, and the `query` that means them.
    opened : str
        Name of the one that is open; "" for the whole library.
    follows : bool
        Whether what is shown is a filter, which a smart playlist can follow.
    """

    module = "playlists"

    lists: Any = List().tag(sync=True)
    opened = Unicode().tag(sync=True)
    follows = Bool(False).tag(sync=True)

    def __init__(
        self,
        catalog: Catalog,
        state: Callable[[], ViewState],
        go: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        super().__init__()
        self._catalog, self._state, self._go, self._changed = catalog, state, go, changed
        self._undo: dict[int, Deed] = {}
        self._deeds = 0
        self._lists: Later[None, list[Message]] = Later(
            lambda _, __: _listed(catalog), self._show_lists
        )
        self.on_msg(self._on_message)

    def refresh(self) -> None:
        """Read what playlists there are."""
        self._lists.want(None)

    def show(self, state: ViewState) -> None:
        """Mark what is open."""
        self.opened = state.playlist
        try:
            self.follows = not state.by_likeness
        except QueryError:
            self.follows = False

    def take_out(self, name: str, track_ids: tuple[str, ...]) -> None:
        """Take tracks out of a fixed playlist; the catalog keeps them."""

        def deed() -> None:
            before = self._catalog.playlist_ids(name)
            removed = self._catalog.remove_from_playlist(name, track_ids)

            def back() -> None:
                self._catalog.add_to_playlist(name, [one for one in before if one in track_ids])
                self._catalog.reorder_playlist(name, before)

            self._done(t("playlists.removed", count=removed, name=name), back)

        self._try(deed)

    def move(self, name: str, track_id: str, place: int) -> int:
        """Put a track of a fixed playlist at a place among those shown; returns the page of it."""

        def deed() -> None:
            shown = self._catalog.tracks(Filter(playlist=[name]), columns=["path"]).index
            rest = [one for one in map(str, shown) if one != track_id]
            before = rest[place] if place < len(rest) else None
            self._catalog.add_to_playlist(name, [track_id], before=before)

        self._try(deed)
        return place // PAGE_SIZE + 1

    def _show_lists(self, lists: list[Message]) -> None:
        self.lists = lists

    def _on_message(self, _: Any, message: Message, __: Any) -> None:
        """What a visitor did."""
        deeds: dict[str, Callable[[Message], None]] = {
            "open": lambda said: self._go(_text(said, "name")),
            "play": self._play,
            "save": self._save,
            "add": self._add,
            "rename": self._rename,
            "delete": self._delete,
            "undo": self._take_back,
        }
        deed = deeds.get(_text(message, "type"))
        if deed is not None:
            self._try(lambda: deed(message))

    def _try(self, deed: Deed) -> None:
        try:
            deed()
        except AudiolabError as error:
            LOG.info("a playlist was not changed: %s", error)
            self.send({"type": "refused", "text": without_paths(str(error))})

    def _play(self, message: Message) -> None:
        where = Filter(playlist=[_text(message, "name")])
        frame = self._catalog.tracks(where, limit=PAGE_SIZE, columns=list(COLUMNS))
        source = {"query": where.to_query(), "sort": OWN_SORT}
        self.send({"type": "play", "rows": track_rows(frame), "source": source})

    def _save(self, message: Message) -> None:
        """A new playlist: of what is shown, or of given tracks."""
        name, kind, state = _text(message, "name").strip(), message.get("kind"), self._state()
        given = list(ids_of(message.get("ids")))
        if kind == "smart" and not given and not state.by_likeness:
            asked = state.sort != state.usual_sort and not state.sort.startswith("random")
            sort = state.sort if asked else None
            self._catalog.create_playlist(name, where=state.filter(), sort=sort)
        elif kind == "sequence":
            self._catalog.create_playlist(name, self._sequence(message, state, given))
        else:
            self._catalog.create_playlist(name, given or track_ids(self._catalog, state))
        self._done(t("playlists.made", name=name), lambda: self._catalog.delete_playlist(name))

    def _sequence(self, message: Message, state: ViewState, given: list[str]) -> list[str]:
        if not given and state.by_likeness:
            given = track_ids(self._catalog, state)
        length = message.get("length")
        whole = bool(given) and isinstance(length, int) and length >= len(given)
        frame = self._catalog.sequence(
            given or None,
            where=None if given else state.filter(),
            length=length if isinstance(length, int) and not whole else None,
            curve=_text(message, "curve"),
        )
        return [str(track_id) for track_id in frame.index]

    def _add(self, message: Message) -> None:
        name, wanted = _text(message, "name"), list(ids_of(message.get("ids")))
        before = set(self._catalog.playlist_ids(name))
        new = [track_id for track_id in wanted if track_id not in before]
        if not new:
            self._done(t("playlists.there", count=len(wanted)))
            return
        self._catalog.add_to_playlist(name, new)
        text = t("playlists.added", count=len(new), name=name)
        self._done(text, lambda: self._catalog.remove_from_playlist(name, new))

    def _rename(self, message: Message) -> None:
        name, new_name = _text(message, "name"), _text(message, "to").strip()
        self._catalog.rename_playlist(name, new_name)
        if self.opened == name:
            self._go(new_name)
        self._done("")

    def _delete(self, message: Message) -> None:
        found = self._catalog.find_playlist(_text(message, "name"))
        members = None if found.smart else self._catalog.playlist_ids(found.name)
        self._catalog.delete_playlist(found.name)

        def back() -> None:
            self._catalog.create_playlist(found.name, members, where=found.query, sort=found.sort)

        if self.opened == found.name:
            self._go("")
        self._done(t("playlists.deleted", name=found.name), back)

    def _take_back(self, message: Message) -> None:
        back = self._undo.pop(message.get("undo", 0), None)
        if back is not None:
            back()
            self._done("")

    def _done(self, text: Text, back: Deed | None = None) -> None:
        """Close what was open, say what happened, and bring everything up to date."""
        number = None
        if back is not None:
            self._deeds += 1
            number = self._deeds
            self._undo = dict([*self._undo.items(), (number, back)][-KEPT:])
        self.send({"type": "done", "text": text, "undo": number})
        self.refresh()
        self._changed()


def _listed(catalog: Catalog) -> list[Message]:
    frame = catalog.playlists()
    return [
        {
            "name": str(name),
            "smart": kind == "smart",
            "tracks": int(tracks),
            "query": Filter(playlist=[str(name)]).to_query(),
        }
        for name, kind, tracks in zip(frame["name"], frame["kind"], frame["tracks"], strict=True)
    ]


def _text(message: Message, name: str) -> str:
    value = message.get(name)
    return value if isinstance(value, str) else ""
