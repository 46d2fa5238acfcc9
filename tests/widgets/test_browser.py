"""LibraryBrowser without a page: what a visitor does arrives as traits and messages."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from audiolab import Catalog, Filter, LibraryBrowser, resources, sounding_like
from audiolab.analysis.networks.text import TextEncoder
from audiolab.catalog.vectors import write_matrix
from audiolab.config import load_settings
from audiolab.errors import DatabaseError, TrackNotFoundError
from widgets.written import written

TOTAL = 61
CLAP = resources.CHECKOUT / "tests" / "fixtures" / "clap"


@pytest.fixture
def browser(catalog: Catalog) -> Iterator[LibraryBrowser]:
    """A browser whose page has just been opened."""
    made = LibraryBrowser(catalog)
    made._url.location = {"params": {}, "visit": 1}
    yield made
    made.close()


def say(browser: LibraryBrowser, **message: Any) -> None:
    """What the list's JavaScript sends."""
    browser._list._handle_custom_msg(message, [])


def test_nothing_is_shown_before_somebody_comes(catalog: Catalog) -> None:
    browser = LibraryBrowser(catalog)
    assert browser._list.view == {"state": "loading"}
    browser._url.location = {"params": None, "visit": 1}  # JupyterLab
    assert browser._list.view["total"] == TOTAL


def test_the_first_page(browser: LibraryBrowser) -> None:
    view = browser._list.view
    assert view["state"] == "ready"
    assert (view["total"], view["page"], len(view["rows"])) == (TOTAL, 1, 50)
    assert view["rows"][0]["title"] == "Filler 53"
    names = [section["label"] for section in browser._filters.sections]
    assert names == [
        "Genre in the file", "Key", "BPM", "Energy", "Mood", "Instrument", "Vocals",
        "Loudness", "Duration", "Year", "Format",
    ]  # fmt: skip


def test_a_region_of_another_map_is_explained_and_shows_the_rest(catalog: Catalog) -> None:
    browser = LibraryBrowser(catalog)
    region = "99/1-1/900-1/900-900"
    browser._url.location = {"params": {"region": [region], "key": ["8A"]}, "visit": 1}
    assert "there is no map now" in browser._search.problem["message"]
    assert browser._list.view["total"] == catalog.count("key:8A")
    browser._filters.value = {"region": [region]}
    assert browser._list.view["total"] == catalog.count("key:8A"), "the list stays as it was"
    browser.close()


def test_unless_an_order_is_chosen_the_best_come_first(
    catalog: Catalog, browser: LibraryBrowser
) -> None:
    chosen = list(catalog.tracks(sort="title", limit=3).index)
    catalog.create_playlist("Sunday", chosen[::-1], replace=True)
    browser._search.value = 'playlist:"Sunday"'
    assert [row["id"] for row in browser._list.view["rows"]] == chosen[::-1]
    assert list(browser.frame.index) == chosen[::-1]
    say(browser, type="sort", sort="title")
    assert [row["id"] for row in browser._list.view["rows"]] == chosen


def test_every_kind_of_filter(browser: LibraryBrowser) -> None:
    sections = {section["name"]: section for section in browser._filters.sections}
    assert sections["mood"]["options"] == [
        {"value": "calm", "count": 31}, {"value": "happy", "count": 30},
    ]  # fmt: skip
    assert sections["has_vocals"]["options"][0] == {"value": "yes", "count": 30}
    assert (sections["year"]["low"], sections["year"]["high"]) == (1980, 2030)
    assert sum(sections["tempo_bpm"]["bars"]) == TOTAL - 1, "one tempo is not known"
    browser._filters.value = {
        "mood": ["happy"], "instrument": ["violin"], "has_vocals": ["yes"],
        "duration_seconds": [None, 10], "year": [1990, 2020], "format": ["ogg"],
    }  # fmt: skip
    found = browser.frame
    assert 0 < len(found) < 10
    assert set(found["mood_primary"]) == {"happy"}
    assert found["has_vocals"].all()
    assert found["year"].between(1990, 2020).all()
    sections = {section["name"]: section for section in browser._filters.sections}
    assert sections["has_vocals"]["options"][1]["count"] == 0, "no calm ones are counted"


def test_compatible_keys(browser: LibraryBrowser) -> None:
    browser._filters.value = {"key": ["~8A"]}
    assert set(browser.frame["key_camelot"]) == {"8A", "9A", "8B"}
    browser._filters.value = {"key": ["~8A", "~11A"]}
    assert set(browser.frame["key_camelot"]) == {"8A", "9A", "8B", "11A"}
    assert browser._url.target["params"] == {"key": ["~8A", "~11A"]}


def test_chips_take_filters_off(browser: LibraryBrowser) -> None:
    browser._search.value = "fillers"
    browser._filters.value = {"key": ["~8A", "8B"], "tempo_bpm": [100, None]}
    assert [written(chip["text"]) for chip in browser._list.chips] == [
        "8A and compatible", "8B", "BPM from 100",
    ]  # fmt: skip
    say(browser, type="unchoose", name="key", value="~8A")
    assert browser._filters.value == {"key": ["8B"], "tempo_bpm": [100, None]}
    say(browser, type="unchoose", name="tempo_bpm", value="")
    assert browser._filters.value == {"key": ["8B"]}
    say(browser, type="unchoose_all")
    assert (browser._filters.value, browser._search.value) == ({}, "fillers")
    assert browser._list.chips == []


def test_search_and_address(browser: LibraryBrowser) -> None:
    browser._search.value = "lena"
    assert browser._list.view["total"] == 2
    assert browser._url.target == {"params": {"q": ["lena"]}, "replace": False}
    browser._search.value = "lena ton"
    assert browser._url.target["replace"], "typing on makes no new entry in the history"
    assert browser.filter == Filter("lena ton")
    assert list(browser.frame["title"]) == ["Tone"]


def test_a_mistake_leaves_the_rows(browser: LibraryBrowser) -> None:
    browser._search.value = "lena"
    before = browser._list.view
    browser._search.value = "bpm:fast"
    assert browser._list.view == before
    assert "number" in browser._search.problem["message"]
    browser._search.value = "lena"
    assert browser._search.problem == {}


def test_choices_filter_and_keep_their_places(browser: LibraryBrowser) -> None:
    values = [option["value"] for option in browser._filters.sections[0]["options"]]
    browser._filters.value = {"tag_genre": ["Folk"], "key": ["8A"]}
    assert browser._list.view["total"] == 5
    genres = browser._filters.sections[0]["options"]
    assert [option["value"] for option in genres] == values
    assert {option["value"]: option["count"] for option in genres}["Folk"] == 5
    keys = {one["value"]: one["count"] for one in browser._filters.sections[1]["options"]}
    assert sum(keys.values()) == 20, "keys are counted among all of Folk"


def test_the_whole_result_as_a_frame(browser: LibraryBrowser) -> None:
    say(browser, type="sort", sort="tempo_bpm")
    say(browser, type="page", page=2)
    assert len(browser._list.view["rows"]) == 11
    assert len(browser.frame) == TOTAL
    shown = [row["id"] for row in browser._list.view["rows"]]
    assert list(browser.frame.index[50:]) == shown


def test_the_line_of_python_gives_the_rows(browser: LibraryBrowser, catalog: Catalog) -> None:
    browser._search.value = "lena"
    browser._filters.value = {"key": ["~8A"], "tempo_bpm": [50, None]}
    say(browser, type="sort", sort="title")
    view = browser._list.view
    found = eval(view["code"], {"cat": catalog, "Filter": Filter})
    assert list(found.index) == [row["id"] for row in view["rows"]] != []
    assert Filter.parse(view["query"]) == browser.filter


def test_suggestions_follow_the_word(browser: LibraryBrowser) -> None:
    assert browser._search.suggestions[0]["text"] == "genre:"
    browser._search.typed = "artist:le"
    first = browser._search.suggestions[0]
    assert first == {"text": 'artist:="Lena Hart"', "label": "Artist"}


def test_selected_rows(browser: LibraryBrowser) -> None:
    assert browser.selected.empty
    rows = browser._list.view["rows"]
    browser._list.selected = [rows[3]["id"], rows[1]["id"]]
    assert list(browser.selected["title"]) == [rows[1]["title"], rows[3]["title"]]


def test_badges_filter_and_take_the_filter_back(browser: LibraryBrowser) -> None:
    say(browser, type="choose", name="mood", value="happy")
    assert browser._filters.value == {"mood": ["happy"]}
    assert browser._list.view["total"] == 30
    say(browser, type="choose", name="mood", value="happy")
    assert browser._list.view["total"] == TOTAL


def test_files_that_are_no_tracks_any_more_can_be_seen(
    browser: LibraryBrowser, catalog: Catalog
) -> None:
    names = [section["name"] for section in browser._filters.sections]
    assert "state" not in names, "nothing to see yet"
    tone = catalog.find("tone.wav")
    say(browser, type="remove", ids=[tone])
    states = browser._filters.sections[-1]
    assert {one["value"]: one["count"] for one in states["options"]} == {
        "analysed": TOTAL - 1, "excluded": 1,
    }  # fmt: skip
    browser._filters.value = {"state": ["excluded"]}
    assert browser._list.view["standing"] == {tone: ("excluded", None)}
    assert browser._url.target["params"] == {"state": ["excluded"]}
    say(browser, type="restore", ids=[tone])
    assert browser._list.view["total"] == 0
    say(browser, type="unchoose_all")
    assert browser._list.view["standing"] == {}


def test_a_shuffle_holds_over_its_pages(browser: LibraryBrowser) -> None:
    say(browser, type="sort", sort="random")
    first = browser._list.view
    assert first["sort"].startswith("random:")
    say(browser, type="page", page=2)
    seen = {row["id"] for row in [*first["rows"], *browser._list.view["rows"]]}
    assert len(seen) == TOTAL
    assert browser._url.target["params"]["sort"] == [first["sort"]]


def test_removed_tracks_come_back(browser: LibraryBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(browser._list, "send", sent.append)
    ids = [row["id"] for row in browser._list.view["rows"][:2]]
    browser._list.selected = ids[:1]
    say(browser, type="remove", ids=ids)
    assert browser._list.view["total"] == TOTAL - 2
    assert browser._list.selected == []
    assert sent == [{"type": "removed", "ids": ids, "number": 2}]
    say(browser, type="restore", ids=ids)
    assert browser._list.view["total"] == TOTAL
    say(browser, type="remove", ids=["nonsense", 7])
    assert browser._list.view["total"] == TOTAL


def test_similar_tracks_with_reasons(browser: LibraryBrowser) -> None:
    browser._search.value = "night drive"
    seed = browser._list.view["rows"][0]
    say(browser, type="similar", ids=[seed["id"]])
    assert browser._search.value == "", "anywhere in the library"
    view = browser._list.view
    assert view["state"] == "ready"
    assert view["similar"] == [seed["id"]] == browser._url.target["params"]["similar"]
    assert written(browser._list.chips[0]["text"]) == "Like Night Drive"
    assert seed["id"] not in [row["id"] for row in view["rows"]]
    similarities = [row["similarity"] for row in view["rows"]]
    assert similarities == sorted(similarities, reverse=True)
    assert set(view["rows"][0]["like"]) == {"embedding", "tempo", "key", "mood"}
    found = eval(view["code"], {"cat": browser._catalog, "Filter": Filter})
    assert list(found.index) == [row["id"] for row in view["rows"]] == list(browser.frame.index)
    browser._list.selected = [view["rows"][2]["id"]]
    assert list(browser.selected.index) == browser._list.selected
    browser._filters.value = {"tag_genre": ["Folk"]}
    assert 0 < browser._list.view["total"] < view["total"]
    say(browser, type="unchoose", name="similar", value=seed["id"])
    assert browser._list.view["total"] == 20


def test_similar_to_what_has_no_embedding_says_so(
    browser: LibraryBrowser, catalog: Catalog
) -> None:
    say(browser, type="similar", ids=[catalog.find("tone.wav")])
    assert browser._list.view["total"] > 0
    say(browser, type="similar", ids=[catalog.find("talk.m4a")])
    assert browser._list.view["state"] == "no_match"
    assert "embedding" in browser._list.view["why"]
    say(browser, type="similar", ids=["00000000-0000-7000-8000-000000000000"])
    assert written(browser._list.chips[0]["text"]) == "Like a track that is gone"
    say(browser, type="unchoose_all")
    assert browser._list.view["total"] == TOTAL


def test_tracks_by_a_description_of_their_sound(
    browser: LibraryBrowser, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIOLAB_MODELS_DIR", str(CLAP))
    monkeypatch.setenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "1")
    browser._search.value = "artist:fillers ~a dark, rumbling sound"
    assert "no track was heard with it yet" in browser._list.view["why"]
    name = TextEncoder(load_settings()).model
    ids = list(catalog.tracks("artist:fillers", limit=4).index)
    heights = np.array([0.1, -0.5, 0.9, 0.3], np.float32)
    vectors = np.zeros((4, 512), np.float32)
    vectors[:, :64] = heights[:, None] * np.linspace(-1, 1, 64) + 0.2
    with catalog._database.cursor(write=True) as cursor:
        write_matrix(cursor, name, ids, vectors, ids)
    browser.refresh()
    view = browser._list.view
    assert [row["id"] for row in view["rows"]] == [ids[place] for place in (1, 0, 3, 2)]
    assert (view["described"], view["state"]) == ("a dark, rumbling sound", "ready")
    assert browser.filter == Filter.parse("artist:fillers")
    names = {"cat": catalog, "Filter": Filter, "sounding_like": sounding_like}
    assert list(eval(view["code"], names).index) == list(browser.frame.index)
    assert browser._url.target["params"] == {"q": ["artist:fillers ~a dark, rumbling sound"]}
    browser._search.value = "~"
    assert "expected words after ~" in browser._search.problem["message"]


def test_filter_from_code(browser: LibraryBrowser) -> None:
    heard = []
    browser.observe(lambda change: heard.append(change["new"]), "filter")
    browser.filter = Filter(tempo_bpm=(100, 110), artist="fillers")
    assert browser._list.view["total"] == 6
    assert Filter.parse(browser._search.value) == browser.filter
    browser._search.value = "lena"
    assert heard[-1] == Filter("lena")


@pytest.mark.parametrize(
    "message",
    [
        {"type": "sort", "sort": "evil"}, {"type": "sort", "sort": ["x"]}, {"type": "sort"},
        {"type": "page", "page": -1}, {"type": "page", "page": "2"}, {"type": "page", "page": None},
        {"type": "evil"}, {},
    ],
)  # fmt: skip
def test_nonsense_from_the_page_changes_nothing(
    browser: LibraryBrowser, message: dict[str, Any]
) -> None:
    before = browser._list.view
    say(browser, **message)
    assert browser._list.view == before


def test_a_page_beyond_the_last_is_the_last(browser: LibraryBrowser) -> None:
    say(browser, type="page", page=900)
    assert browser._list.view["page"] == 2


def test_many_matches_are_counted_after_they_are_shown(
    browser: LibraryBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audiolab.widgets.listing.COUNTED", 10)
    shown = []
    browser._list.observe(lambda change: shown.append(change["new"]), ["view", "exact"])
    browser._search.value = "fillers"
    assert (shown[-2]["total"], shown[-2]["more"]) == (10, True)
    assert shown[-1] == browser._list.exact == 54
    say(browser, type="page", page=900)
    view = browser._list.view
    assert (view["page"], view["total"], view["more"], len(view["rows"])) == (2, 54, False, 4)


def test_nothing_matches_and_clear(browser: LibraryBrowser) -> None:
    say(browser, type="sort", sort="title")
    browser._search.value = "there is no such track"
    assert browser._list.view["state"] == "no_match"
    say(browser, type="clear")
    assert (browser._list.view["total"], browser._list.view["sort"]) == (TOTAL, "title")
    assert browser._search.value == ""


def test_back_restores_without_a_new_entry(browser: LibraryBrowser) -> None:
    browser._search.value = "lena"
    target = browser._url.target
    browser._url.location = {"params": {"tag_genre": ["Folk"]}, "visit": 2}
    assert browser._url.target == target
    assert browser._search.value == ""
    assert browser._filters.value == {"tag_genre": ["Folk"]}
    assert browser._list.view["total"] == 20


def test_database_down_keeps_the_rows(
    browser: LibraryBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise DatabaseError("the database does not answer")

    before = browser._list.view
    with monkeypatch.context() as broken:
        broken.setattr(browser._catalog, "count", refuse)
        say(browser, type="retry")
    assert browser._list.view == before
    assert browser._list.problem == {"message": "the database does not answer"}
    say(browser, type="retry")
    assert browser._list.problem == {}


def test_database_down_while_likeness_is_asked_for(
    browser: LibraryBrowser, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise DatabaseError("no answer from /run/secret/place/.s.PGSQL.5432")

    night = catalog.find("night.mp3")
    with monkeypatch.context() as broken:
        for name in ("tracks", "similar", "delete"):
            broken.setattr(browser._catalog, name, refuse)
        say(browser, type="similar", ids=[night])
        assert written(browser._list.chips[0]["text"]) == "Like …"
        assert "secret" not in browser._list.problem["message"]
        say(browser, type="remove", ids=[night])
        assert browser._list.problem["message"]
    say(browser, type="retry")
    assert written(browser._list.chips[0]["text"]) == "Like Night Drive"
    assert browser._list.view["similar"] == [night]


def test_play_from_code(browser: LibraryBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(browser.player, "send", sent.append)
    row = browser._list.view["rows"][0]
    browser.player.play(row["id"])
    browser.player.seek(3)
    browser.player.pause()
    assert sent == [
        {"type": "play", "track": row},
        {"type": "seek", "seconds": 3.0},
        {"type": "pause"},
    ]
    with pytest.raises(TrackNotFoundError):
        browser.player.play("00000000-0000-7000-8000-000000000000")
