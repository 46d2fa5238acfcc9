"""PlotlyView: a plotly figure on our pages, for a few kilobytes.

plotly's own FigureWidget sends its 5 MB of JavaScript with every figure; here the page loads the
bundle of the installed plotly once, from our server, or through the kernel where there is none.
"""

import gzip
import importlib.metadata
import importlib.util
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Bool, Dict, Unicode, Union

from audiolab.widgets.part import Part

if TYPE_CHECKING:
    import plotly.graph_objects as go

Event = dict[str, Any]


class PlotlyView(Part):
    """Shows a figure, follows the page's theme and tells what a visitor does in it.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure, optional
        What to show; colours that it does not name come from our template of the page's theme.

    Attributes
    ----------
    label : str or Text
        What it shows, for screen readers.
    caption : dict
        A `name` and a `text` above the figure, in place of a title of its own. Empty for none.
    track : dict
        A row (`rows.track_row`): the horizontal axis is the time of this track, so that the page
        shows where it plays and a click seeks there, without the kernel. Empty for any other axis.
    slider : bool
        Whether the place can be moved with keys too, as on a player's waveform.
    options : dict
        Further plotly configuration, e.g. ``{"scrollZoom": True}``.

    Examples
    --------
    >>> from audiolab import plots
    >>> view = PlotlyView(plots.distribution(None, "bpm", cat))
    >>> view.on_event(lambda event: print(event["type"], event.get("points")))
    """

    module = "plotly_view"

    label: Any = Union([Unicode(), Dict()]).tag(sync=True)
    caption: Any = Dict().tag(sync=True)
    track: Any = Dict().tag(sync=True)
    slider = Bool(False).tag(sync=True)
    options: Any = Dict().tag(sync=True)
    _figure: Any = Dict().tag(sync=True)
    _templates: Any = Dict().tag(sync=True)
    _version = Unicode().tag(sync=True)

    def __init__(self, figure: "go.Figure | None" = None, **traits: Any) -> None:
        super().__init__(_version=importlib.metadata.version("plotly"), **traits)
        self._shown: go.Figure | None = None
        self._listeners: list[Callable[[Event], None]] = []
        self.on_msg(self._on_message)
        if figure is not None:
            self.figure = figure

    @property
    def figure(self) -> "go.Figure | None":
        """The figure shown; set another to replace it."""
        return self._shown

    @figure.setter
    def figure(self, figure: "go.Figure | None") -> None:
        from audiolab.plots import TEMPLATES

        self._shown = figure
        if not self._templates:
            self._templates = {name: one.to_plotly_json() for name, one in TEMPLATES.items()}
        self._figure = {} if figure is None else _spec(figure)

    def on_event(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with what a visitor does.

        Events are dicts: ``{"type": "click", "points": [{"curve", "index", "x", "y",
        "customdata"}]}``; ``{"type": "select", "points": {curve: indices}}``, empty when a
        selection is undone; ``{"type": "relayout", "changes": {"xaxis.range[0]": 1.5, …}}``.
        """
        self._listeners.append(listener)

    def _on_message(self, _: Any, message: Event, buffers: Sequence[Any]) -> None:
        kind = message.get("type")
        if kind == "plotly":  # no server of ours has the bundle
            answer = {"type": "bundle", "request": str(message.get("request"))}
            self.send(answer, [packed_bundle()])
        elif kind in ("click", "relayout"):
            self._tell(message)
        elif kind == "select":
            self._tell({"type": "select", "points": _selection(message, buffers)})

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


@cache
def packed_bundle() -> bytes:
    """The bundle of the installed plotly, gzipped."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return gzip.compress((Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes())


def _spec(figure: "go.Figure") -> dict[str, Any]:
    """Data and layout as the page takes them; the template is the page's."""
    spec: dict[str, Any] = json.loads(figure.to_json())
    spec["layout"].pop("template", None)
    return spec


def _selection(message: Event, buffers: Sequence[Any]) -> dict[int, list[int]]:
    """Curve to the indices of its points; they come as int32, since there may be very many."""
    curves = message.get("curves")
    numbers = curves if isinstance(curves, list) else []
    return {
        int(curve): np.frombuffer(buffer, "<i4").tolist()
        for curve, buffer in zip(numbers, buffers, strict=False)
    }
