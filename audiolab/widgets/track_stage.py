"""What is seen of a track's sound: waveform, zoom, and pictures of the visible part."""

from typing import Any

import ipywidgets

from audiolab.catalog import Catalog
from audiolab.widgets import pictures
from audiolab.widgets.later import Later
from audiolab.widgets.pictures import CHOICES, LONGEST_FINE_SECONDS, PEAKS, Pictures, Wish
from audiolab.widgets.plotly_view import Event, PlotlyView
from audiolab.widgets.texts import Text, t
from audiolab.widgets.track_scope import TrackScope

SHORTEST_SECONDS = 1.0  # that can be zoomed to


class TrackStage(ipywidgets.VBox):
    """Waveform, zoom, and pictures on demand.

    Parameters
    ----------
    catalog : Catalog
        Where the track is.
    """

    def __init__(self, catalog: Catalog, **traits: Any) -> None:
        self._catalog = catalog
        self._seen = (0.0, 0.0)
        self._made: dict[str, Any] = {}  # pictures of what is seen now
        self._pictures: Later[Wish, Pictures] = Later(
            lambda wish, outdated: pictures.make(self._catalog, wish, outdated), self._show
        )
        self.wave = PlotlyView(label=t("stage.waveform"), slider=True)
        self.scope = TrackScope(
            choices=[{"name": one, "label": t(f"pictures.{one}")} for one in CHOICES]
        )
        self.gallery = ipywidgets.VBox()
        self.gallery.add_class("al-gallery")
        super().__init__(children=[self.wave, self.scope, self.gallery], **traits)
        self.add_class("al-stage")
        self.wave.on_event(self._on_wave)
        self.scope.observe(lambda _: self._want(), "chosen")
        self.scope.on_msg(self._on_scope)

    @property
    def seconds(self) -> float:
        """How long the track is; 0 if that is not known."""
        return float(self.wave.track.get("duration") or 0)

    def show_track(self, row: dict[str, Any]) -> None:
        """Show a track's waveform, and the pictures that were wanted of another."""
        self.wave.track = row
        self._seen, self._made = (0.0, self.seconds), {}
        self.wave.figure = pictures.waveform(self._catalog, row["id"], self.seconds)
        self.scope.view = {"zoomed": False, "empty": self.wave.figure is None}
        self._want()

    def clear(self) -> None:
        """Show nothing, so that a hidden stage costs nothing."""
        self.wave.track = {}
        self.wave.figure = None
        self._made = {}
        self._fill()

    @property
    def _wish(self) -> Wish:
        """The pictures that are wanted and not there yet."""
        names = [name for name in CHOICES if name in self.scope.chosen]
        if self.seconds / 2 > self._seen[1] - self._seen[0] <= LONGEST_FINE_SECONDS:
            names.insert(0, PEAKS)
        names = [name for name in names if name not in self._made]
        return Wish(str(self.wave.track.get("id")), tuple(names), *self._seen)

    def _want(self) -> None:
        if not self._wish.names or not self.seconds:
            self._fill()
            return
        busy = self._wish.names != (PEAKS,)
        self.scope.view = {**self.scope.view, "busy": busy, "problem": ""}
        self._pictures.want(self._wish)

    def _show(self, made: Pictures) -> None:
        now = self._wish
        if (made.wish.track_id, made.wish.start, made.wish.end) == (now.track_id, *self._seen):
            self._made |= made.figures
            if PEAKS in made.figures:
                self.wave.figure = made.figures[PEAKS]
            self._fill("" if made.wish.names == (PEAKS,) else made.problem)

    def _fill(self, problem: Text = "") -> None:
        """The pictures, in the widgets that are there as far as they go."""
        figures = {
            name: self._made[name]
            for name in CHOICES
            if name in self._made and name in self.scope.chosen
        }
        before = list(self.gallery.children)
        views = before[: len(figures)]
        views += [PlotlyView() for _ in range(len(figures) - len(views))]
        for view, (name, figure) in zip(views, figures.items(), strict=True):
            view.label = t(f"pictures.{name}")
            view.caption = pictures.caption(name, figure)
            view.track = self.wave.track
            if view.figure is not figure:
                view.figure = figure
        self.gallery.children = views
        for view in before[len(views) :]:
            view.close()
        note = pictures.note(*self._seen) if figures else ""
        self.scope.view = {**self.scope.view, "busy": False, "note": note, "problem": problem}

    def _on_wave(self, event: Event) -> None:
        """The visitor zooms: pictures follow."""
        if event["type"] != "relayout":
            return
        seen = _visible(event["changes"], self.seconds)
        if seen == self._seen:
            return
        self._seen, self._made = seen, {}
        zoomed = seen[1] - seen[0] < self.seconds - 0.01
        self.scope.view = {**self.scope.view, "zoomed": zoomed}
        self._want()

    def _on_scope(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """Zoom buttons: around where it plays, or around the middle of what is seen."""
        factor, at = message.get("factor"), message.get("at")
        if message.get("type") != "zoom" or not isinstance(factor, int | float) or not self.seconds:
            return
        low, high = self._seen
        width = min(self.seconds, max(SHORTEST_SECONDS, (high - low) * factor))
        middle = at if isinstance(at, int | float) else (low + high) / 2
        low = min(max(0.0, middle - width / 2), self.seconds - width)
        self.wave.send({"type": "range", "range": [low, low + width]})


def _visible(changes: dict[str, Any], seconds: float) -> tuple[float, float]:
    """The part that is seen after a change of the axis: all of it, unless a range is named."""
    span = changes.get("xaxis.range", [changes.get(f"xaxis.range[{end}]") for end in (0, 1)])
    if not isinstance(span, list) or not all(isinstance(one, int | float) for one in span):
        return 0.0, seconds
    return max(0.0, float(span[0])), min(seconds, float(span[1]))
