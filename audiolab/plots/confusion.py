"""Tags of the files against the analysis: where they agree, and what is taken for what."""

from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from audiolab import keys
from audiolab.catalog import Catalog
from audiolab.catalog.tag_claims import Claim, claim
from audiolab.errors import QueryError
from audiolab.plots.style import OTHERS, Theme, count_bar, figure, nothing, plain
from audiolab.plots.tracks import Tracks, frame_of, names_of

What = Literal["genre", "key", "tempo"]
HEIGHT = 520
TOP = 15
OTHER = "other"
COLUMNS: dict[str, tuple[str, ...]] = {
    "genre": ("tag_genre", "genre_primary"),
    "key": ("tags", "key"),
    "tempo": ("tags", "tempo_bpm"),
}
TICKS = (*range(40, 100, 10), *range(100, 260, 20))
LEVELS = {"the same": 1.0, "double": 2.0, "half": 0.5}
CAMELOT = [f"{number}{letter}" for letter in "AB" for number in range(1, 13)]


def confusion(
    tracks: Tracks,
    what: What = "genre",
    catalog: Catalog | None = None,
    *,
    theme: Theme = "light",
) -> go.Figure:
    """What the files' tags say against what the analysis found.

    Parameters
    ----------
    tracks : DataFrame, Filter, str, dict or None
        Which tracks; those whose tags or analysis do not say are left out.
    what : {"genre", "key", "tempo"}
        Genres (the 15 most frequent) and keys as a matrix of tracks, tempi as points with lines
        for the same, the double and the half tempo.
    catalog : Catalog, optional
        Where they are; the settings' catalog if left out.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    QueryError
        For something else, or if a DataFrame lacks a column.
    """
    if what not in COLUMNS:
        raise QueryError(f"what: expected one of {', '.join(COLUMNS)}, got {what!r}")
    frame = frame_of(tracks, catalog, COLUMNS[what])
    found = _claims(frame, what)
    title = f"{what.capitalize()}: tags against analysis"
    if not found:
        message = f"No track has both: a {what} in its tags and one that was found."
        return nothing(theme, title, message, height=HEIGHT)
    if what == "tempo":
        return _tempi(frame.loc[list(found)], list(found.values()), theme, title)
    pairs = pd.DataFrame([(one.claimed, one.found) for one in found.values()])
    table = _keys(pairs) if what == "key" else _genres(pairs)
    return _matrix(table, theme, title, " (Camelot)" if what == "key" else "")


def _claims(frame: pd.DataFrame, what: str) -> dict[str, Claim]:
    """Track id to what its tags claim, where the analysis found something too."""
    column = {"genre": "genre_primary", "key": "key", "tempo": "tempo_bpm"}[what]
    found = {}
    for track_id, row in zip(frame.index, _records(frame, COLUMNS[what]), strict=True):
        if what == "genre":
            row["tags"] = {"genre": [row["tag_genre"]]}
        one = claim(column, row)
        if one is not None and one.found is not None:
            found[str(track_id)] = one
    return found


def _records(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    part = frame[list(columns)].astype(object)
    known = part.where(part.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]


def _genres(pairs: pd.DataFrame) -> pd.DataFrame:
    """Counts, tags down, analysis across, the most frequent first, the rest under "other"."""
    for column in (0, 1):
        frequent = pairs[column].value_counts().index[:TOP]
        pairs[column] = pairs[column].where(pairs[column].isin(frequent), OTHER)
    table = pd.crosstab(pairs[0], pairs[1])
    down, across = (
        sorted(names, key=lambda name: (name == OTHER, -int(total[name])))
        for names, total in ((table.index, table.sum(axis=1)), (table.columns, table.sum()))
    )
    return table.reindex(index=down, columns=across)


def _keys(pairs: pd.DataFrame) -> pd.DataFrame:
    """Counts of all 24 keys, in the order of the circle of fifths."""
    codes = pairs.map(lambda key: keys.camelot(*keys.parse(key)))
    table = pd.crosstab(codes[0], codes[1]).reindex(index=CAMELOT, columns=CAMELOT, fill_value=0)
    return table


def _matrix(table: pd.DataFrame, theme: Theme, title: str, notation: str) -> go.Figure:
    values = table.to_numpy(np.float32)
    cells = go.Heatmap(
        z=np.where(values > 0, values, np.nan),
        x=[plain(name) for name in table.columns],
        y=[plain(name) for name in table.index],
        **count_bar(int(values.max())),
        hovertemplate="tags say %{y}<br>analysis says %{x}<br>%{z:,} tracks",
        name="Tracks",
    )
    names = {"type": "category", "showgrid": False, "dtick": 1}
    found = {**names, "title": f"Found by analysis{notation}", "tickangle": -45}
    said = {**names, "title": f"Said by tags{notation}", "autorange": "reversed"}
    return figure(cells, theme=theme, title=title, height=HEIGHT, xaxis=found, yaxis=said)


def _tempi(frame: pd.DataFrame, found: list[Claim], theme: Theme, title: str) -> go.Figure:
    said = np.array([one.claimed for one in found], np.float32)
    heard = np.array([one.found for one in found], np.float32)
    low, high = 0.9 * min(said.min(), heard.min()), 1.1 * max(said.max(), heard.max())
    lines = [
        go.Scatter(
            x=[low, high], y=[low * level, high * level], mode="lines", name=name,
            line={"color": OTHERS, "width": 1, "dash": "solid" if level == 1 else "dot"},
            hoverinfo="skip", showlegend=False,
        )
        for name, level in LEVELS.items()
    ]  # fmt: skip
    points = go.Scatter(
        x=said,
        y=heard,
        mode="markers",
        marker={"size": 7, "opacity": 0.7},
        text=names_of(frame),
        customdata=[str(track_id) for track_id in frame.index],
        hovertemplate="<b>%{text}</b><br>tags say %{x:.1f} BPM<br>analysis says %{y:.1f} BPM",
        name="Tracks",
        showlegend=False,
    )
    ticks = [bpm for bpm in TICKS if low <= bpm <= high]
    scale = {"type": "log", "range": [np.log10(low), np.log10(high)], "tickvals": ticks}
    axes = {
        "xaxis": {**scale, "title": "Said by tags (BPM)"},
        "yaxis": {**scale, "title": "Found by analysis (BPM)"},
    }
    return figure(points, *lines, theme=theme, title=title, height=HEIGHT, **axes)
