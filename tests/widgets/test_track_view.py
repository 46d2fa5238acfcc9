"""TrackView without a page: what a visitor does arrives as traits and messages."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from server.sample_library import GONE, SECONDS

from audiolab import Catalog, LibraryBrowser, TrackView
from audiolab.errors import DatabaseError
from audiolab.widgets.later import Later
from audiolab.widgets.pictures import LONGEST_SECONDS, note
from widgets.written import written


def one(catalog: Catalog, file: str) -> str:
    """Id of the track with a file name."""
    frame = catalog.tracks(columns=["path"])
    return str(frame.index[frame["path"] == file][0])


@pytest.fixture
def night(catalog: Catalog) -> str:
    return one(catalog, "night.mp3")


@pytest.fixture
def view(catalog: Catalog, night: str) -> Iterator[TrackView]:
    made = TrackView(night, catalog)
    yield made
    catalog.uncorrect(night, "tempo_bpm", "key", "genre_primary")
    made.close()


def say(part: Any, **message: Any) -> None:
    part._handle_custom_msg(message, [])


def fact(view: TrackView, field: str) -> dict[str, Any]:
    rows = [row for group in view._facts.groups for row in group["rows"]]
    return next(row for row in rows if row["field"] == field)


@pytest.fixture
def toasts(view: TrackView, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = []
    monkeypatch.setattr(view._head, "toast", lambda text, undo=None: said.append((text, undo)))
    return said


def test_a_track_is_shown(view: TrackView, night: str) -> None:
    head = view._head.view
    assert (head["state"], head["row"]["title"], head["warnings"]) == ("ready", "Night Drive", [])
    assert not head["back"], "there is no library to go back to"
    assert view.track_id == night
    assert written(fact(view, "tempo_bpm")["text"]) == "122.0"
    wave = view._stage.wave
    assert wave.track["id"] == night
    assert wave.figure is not None
    assert tuple(wave.figure.layout.xaxis.range) == (0, SECONDS)
    assert view._alike.view["state"] == "ready"
    assert len(view.children) == 2, "it brings a player"


def test_an_unknown_track_is_explained(view: TrackView, catalog: Catalog) -> None:
    for name in (str(uuid4()), "nonsense", "../../etc/passwd"):
        view.show_track(name)
        assert view._head.view["state"] == "unknown"
        assert view._facts.groups == []
        assert view._stage.wave.figure is None
        assert view._alike.view == {"state": "loading"}


def test_tempo_is_corrected_and_given_back(
    view: TrackView, catalog: Catalog, night: str, toasts: list[tuple[str, Any]]
) -> None:
    say(view._facts, type="correct", field="tempo_bpm", value=244)
    assert catalog.track(night)["tempo_bpm"] == 244
    tempo = fact(view, "tempo_bpm")
    assert [written(tempo[one]) for one in ("text", "analysed")] == ["244.0", "122.0 BPM"]
    assert tempo["corrected"]
    assert view._head.view["row"]["bpm"] == 244
    text, undo = toasts[-1]
    assert written(text) == "BPM: 244.0 BPM"
    assert undo == {"type": "uncorrect", "field": "tempo_bpm"}
    say(view._facts, type="correct", field="tempo_bpm", value=61.0)
    assert toasts[-1][1] == {"type": "correct", "field": "tempo_bpm", "value": 244.0}
    say(view._head, **toasts[-1][1])
    assert written(fact(view, "tempo_bpm")["text"]) == "244.0"
    say(view._facts, type="uncorrect", field="tempo_bpm")
    assert not fact(view, "tempo_bpm")["corrected"]
    assert catalog.track(night)["tempo_bpm"] == 122


def test_key_and_genre_are_corrected(view: TrackView, catalog: Catalog, night: str) -> None:
    say(view._facts, type="correct", field="key", value="4m")
    assert catalog.track(night)["key_camelot"] == "11A"
    assert fact(view, "key")["text"] == "F# minor"
    say(view._facts, type="correct", field="genre_primary", value="<b>Hörspiel</b>")
    assert fact(view, "genre_primary")["text"] == "<b>Hörspiel</b>"
    assert "House" in view._facts.genres, "the tag's genre is offered"


def test_what_cannot_be_corrected(
    view: TrackView, catalog: Catalog, night: str, toasts: list[tuple[str, Any]]
) -> None:
    say(view._facts, type="correct", field="path", value="/etc/passwd")
    say(view._facts, type="correct", field="title", value="x")
    say(view._facts, type="uncorrect", field="energy")
    assert toasts == []
    say(view._facts, type="correct", field="key", value="H moll")
    say(view._facts, type="correct", field="tempo_bpm", value=-5)
    say(view._facts, type="correct", field="tempo_bpm", value=[1])
    assert ["not a key" in toasts[0][0], "expected 0 to 1000" in toasts[1][0]] == [True, True]
    assert "expected a number" in toasts[2][0]
    assert catalog.track(night)["corrected"] == []


def test_pictures_of_what_is_seen(view: TrackView) -> None:
    stage = view._stage
    stage.scope.chosen = ["chromagram", "spectrogram"]
    labels = [written(one.label) for one in stage.gallery.children]
    assert labels == ["Spectrogram", "Chromagram"]
    spectrogram = stage.gallery.children[0].figure.data[0]
    assert spectrogram.dx * spectrogram.z.shape[1] == pytest.approx(SECONDS, abs=0.5)
    zoomed = {"type": "relayout", "changes": {"xaxis.range[0]": 10.0, "xaxis.range[1]": 14.5}}
    say(stage.wave, **zoomed)
    spectrogram = stage.gallery.children[0].figure.data[0]
    assert spectrogram.x0 == pytest.approx(10, abs=0.1)
    assert spectrogram.dx * spectrogram.z.shape[1] == pytest.approx(4.5, abs=0.2)
    assert stage.scope.view["zoomed"]
    assert len(stage.wave.figure.data[0].x) > 3000, "the waveform is drawn finer too"
    assert tuple(stage.wave.figure.layout.xaxis.range) == (10.0, 14.5)
    stage.scope.chosen = ["chromagram"]
    assert [written(one.label) for one in stage.gallery.children] == ["Chromagram"]
    assert stage.gallery.children[0].track["id"] == view.track_id
    say(stage.wave, type="relayout", changes={"xaxis.autorange": True})
    assert not stage.scope.view["zoomed"]
    stage.scope.chosen = []
    assert stage.gallery.children == ()


def test_zoom_buttons(view: TrackView, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(view._stage.wave, "send", sent.append)
    say(view._stage.scope, type="zoom", factor=0.5, at=28.0)
    assert sent[-1] == {"type": "range", "range": [15.0, 30.0]}
    say(view._stage.scope, type="zoom", factor=1e9, at=None)
    assert sent[-1] == {"type": "range", "range": [0.0, 30.0]}
    say(view._stage.scope, type="zoom", factor=1e-9, at=3.0)
    assert sent[-1] == {"type": "range", "range": [2.5, 3.5]}
    say(view._stage.scope, type="zoom", factor="wide")
    assert len(sent) == 3


def test_every_picture_can_be_made(view: TrackView) -> None:
    view._stage.scope.chosen = ["spectrogram", "constant_q", "chromagram", "tempogram", "loudness"]
    assert len(view._stage.gallery.children) == 5
    for shown in view._stage.gallery.children:
        assert shown.figure.data
        assert written(shown.caption["name"]) == written(shown.label)
        assert not re.search("nan|inf|dict", written(shown.caption["text"]))
    assert view._stage.scope.view["problem"] == ""


def test_a_file_that_has_gone_has_no_pictures(view: TrackView, catalog: Catalog) -> None:
    view.show_track(one(catalog, GONE))
    view._stage.scope.chosen = ["spectrogram"]
    assert "no longer where it was" in written(view._stage.scope.view["problem"])
    assert view._stage.gallery.children == ()


def test_pictures_without_a_database(
    view: TrackView, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise DatabaseError("the database is away")

    monkeypatch.setattr(catalog, "path", refuse)
    view._stage.scope.chosen = ["chromagram"]
    assert "the database is away" in written(view._stage.scope.view["problem"])
    assert not view._stage.scope.view["busy"]


def test_long_stretches_are_cut() -> None:
    assert note(0, LONGEST_SECONDS) == ""
    assert written(note(100, 100 + LONGEST_SECONDS + 1)).startswith("The first 5 minutes")


def test_similar_tracks_follow_the_filters(view: TrackView) -> None:
    before = len(view._alike.view["rows"])
    view._alike.value = {"limits": ["key"], "query": "bpm:100.."}
    rows = view._alike.view["rows"]
    assert 0 < len(rows) <= before
    assert all(row["bpm"] >= 100 and row["camelot"] in ("8A", "9A", "8B") for row in rows)
    view._alike.value = {"limits": [], "query": "bpm:fast"}
    assert view._alike.view["state"] == "problem"
    first = rows[0]["id"]
    say(view._alike, type="open", id=first)
    assert view.track_id == first, "by itself it opens the other track"
    assert view._alike.value == {"limits": [], "query": ""}


def test_a_deleted_track_can_be_brought_back(view: TrackView, catalog: Catalog, night: str) -> None:
    catalog.delete(night)
    view.refresh()
    assert [one["kind"] for one in view._head.view["warnings"]] == ["excluded"]
    say(view._head, type="restore")
    assert view._head.view["warnings"] == []
    assert catalog.count("title:night") == 1


def test_database_that_does_not_answer(
    view: TrackView, catalog: Catalog, night: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise DatabaseError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(catalog, "track", refuse)
        view.refresh()
        assert view._head.view["state"] == "problem"
        assert "away" in view._head.view["message"]
    say(view._head, type="retry")
    assert view._head.view["state"] == "ready"


class TestInTheLibrary:
    """The same as a view of the library page, with an address of its own."""

    @pytest.fixture
    def browser(self, catalog: Catalog) -> Iterator[LibraryBrowser]:
        made = LibraryBrowser(catalog)
        made._url.location = {"params": {"q": ["lena"]}, "visit": 1}
        yield made
        made.close()

    def test_details_open_a_track_and_lead_back(self, browser: LibraryBrowser, night: str) -> None:
        say(browser._list, type="open", id=night)
        assert browser._url.target == {
            "params": {"q": ["lena"], "track": [night]},
            "replace": False,
        }
        assert "al-shows-track" in browser._dom_classes
        assert browser._track_view.track_id == night
        assert browser._track_view._head.view["back"]
        say(browser._track_view._head, type="close")
        assert browser._url.target["params"] == {"q": ["lena"]}
        assert "al-shows-track" not in browser._dom_classes
        assert browser._track_view.track_id is None
        assert browser._list.view["total"] == 2

    def test_an_address_opens_a_track(self, browser: LibraryBrowser, night: str) -> None:
        browser._url.location = {"params": {"track": [night]}, "visit": 2}
        assert browser._track_view.track_id == night
        browser._url.location = {"params": {"track": ["nonsense"]}, "visit": 2}
        assert browser._track_view._head.view["state"] == "unknown"
        browser._url.location = {"params": {}, "visit": 2}
        assert browser._list.view["total"] == 61

    def test_from_code(self, browser: LibraryBrowser, night: str) -> None:
        browser.show_track(night)
        assert browser._url.target["params"]["track"] == [night]
        assert browser.children[-1] is browser.player, "one player for both views"
        assert len(browser._track_view.children) == 1

    def test_ways_on_from_a_track(self, browser: LibraryBrowser, night: str) -> None:
        browser.show_track(night)
        say(browser._track_view._head, type="similar", ids=[night])
        assert browser._url.target["params"] == {"similar": [night]}
        browser.show_track(night)
        say(browser._track_view._head, type="choose", name="mood", value="calm")
        assert browser._url.target["params"] == {"mood": ["calm"]}
        assert "al-shows-track" not in browser._dom_classes


def test_nothing_is_made_before_a_track_is_opened(catalog: Catalog) -> None:
    browser = LibraryBrowser(catalog)
    assert browser._holder.children == ()
    assert isinstance(browser._options, Later)
    browser.close()
