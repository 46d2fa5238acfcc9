"""Pictures of the part of a track that is seen: made on a thread, bounded in length."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audiolab.catalog import Catalog
from audiolab.errors import AnalysisError, CatalogError
from audiolab.widgets.texts import Text, number, t

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from audiolab.analysis.excerpt import Excerpt

CHOICES = ("spectrogram", "constant_q", "chromagram", "tempogram", "loudness")
LONGEST_SECONDS = 300.0
# The waveform itself, finer, of a part this short.
PEAKS = "peaks"
LONGEST_FINE_SECONDS = 60.0
# On the page a picture is as wide as the waveform above it, so that the same place in time is the
# same place on the screen, and its axis lies inside.
HEIGHT = 200
QUIET = {"title": None, "showgrid": False, "showticklabels": False, "ticks": ""}
INSIDE = {"title": None, "ticklabelposition": "inside", "ticks": ""}
MARGINS = {"l": 0, "r": 0, "t": 30, "b": 26}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see.

    Attributes
    ----------
    track_id : str
    names : tuple of str
        Keys of `CHOICES`.
    start, end : float
        The visible part in seconds.
    """

    track_id: str
    names: tuple[str, ...]
    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How much of the visible part is shown."""
        return min(LONGEST_SECONDS, max(0.5, self.end - self.start))


@dataclass(frozen=True)
class Pictures:
    """What came of a wish: figures by name, or why there are none."""

    wish: Wish
    figures: "dict[str, go.Figure]"
    problem: Text = ""


def note(start: float, end: float) -> Text:
    """What to say when less is shown than is seen."""
    if end - start <= LONGEST_SECONDS:
        return ""
    return t("stage.first_minutes", count=round(LONGEST_SECONDS / 60))


def make(catalog: Catalog, wish: Wish, outdated: Callable[[], bool]) -> Pictures:
    """The pictures that are wanted, or why there are none; ends early when nobody wants them."""
    try:
        return Pictures(wish, _figures(catalog, wish, outdated))
    except FileNotFoundError:
        problem: Text = t("stage.file_gone")
    except AnalysisError as error:
        problem = error.reason
    except CatalogError as error:
        problem = str(error)
    except OSError as error:
        problem = error.strerror.lower() if error.strerror else t("stage.file_unread")
    return Pictures(wish, {}, t("stage.no_picture", reason=problem))


def _figures(catalog: Catalog, wish: Wish, outdated: Callable[[], bool]) -> "dict[str, go.Figure]":
    from audiolab.analysis.excerpt import read_excerpt

    path = catalog.path(wish.track_id)
    found: dict[str, go.Figure] = {}
    excerpt = None
    for name in wish.names:
        if outdated():
            break
        if name == "loudness":
            found[name] = _fitted(_loudness(path, wish))
            continue
        if excerpt is None:
            excerpt = read_excerpt(path, wish.start, wish.seconds)
        if name == PEAKS:
            found[name] = _waveform(catalog, wish, excerpt)
            continue
        found[name] = _fitted(_of_excerpt(catalog, wish, name, excerpt))
    return found


def waveform(
    catalog: Catalog, track_id: str, seconds: float, detail: "Excerpt | None" = None
) -> "go.Figure | None":
    """The waveform as the page shows it: as wide as its place, no axis but that of time."""
    from audiolab.plots.waveform import peaks_figure

    peaks = catalog.waveform(track_id)
    if not seconds or not peaks.any():
        return None
    time = {"title": None, "showgrid": False}
    figure = peaks_figure(peaks, seconds, detail=detail)
    return figure.update_layout(
        height=HEIGHT, margin={"l": 0, "r": 0, "t": 4, "b": 28}, xaxis=time, yaxis=QUIET,
        uirevision=track_id,
    )  # fmt: skip


def _waveform(catalog: Catalog, wish: Wish, excerpt: "Excerpt") -> "go.Figure":
    seconds = float(catalog.track(wish.track_id)["duration_seconds"])
    figure = waveform(catalog, wish.track_id, seconds, excerpt)
    assert figure is not None
    return figure.update_xaxes(range=[wish.start, wish.end])


def _loudness(path: Path, wish: Wish) -> "go.Figure":
    from audiolab import plots

    return plots.loudness(path).update_xaxes(range=[wish.start, wish.end])


def caption(name: str, figure: "go.Figure") -> dict[str, Text]:
    """What a picture shows and in what unit: the `name` it has, and a `text`."""
    first = figure.data[0] if figure.data else None
    low, high = (getattr(first, one, None) or 0 for one in ("zmin", "zmax"))
    text = t(f"pictures.{name}_caption", low=number(low), high=number(high))
    return {"name": t(f"pictures.{name}"), "text": text}


def _fitted(figure: "go.Figure") -> "go.Figure":
    """The figure without what would make it narrower than the waveform; `caption` says its unit."""
    for trace in figure.data:
        if trace.type == "heatmap":
            trace.showscale = False
    return figure.update_layout(
        title=None, margin=MARGINS, xaxis={"title": None}, yaxis=INSIDE, legend_y=1.0
    )


def _of_excerpt(catalog: Catalog, wish: Wish, name: str, excerpt: "Excerpt") -> "go.Figure":
    from audiolab.plots.chromagram import excerpt_figure as chromagram
    from audiolab.plots.spectrogram import excerpt_figure as spectrogram
    from audiolab.plots.tempogram import excerpt_figure as tempogram

    if name == "chromagram":
        return chromagram(excerpt)
    if name == "tempogram":
        bpm: Any = catalog.track(wish.track_id)["tempo_bpm"]
        return tempogram(excerpt, catalog.beats(wish.track_id), bpm)
    return spectrogram(excerpt, "constant_q" if name == "constant_q" else "mel")
