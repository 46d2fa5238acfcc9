"""What the filter panel offers: values with counts, within everything else that is chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audiolab.catalog import Catalog
from audiolab.widgets import filter_bar
from audiolab.widgets.view_state import ViewState

OPTIONS_SHOWN = 200


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
    for make in (_genres, _keys, _tempo, _energy):
        if outdated():
            break
        sections.append(make(count))
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


def _genres(count: _Count) -> dict[str, Any]:
    """Genres as the networks hear them; before they have run, as the files' tags say.

    Every genre keeps its place whatever the filter, so that the panel does not jump.
    """
    for name in ("genre", "tag_genre"):
        everywhere = count.everywhere(name)
        if everywhere or count.state.chosen.get(name):
            here = count.here(name, name)
            return filter_bar.choice(name, {value: here.get(value, 0) for value in everywhere})
    return filter_bar.choice("genre", {})


def _keys(count: _Count) -> dict[str, Any]:
    return filter_bar.key_wheel(count.here("key_camelot", "key"))


def _tempo(_: _Count) -> dict[str, Any]:
    return filter_bar.slider("tempo_bpm", *filter_bar.BPM_SPAN, step=1)


def _energy(_: _Count) -> dict[str, Any]:
    return filter_bar.slider("energy", 0, 1, step=0.05)
