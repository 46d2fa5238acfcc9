"""StatsView without a page: what its charts say, where bars lead, libraries that lack things."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from server.running_dashboard import own_database

from audiolab import Catalog, Filter, StatsView
from audiolab.errors import DatabaseError
from audiolab.widgets.charts import narrowed
from audiolab.widgets.view_state import ViewState
from widgets.written import written

TOTAL = 61
SOUND = {
    "valence": 0.7,
    "loudness_lufs": -12.0,
    "tempo_confidence": 0.2,
    "key_confidence": 1.0,
    "true_peak_dbtp": 1.5,
    "cutoff_hz": 16_000.0,
    "sample_rate_hz": 44_100,
    "bitrate_kbps": 320.0,
    "tags": {"bpm": ["99"]},
}


@pytest.fixture
def stats(catalog: Catalog) -> Iterator[StatsView]:
    """A page that has just been opened."""
    made = StatsView(catalog)
    made._url.location = {"params": {}, "visit": 1}
    yield made
    made.close()


@pytest.fixture
def other(data_dir: Path) -> Iterator[Callable[[pd.DataFrame], dict[str, Any]]]:
    """The charts of a catalog of its own with the tracks of a frame."""
    with own_database(data_dir) as url, Catalog.open(url) as catalog:

        def view(frame: pd.DataFrame) -> dict[str, Any]:
            if len(frame):
                catalog.add(frame)
            made = StatsView(catalog)
            made._url.location = {"params": {}, "visit": 1}
            shown: dict[str, Any] = made._charts.view
            made.close()
            return shown

        yield view


def say(stats: StatsView, **message: Any) -> None:
    """What the page's JavaScript sends."""
    stats._charts._handle_custom_msg(message, [])


def chart(stats: StatsView, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in stats._charts.view["charts"] if one["name"] == name)
    return found


def test_nothing_is_counted_before_somebody_comes(catalog: Catalog) -> None:
    assert StatsView(catalog)._charts.view == {"state": "loading"}


def test_every_bar_leads_to_as_many_tracks_as_it_says(catalog: Catalog, stats: StatsView) -> None:
    """Also those whose values are edges of bars."""
    view = stats._charts.view
    assert [written(text) for text in view["totals"][0].values()] == ["Tracks", "61", ""]
    for one in view["charts"]:
        known = sum(bar["tracks"] for bar in one["bars"])
        for bar in one["bars"]:
            state = narrowed(ViewState(), bar["add"])
            assert state is not None
            if bar["tracks"] or bar is one["bars"][0]:
                assert catalog.count(state.filter()) == bar["tracks"], (one["name"], bar)
        if one["name"] in ("tempo_bpm", "key"):
            assert known == catalog.count(Filter.known(one["name"]))


def test_all_follows_the_filter(catalog: Catalog, stats: StatsView) -> None:
    stats._filters.value = {"key": ["8A"], "tempo_bpm": [100, None]}
    where = Filter(key="8A", bpm=(100, None))
    left = catalog.count(where)
    assert 0 < left < TOTAL
    assert stats.filter.to_query() == where.to_query()
    assert sum(bar["tracks"] for bar in chart(stats, "tempo_bpm")["bars"]) == left
    assert stats._url.target["params"] == {"key": ["8A"], "bpm": ["100.."]}
    wheel = {bar["text"]: bar for bar in chart(stats, "key")["bars"]}
    assert wheel["8A"]["tracks"] == left
    assert wheel["8A"]["add"][0] == "q", "a key is chosen already: both have to hold"
    assert len(stats.frame) == left
    stats._head._handle_custom_msg({"type": "unchoose", "name": "key", "value": "8A"}, [])
    assert stats._filters.value == {"tempo_bpm": [100, None]}


def test_a_bar_narrows_where_there_is_no_address(catalog: Catalog, stats: StatsView) -> None:
    bar = next(bar for bar in chart(stats, "tempo_bpm")["bars"] if bar["tracks"])
    say(stats, type="narrow", add=bar["add"])
    assert written(stats._charts.view["totals"][0]["value"]) == str(bar["tracks"])
    say(stats, type="narrow", add=["q", "bpm:fast"])  # nonsense changes nothing
    assert written(stats._charts.view["totals"][0]["value"]) == str(bar["tracks"])
    for odd in (None, ["q"], ["q", 3], ["nothing", "x"], {"q": "x"}):
        say(stats, type="narrow", add=odd)
    assert stats._charts.view["state"] == "ready"


def test_either_or_stays_together() -> None:
    state = narrowed(ViewState(query="artist:a | artist:b"), ["q", "bpm:>=100"])
    assert state is not None
    assert state.filter() == Filter.parse("(artist:a | artist:b) bpm:>=100")


def test_mistakes_are_explained_and_change_nothing(stats: StatsView) -> None:
    stats._search.value = "bpm:fast"
    assert "number" in stats._search.problem["message"]
    assert written(stats._charts.view["totals"][0]["value"]) == "61"
    stats._search.value = 'region:"99/1-1/900-1/900-900"'  # of a map that there is not, or no more
    message = stats._search.problem["message"]
    assert "there is no map now" in message or "it has been made anew" in message
    stats._search.value = "~warm pads"
    assert "description of sound" in written(stats._search.problem["message"])
    stats._search.value = "there is no such track"
    assert stats._charts.view["state"] == "no_match"
    say(stats, type="clear")
    assert stats._charts.view["state"] == "ready"


def test_an_address_opens_what_it_says(catalog: Catalog) -> None:
    stats = StatsView(catalog)
    address = {"q": ["lena"], "genre": ["x"], "bpm": ["nonsense"], "view": ["odd"]}
    stats._url.location = {"params": address, "visit": 1}
    assert stats._search.value == "lena"
    assert stats._head.shown == "charts"
    assert [chip["text"] for chip in stats._head.chips] == ["x"]
    assert stats._charts.view["base"] == {"q": ["lena"], "genre": ["x"]}


def test_database_away_and_back(
    catalog: Catalog, stats: StatsView, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(
            "audiolab.widgets.stats_page.page",
            lambda *_: (_ for _ in ()).throw(DatabaseError("the database does not answer")),
        )
        stats._search.value = "lena"
        assert stats._head.problem == {"message": "the database does not answer"}
        assert written(stats._charts.view["totals"][0]["value"]) == "61", "what was there stays"
    stats._head._handle_custom_msg({"type": "retry"}, [])
    assert stats._head.problem == {}
    assert written(stats._charts.view["totals"][0]["value"]) == "2"


def test_an_empty_library_says_so(other: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    assert other(pd.DataFrame())["state"] == "empty"


def test_one_track_of_which_nothing_is_known(
    other: Callable[[pd.DataFrame], dict[str, Any]],
) -> None:
    view = other(pd.DataFrame({"path": ["only.mp3"]}))
    assert view["state"] == "ready"
    assert [written(one["value"]) for one in view["totals"]] == [
        "1",
        "0.0 minutes",
        "0 kB",
        "100 %",
    ]
    assert view["doubts"] == []
    known = {one["name"] for one in view["charts"] if any(bar["tracks"] for bar in one["bars"])}
    assert known <= {"growth", "format"}


def test_what_is_worth_a_look(other: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    odd = {"path": "a.mp3", "tempo_bpm": 130.0, "energy": 0.7, "key": "A minor", "format": "mp3"}
    fine = {**odd, "path": "b.mp3", "bitrate_kbps": 128.0, "sample_rate_hz": 44_100}
    view = other(pd.DataFrame([{**odd, **SOUND}, fine]))
    found = {one["label"]: one["tracks"] for one in view["doubts"]}
    assert found == {
        "Tempo: the tags disagree": 1,
        "Unsure tempo": 1,
        "Clipping": 1,
        "Suspected transcodes": 1,
    }
    plane = next(one for one in view["charts"] if one["kind"] == "plane")
    assert [written(bar["text"]) for bar in plane["bars"] if bar["tracks"]] == [
        "Energy 0.7–0.8, valence 0.7–0.8"
    ]
    loud = next(one for one in view["charts"] if one["name"] == "loudness_lufs")
    assert [written(bar["text"]) for bar in loud["bars"] if bar["tracks"]] == ["−12 to −11 LUFS"]
