"""What the filter panel offers: values with counts, within everything else that is chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audiolab.analysis import find_installed
from audiolab.catalog import Catalog, Filter
from audiolab.catalog.schema import STATES
from audiolab.config import load_settings
from audiolab.widgets import filter_bar
from audiolab.widgets.texts import t
from audiolab.widgets.view_state import ViewState

OPTIONS_SHOWN = 200
BARS = 36
BPM_SPAN = (40, 220)
LONGEST_SECONDS = 600
LOUDNESS_SPAN = (-40, 0)


@dataclass(frozen=True)
class Options:
    """Sections of the panel, and how many tracks match if counting them was cheap."""

    sections: list[dict[str, Any]]
    total: int | None


def options(
    catalog: Catalog, state: ViewState, outdated: Callable[[], bool] = lambda: False
) -> Options:
    """Count the values to choose from.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.
    state : ViewState
        What is chosen.
    outdated : callable
        Whether nobody wants the answer any more; it ends early then.
    """
    count = _Count(catalog, state)
    sections = []
    for make in _SECTIONS:
        if outdated():
            break
        section = make(count)
        if section is not None:
            sections.append(section)
    # Whoever has read every matching track for its values may count them too.
    exact = not outdated() and not count.sampled
    return Options(sections, catalog.count(state.filter()) if exact else None)


class _Count:
    """Counts for one state, noting whether any was scaled up from a sample."""

    def __init__(self, catalog: Catalog, state: ViewState) -> None:
        self.catalog = catalog
        self.state = state
        self.sampled = False

    def everywhere(self, facet: str) -> list[Any]:
        """Values in the whole library, most frequent first."""
        return list(self.catalog.facets(facet, limit=OPTIONS_SHOWN).index)

    def here(self, facet: str, field: str) -> dict[Any, int]:
        """Value -> tracks that have it, among those that everything but `field` lets through."""
        found = self.catalog.facets(facet, self.state.filter(leave_out=field))
        self.sampled = self.sampled or bool(found.attrs.get("approximate"))
        return dict(found.items())

    def bars(self, field: str, low: float, high: float, bins: int = BARS) -> list[int]:
        """Histogram of those tracks."""
        where = self.state.filter(leave_out=field)
        drawn = self.catalog.histogram(field, where, bins, (low, high))
        return [int(tracks) for tracks in drawn["tracks"]]


def _genres(count: _Count) -> dict[str, Any]:
    """Genres as the networks hear them; before they have run, as the files' tags say."""
    name = "genre" if _has(count, "genre") or not _has(count, "tag_genre") else "tag_genre"
    return _choice(count, name)


def _unheard(count: _Count) -> dict[str, Any] | None:
    """While no network has heard anything: what is missing, and the command."""
    heard = any(_has(count, name) for name in ("genre", "mood", "instrument"))
    if heard or not _has(count, "format"):
        return None
    ready = find_installed(load_settings()).of("networks") is not None
    text = t("filters.unheard_scan" if ready else "filters.unheard_download")
    return filter_bar.note("unheard", t("filters.unheard"), text)


def _keys(count: _Count) -> dict[str, Any]:
    return filter_bar.key_wheel(count.here("key_camelot", "key"))


def _tempo(count: _Count) -> dict[str, Any]:
    return filter_bar.slider("tempo_bpm", *BPM_SPAN, 1, count.bars("tempo_bpm", *BPM_SPAN))


def _energy(count: _Count) -> dict[str, Any]:
    return filter_bar.slider("energy", 0, 1, 0.05, count.bars("energy", 0, 1, 20))


def _moods(count: _Count) -> dict[str, Any] | None:
    return _choice(count, "mood") if _has(count, "mood") else None


def _instruments(count: _Count) -> dict[str, Any] | None:
    return _choice(count, "instrument") if _has(count, "instrument") else None


def _vocals(count: _Count) -> dict[str, Any] | None:
    if not _has(count, "has_vocals"):
        return None
    return filter_bar.yes_no("has_vocals", count.here("has_vocals", "has_vocals"))


def _loudness(count: _Count) -> dict[str, Any]:
    bars = count.bars("loudness_lufs", *LOUDNESS_SPAN, 40)
    return filter_bar.slider("loudness_lufs", *LOUDNESS_SPAN, 1, bars)


def _duration(count: _Count) -> dict[str, Any]:
    bars = count.bars("duration_seconds", 0, LONGEST_SECONDS, 20)
    return filter_bar.slider("duration_seconds", 0, LONGEST_SECONDS, 30, bars, "clock")


def _years(count: _Count) -> dict[str, Any] | None:
    """The decades of the library, whatever is chosen, so that the handles keep their places."""
    decades = [int(decade) for decade in count.everywhere("decade")]
    if not decades:
        return None
    low, high = min(decades), max(decades) + 10
    return filter_bar.slider("year", low, high, 1, count.bars("year", low, high))


def _formats(count: _Count) -> dict[str, Any] | None:
    return _choice(count, "format") if _has(count, "format") else None


def _states(count: _Count) -> dict[str, Any] | None:
    """Once there are files that failed, are missing or were taken out: a way to look at them."""
    every = Filter(state=list(STATES))
    there = count.catalog.facets("state", every)
    if set(there.index) <= {"analysed"} and not count.state.chosen.get("state"):
        return None
    here = count.catalog.facets("state", every & count.state.filter(leave_out="state"))
    return filter_bar.choice("state", {name: here.get(name, 0) for name in there.index})


_SECTIONS: tuple[Callable[[_Count], dict[str, Any] | None], ...] = (
    _genres, _unheard, _keys, _tempo, _energy, _moods, _instruments, _vocals, _loudness, _duration,
    _years, _formats, _states,
)  # fmt: skip


def _has(count: _Count, name: str) -> bool:
    """Whether there is anything to choose or to take back."""
    return bool(count.everywhere(name) or count.state.chosen.get(name))


def _choice(count: _Count, name: str) -> dict[str, Any]:
    """Every value keeps its place whatever the filter, so that the panel does not jump."""
    here = count.here(name, name)
    return filter_bar.choice(name, {value: here.get(value, 0) for value in count.everywhere(name)})
