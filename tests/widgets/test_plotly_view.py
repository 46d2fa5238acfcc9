"""PlotlyView without a page: what is sent, and what comes back."""

import gzip
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from audiolab import plots
from audiolab.plots.style import figure
from audiolab.widgets import PlotlyView


def say(view: PlotlyView, message: dict[str, Any], buffers: list[bytes] | None = None) -> None:
    view._handle_custom_msg(message, buffers or [])


def test_a_figure_is_a_few_kilobytes() -> None:
    made = figure(go.Scatter(x=np.arange(500, dtype=np.float32), y=np.zeros(500, np.float32)))
    view = PlotlyView(made, label="Noise")
    state = view.get_state()
    assert len(json.dumps(state["_figure"])) < 8_000
    assert "template" not in state["_figure"]["layout"], "it is the page's"
    assert state["_templates"].keys() == {"light", "dark"}
    assert state["_templates"]["dark"]["layout"]["colorway"][0] == plots.PALETTE["dark"][0]
    assert view.figure is made
    view.figure = None
    assert view._figure == {}


def test_what_a_visitor_does() -> None:
    view, heard = PlotlyView(), []
    view.on_event(heard.append)
    points = [{"curve": 0, "index": 3, "x": 1, "y": 2, "customdata": "id"}]
    say(view, {"type": "click", "points": points})
    say(view, {"type": "relayout", "changes": {"xaxis.range[0]": 1.5}})
    indices = [np.arange(5, dtype="<i4").tobytes(), np.array([7], "<i4").tobytes()]
    say(view, {"type": "select", "curves": [0, 2]}, indices)
    say(view, {"type": "select", "curves": []})
    say(view, {"type": "nonsense"})
    assert heard == [
        {"type": "click", "points": points},
        {"type": "relayout", "changes": {"xaxis.range[0]": 1.5}},
        {"type": "select", "points": {0: [0, 1, 2, 3, 4], 2: [7]}},
        {"type": "select", "points": {}},
    ]


def test_the_bundle_for_pages_without_our_server() -> None:
    view, sent = PlotlyView(), []
    view.send = lambda *what: sent.append(what)  # type: ignore[method-assign]
    say(view, {"type": "plotly", "request": "7"})
    [(answer, [packed])] = sent
    assert answer == {"type": "bundle", "request": "7"}
    assert len(packed) < 2_500_000
    script = gzip.decompress(packed)
    assert f"plotly.js v{view_bundle_version(script)}".encode() in script[:200]
    assert b"scattergl" in script


def view_bundle_version(script: bytes) -> str:
    return script[:200].decode().split("plotly.js v")[1].split()[0]


def test_what_is_not_a_figure() -> None:
    with pytest.raises(AttributeError):
        PlotlyView({"data": []})  # type: ignore[arg-type]
