"""Playlists on the library page: what a visitor does arrives as messages."""

from collections.abc import Iterator
from typing import Any

import pytest

from audiolab import Catalog, LibraryBrowser
from audiolab.widgets.playlists import Playlists
from widgets.written import written

Said = list[dict[str, Any]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """What the page is told."""
    told: Said = []
    monkeypatch.setattr(Playlists, "send", lambda part, content, *_: told.append(content))
    return told


@pytest.fixture
def browser(catalog: Catalog, said: Said) -> Iterator[LibraryBrowser]:
    for name in catalog.playlist_names():
        catalog.delete_playlist(name)
    made = LibraryBrowser(catalog)
    made._url.location = {"params": {}, "visit": 1}
    yield made
    made.close()


def say(browser: LibraryBrowser, **message: Any) -> None:
    browser._playlists._handle_custom_msg(message, [])


def in_list(browser: LibraryBrowser, **message: Any) -> None:
    browser._list._handle_custom_msg(message, [])


def shown(browser: LibraryBrowser) -> list[str]:
    return [row["id"] for row in browser._list.view["rows"]]


def test_a_filter_is_saved_and_opened(browser: LibraryBrowser, catalog: Catalog) -> None:
    browser._search.value = "artist:lena"
    say(browser, type="save", name=" Lena ", kind="smart", ids=None)
    assert catalog.find_playlist("lena").query == "artist:lena"
    assert [one["name"] for one in browser._playlists.lists] == ["Lena"]
    say(browser, type="open", name="Lena")
    assert browser._url.target["params"] == {"playlist": ["Lena"]}
    assert browser._search.value == ""
    assert browser._list.view["total"] == 2
    assert browser._list.view["playlist"]["movable"] is False
    assert written(browser._list.chips[0]["label"]) == "Playlist"
    in_list(browser, type="unchoose", name="playlist", value="Lena")
    assert browser._url.target["params"] == {}


def test_tracks_are_added_moved_and_taken_out(
    browser: LibraryBrowser, catalog: Catalog, said: Said
) -> None:
    first, second, third = shown(browser)[:3]
    say(browser, type="save", name="Sunday", kind="fixed", ids=[second, first])
    say(browser, type="add", name="Sunday", ids=[first, third])
    assert written(said[-1]["text"]) == "1 track added to “Sunday”."
    browser._url.location = {"params": {"playlist": ["Sunday"]}, "visit": 2}
    assert shown(browser) == [second, first, third]
    assert browser._list.view["playlist"]["movable"] is True
    in_list(browser, type="move", id=third, place=0)
    assert shown(browser) == [third, second, first]
    in_list(browser, type="move", id=third, place=2)
    assert shown(browser) == [second, first, third]
    in_list(browser, type="take_out", ids=[second, third])
    assert shown(browser) == [first]
    say(browser, type="undo", undo=said[-1]["undo"])
    assert shown(browser) == [second, first, third]


def test_deleted_and_taken_back(browser: LibraryBrowser, catalog: Catalog, said: Said) -> None:
    chosen = shown(browser)[:3]
    say(browser, type="save", name="Sunday", kind="fixed", ids=chosen)
    say(browser, type="open", name="Sunday")
    say(browser, type="rename", name="Sunday", to="Monday")
    assert browser._playlists.opened == "Monday"
    say(browser, type="delete", name="Monday")
    assert catalog.playlist_names() == []
    assert browser._playlists.opened == "", "the whole library"
    say(browser, type="undo", undo=said[-1]["undo"])
    assert catalog.playlist_ids("Monday") == chosen
    say(browser, type="save", name="monday", kind="fixed", ids=chosen)
    assert "already" in said[-1]["text"]
    assert said[-1]["type"] == "refused"


def test_a_sequence_of_what_is_shown(browser: LibraryBrowser, catalog: Catalog, said: Said) -> None:
    browser._filters.value = {"tempo_bpm": [80, 150]}
    say(browser, type="save", name="Up", kind="sequence", curve="warm-up", length=5)
    assert len(catalog.playlist_ids("Up")) == 5
    say(browser, type="save", name="Odd", kind="sequence", curve="sideways", length=5)
    assert said[-1]["type"] == "refused"
    assert catalog.playlist_names() == ["Up"]
    say(browser, type="play", name="Up")
    assert [row["id"] for row in said[-1]["rows"]] == catalog.playlist_ids("Up")


def test_a_playlist_that_is_gone_says_so(browser: LibraryBrowser) -> None:
    browser._url.location = {"params": {"playlist": ["Gone"]}, "visit": 2}
    assert browser._list.view["total"] == 0
    assert "there is no playlist 'Gone'" in browser._list.view["playlist"]["why"]
