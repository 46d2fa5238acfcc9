"""TrackView: everything about one track, as a view of the library page and as a widget."""

import logging
from collections.abc import Callable
from typing import Any

import ipywidgets

from audiolab.catalog import Catalog
from audiolab.config import load_settings
from audiolab.errors import CatalogError, DatabaseError, TrackNotFoundError
from audiolab.widgets.alike import alike
from audiolab.widgets.beside import beside
from audiolab.widgets.facts import CORRECTABLE, groups, known, warnings, with_unit
from audiolab.widgets.later import Later
from audiolab.widgets.player import Player
from audiolab.widgets.rights import show_rights
from audiolab.widgets.rows import track_row
from audiolab.widgets.texts import Text, t
from audiolab.widgets.track_alike import TrackAlike
from audiolab.widgets.track_facts import TrackFacts
from audiolab.widgets.track_head import TrackHead
from audiolab.widgets.track_stage import TrackStage
from audiolab.widgets.track_writing import TrackWriting

LOG = logging.getLogger(__name__)

Message = dict[str, Any]
GENRES_OFFERED = 200


class TrackView(ipywidgets.VBox):
    """One track: its waveform and values, where they come from, corrections, what is like it.

    Parameters
    ----------
    track_id : str, optional
        Which; `show_track` shows another.
    catalog : Catalog, optional
        Where it is; the settings' catalog if left out.
    player : Player, optional
        The page's player; a view by itself brings one.
    leave : callable, optional
        Called with what leads away from the track, as messages of the list: ``{"type": "close"}``,
        ``{"type": "open", "id": …}``, ``{"type": "similar", "ids": […]}``, ``{"type": "choose",
        …}``. Without it the view opens other tracks itself.

    Examples
    --------
    >>> view = TrackView(cat.tracks("artist:lampion").index[0], cat)
    """

    def __init__(
        self,
        track_id: str | None = None,
        catalog: Catalog | None = None,
        *,
        player: Player | None = None,
        leave: Callable[[Message], None] | None = None,
        **traits: Any,
    ) -> None:
        self._catalog = catalog if catalog is not None else Catalog.open()
        self._leave = leave
        self._values: dict[str, Any] = {}
        self._similar: Later[tuple[Any, ...], Message] = Later(
            lambda wish, _: alike(self._catalog, *wish), self._show_similar
        )
        self._head, self._facts, self._alike = TrackHead(), TrackFacts(), TrackAlike()
        self._stage = TrackStage(self._catalog)
        self._writing = TrackWriting(self._catalog, load_settings().write_tags, self.refresh)
        parts = [self._head, self._stage, self._facts, self._writing, self._alike]
        body = ipywidgets.VBox(parts)
        body.add_class("al-track")
        own = [] if player is not None else [Player(self._catalog)]
        super().__init__(children=[body, *own], **traits)
        self.add_class("al-track-view")
        show_rights(self, self._catalog)
        if own:
            self.add_class("al-browser")
        self._listen()
        if track_id is not None:
            self.show_track(track_id)

    @property
    def track_id(self) -> str | None:
        """The track shown; None if there is none."""
        return self._values.get("id")

    def show_track(self, track_id: str) -> None:
        """Show a track; one that does not exist is explained on the page."""
        self._values = {"id": track_id}
        self._alike.value = {"limits": [], "query": ""}
        self.refresh()

    def refresh(self) -> None:
        """Ask the catalog again and show what it says."""
        track_id = self.track_id
        if track_id is None:
            return
        try:
            self._show(track_id)
        except TrackNotFoundError as error:
            self._clear("unknown", str(error))
        except DatabaseError as error:
            LOG.warning("the track cannot be shown: %s", error)
            self._clear("problem", str(error))

    def clear(self) -> None:
        """Show nothing, so that a hidden view costs nothing."""
        self._values = {}
        self._clear("loading")

    def _clear(self, state: str, message: str = "") -> None:
        self._head.view = {"state": state, "message": message, "back": self._back}
        self._stage.clear()
        self._facts.groups, self._facts.claims, self._facts.tags = [], [], {}
        self._alike.view = {"state": "loading"}
        self._writing.show_track(None)

    @property
    def _corrected(self) -> list[str]:
        return list(self._values.get("corrected") or ())

    @property
    def _back(self) -> bool:
        return self._leave is not None

    def _show(self, track_id: str) -> None:
        track = self._catalog.track(track_id)
        stages = self._catalog.stages(track_id)
        scores = self._catalog.scores(track_id)
        corrections = self._catalog.corrections(track_id)
        self._values = {"id": track_id, **{str(name): value for name, value in track.items()}}
        row = track_row(track)
        with self._facts.hold_sync():  # drawn once
            self._facts.groups = groups(self._values, stages, scores, corrections)
            self._facts.claims = beside(self._values)
            self._facts.tags = known(self._values.get("tags")) or {}
            self._facts.genres = self._genres(scores)
        self._writing.show_track(track_id)
        if self._stage.wave.track.get("id") != track_id:
            self._stage.show_track(row)
        self._head.view = {
            "state": "ready",
            "row": row,
            "album": row["album"],
            "year": known(self._values.get("year")),
            "metre": known(self._values.get("time_signature")),
            "warnings": warnings(self._values, stages),
            "back": self._back,
        }
        self._want_similar()

    def _genres(self, scores: Any) -> list[str]:
        """Names to choose from: the networks' and those in use."""
        heard = [str(name) for name in scores["genre"].index] if "genre" in scores else []
        used = [str(name) for name in self._catalog.facets("genre", limit=GENRES_OFFERED).index]
        tagged = known(self._values.get("tag_genre"))
        return sorted({*heard, *used, *([tagged] if tagged else [])}, key=str.casefold)

    def _listen(self) -> None:
        self._alike.observe(lambda _: self._want_similar(), "value")
        for part in (self._head, self._facts, self._alike):
            part.on_msg(self._on_message)

    def _want_similar(self) -> None:
        if len(self._values) > 1:
            value = self._alike.value
            limits = [str(one) for one in value.get("limits", [])]
            self._similar.want((dict(self._values), limits, str(value.get("query", ""))))

    def _show_similar(self, view: Message) -> None:
        if view["id"] == self.track_id:  # it may have been left meanwhile
            self._alike.view = {**view, "all": self._back}

    def _on_message(self, _: Any, message: Message, __: Any) -> None:
        """What a visitor did."""
        kind = message.get("type")
        if kind == "correct":
            self._correct(str(message.get("field")), message.get("value"))
        elif kind == "uncorrect":
            self._uncorrect(str(message.get("field")))
        elif kind == "restore":
            self._change(lambda track_id: self._catalog.restore(track_id))
        elif kind == "retry":
            self.refresh()
        elif self._leave is not None and kind in ("close", "open", "similar", "choose"):
            self._leave(message)
        elif kind == "open":
            self.show_track(str(message.get("id")))

    def _correct(self, field: str, value: Any) -> None:
        if field not in CORRECTABLE:
            return
        before = self._values.get(field) if field in self._corrected else None
        undo = {"type": "correct", "field": field, "value": known(before)}
        if known(before) is None:
            undo = {"type": "uncorrect", "field": field}
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        self._change(
            lambda track_id: self._catalog.correct(track_id, **{field: value}), field, undo
        )

    def _uncorrect(self, field: str) -> None:
        if field not in CORRECTABLE or field not in self._corrected:
            return
        undo = {"type": "correct", "field": field, "value": known(self._values.get(field))}
        self._change(lambda track_id: self._catalog.uncorrect(track_id, field), field, undo)

    def _change(
        self, change: Callable[[str], Any], field: str = "", undo: Message | None = None
    ) -> None:
        """Change something in the catalog, show it, and say so."""
        track_id = self.track_id
        if track_id is None:
            return
        try:
            change(track_id)
        except CatalogError as error:
            self._head.toast(str(error))
            return
        self.refresh()
        if field:
            self._head.toast(_said(field, self._values), undo)


def _said(field: str, values: Message) -> Text:
    from audiolab.catalog.fields import BY_NAME

    named = BY_NAME[field]
    return t("all.labelled", label=named.label, value=with_unit(named, known(values.get(field))))
