"""Keys round the circle of fifths, in the order in which DJs number them."""

import plotly.graph_objects as go

from audiolab import keys
from audiolab.catalog import Catalog, Filter
from audiolab.plots.distribution import counts
from audiolab.plots.style import Theme, figure, nothing
from audiolab.plots.tracks import Tracks

HEIGHT = 420
MODES = {"A": "minor", "B": "major"}


def key_wheel(
    tracks: Tracks, catalog: Catalog | None = None, *, theme: Theme = "light"
) -> go.Figure:
    """Tracks by key: twelve directions, minor inside, major outside.

    Parameters
    ----------
    tracks : DataFrame, Filter, str, dict or None
        Which tracks.
    catalog : Catalog, optional
        Where they are; the settings' catalog if left out.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        Two stacked traces of twelve wedges; ``customdata`` of each is the query for its key.

    Raises
    ------
    QueryError
        If a DataFrame lacks ``key_camelot``.
    """
    found = counts(tracks, "key_camelot", catalog)
    if found.empty:
        return nothing(theme, "Keys", "The key is not known of any of these tracks.", height=HEIGHT)
    wheel = {
        "angularaxis": {
            "type": "category",
            "direction": "clockwise",
            "rotation": 90,
            "categoryarray": [str(number) for number in range(1, 13)],
        },
        "radialaxis": {"rangemode": "tozero", "nticks": 4, "angle": 75, "tickformat": ",d"},
    }
    rings = [
        _ring(letter, mode, {str(code): tracks for code, tracks in found.items()})
        for letter, mode in MODES.items()
    ]
    return figure(*rings, theme=theme, title="Tracks by key", height=HEIGHT, polar=wheel)


def _ring(letter: str, mode: str, tracks: dict[str, int]) -> go.Barpolar:
    codes = [f"{number}{letter}" for number in range(1, 13)]
    names = [keys.name(*keys.parse(code)) for code in codes]
    return go.Barpolar(
        r=[int(tracks.get(code, 0)) for code in codes],
        theta=[code[:-1] for code in codes],
        name=mode.capitalize(),
        text=[f"{code} · {name}" for code, name in zip(codes, names, strict=True)],
        customdata=[Filter(key=code).to_query() for code in codes],
        hovertemplate="%{text}<br>%{r:,} tracks",
    )
