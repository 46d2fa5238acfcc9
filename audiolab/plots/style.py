"""How all our figures look: a palette that everybody can tell apart, one template a theme.

Colours of categories are Okabe & Ito's ("Color universal design", 2008), those of amounts
Cividis (Nuñez, Anderton & Renslow, PLOS ONE 13, 2018). Figures name no colours of their own where
the template has one, so that a page can put the other theme's template in its place.
"""

import html
import os
import sys
from typing import Any, Literal

import plotly.graph_objects as go
import plotly.io as pio

Theme = Literal["light", "dark"]

BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442",
)  # fmt: skip
# In the order in which they are given out; the first stands out best from the paper.
PALETTE: dict[Theme, tuple[str, ...]] = {
    "light": (BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW),
    "dark": (SKY, ORANGE, GREEN, PINK, YELLOW, RED, BLUE),
}
AMOUNTS = "Cividis"
OTHERS = "#8A8D96"  # what has no colour of its own, on either paper
FONT = 'Inter, system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif'
LONGEST_TEXT = 80

_INK: dict[Theme, dict[str, str]] = {
    "light": {"paper": "#FFFFFF", "text": "#33353D", "grid": "#E8E8E5", "line": "#C9C9C5"},
    "dark": {"paper": "#14151A", "text": "#D3D5DC", "grid": "#2B2E38", "line": "#4A4E5C"},
}


def _template(theme: Theme) -> go.layout.Template:
    ink = _INK[theme]
    axis = {
        "gridcolor": ink["grid"],
        "linecolor": ink["line"],
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": ink["line"],
        "automargin": True,
        "title": {"standoff": 8},
    }
    bars = {"colorscale": AMOUNTS, "colorbar": {"outlinewidth": 0, "ticks": "", "thickness": 12}}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": ink["text"]},
            "title": {"x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 16}},
            "paper_bgcolor": ink["paper"],
            "plot_bgcolor": ink["paper"],
            "colorway": PALETTE[theme],
            "colorscale": {"sequential": AMOUNTS},
            "margin": {"l": 64, "r": 24, "t": 56, "b": 52},
            "hoverlabel": {
                "bgcolor": ink["paper"],
                "bordercolor": ink["line"],
                "font": {"family": FONT, "size": 12, "color": ink["text"]},
                "align": "left",
                "namelength": 0,
            },
            "legend": {
                "orientation": "h",
                "y": 1.02,
                "yanchor": "bottom",
                "x": 1,
                "xanchor": "right",
            },
            "xaxis": axis,
            "yaxis": axis,
            "polar": {
                "bgcolor": ink["paper"],
                "angularaxis": {"gridcolor": ink["grid"], "linecolor": ink["line"]},
                "radialaxis": {"gridcolor": ink["grid"], "linecolor": ink["line"]},
            },
            "coloraxis": bars,
            "bargap": 0.08,
        },
        data={"heatmap": [bars], "barpolar": [{"marker": {"line": {"width": 0}}}]},
    )


TEMPLATES: dict[Theme, go.layout.Template] = {
    "light": _template("light"),
    "dark": _template("dark"),
}
for _theme in TEMPLATES:
    pio.templates[f"audiolab_{_theme}"] = TEMPLATES[_theme]

IN_KERNELS = "plotly_mimetype"
WITH_HTML = "plotly_mimetype+notebook"


def keep_html() -> None:
    """Let notebooks keep figures as HTML too.

    In a kernel plotly stores them in a form that only notebooks draw, so that nbconvert leaves a
    blank. The HTML brings plotly's script along, once a notebook (5 MB). Where nothing has been
    displayed yet, plotly's variable will do: its renderers take 20 MB of a page's kernel.
    """
    if "plotly.io._renderers" not in sys.modules:
        os.environ.setdefault("PLOTLY_RENDERER", WITH_HTML)
    elif pio.renderers.default == IN_KERNELS:
        pio.renderers.default = WITH_HTML


if "ipykernel" in sys.modules:
    keep_html()


def figure(*traces: Any, theme: Theme = "light", title: str = "", **layout: Any) -> go.Figure:
    """A figure in one of our themes.

    Parameters
    ----------
    *traces
        What is in it.
    theme : {"light", "dark"}
    title : str
        Plain text; "" for none.
    **layout
        Whatever else plotly's layout takes.

    Raises
    ------
    ValueError
        For another theme.
    """
    if theme not in TEMPLATES:
        raise ValueError(f"theme: expected light or dark, got {theme!r}")
    for trace in traces:  # the box beside what is pointed at would only repeat the trace's name
        if trace.hovertemplate:
            trace.hovertemplate += "<extra></extra>"
    head = {"title_text": plain(title)} if title else {"margin_t": 24}
    return go.Figure(list(traces), layout={"template": TEMPLATES[theme]}).update_layout(
        **head, **layout
    )


def count_axis(most: int) -> dict[str, Any]:
    """An axis of numbers of tracks, which are whole."""
    whole = {"dtick": 1} if most < 10 else {}
    return {"title": "Tracks", "rangemode": "tozero", "tickformat": ",d", **whole}


def count_bar(most: int) -> dict[str, Any]:
    """A heatmap's colours from no track to most."""
    ticks = {"dtick": 1} if most < 10 else {}
    title = {"text": "Tracks", "side": "right"}
    return {"zmin": 0, "zmax": most, "colorbar": {"title": title, "tickformat": ",d", **ticks}}


def nothing(theme: Theme, title: str, message: str, **layout: Any) -> go.Figure:
    """An empty figure that says why it is empty."""
    note = {
        "text": plain(message), "showarrow": False,
        "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5,
    }  # fmt: skip
    blank = {"visible": False}
    return figure(theme=theme, title=title, annotations=[note], xaxis=blank, yaxis=blank, **layout)


def plain(text: object) -> str:
    """Text for plotly: its signs stay signs, its tags no tags, and it ends somewhere."""
    words = " ".join(str(text).split())
    short = words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"
    return html.escape(short, quote=False)
