"""Writing tags from the view of a track: only where it is allowed, only what was shown."""

from collections.abc import Iterator
from typing import Any

import pytest

from audiolab import Catalog, TrackView
from audiolab.widgets.track_writing import TrackWriting
from widgets.written import written

from .test_track_view import one, say


@pytest.fixture
def view(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrackView]:
    monkeypatch.setenv("AUDIOLAB_WRITE_TAGS", "1")
    made = TrackView(one(catalog, "night.mp3"), catalog)
    yield made
    made.close()


@pytest.fixture
def toasts(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(TrackWriting, "send", lambda part, content, *_: said.append(content))
    return said


def test_nothing_is_offered_unless_it_is_set(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = TrackView(one(catalog, "night.mp3"), catalog)
    assert made._writing.view == {"state": "off"}
    say(made._writing, type="look")
    assert made._writing.view == {"state": "off"}
    made.close()
    monkeypatch.setenv("AUDIOLAB_WRITE_TAGS", "1")
    monkeypatch.setattr(catalog._database, "read_only", True)
    viewer = TrackView(one(catalog, "night.mp3"), catalog)
    assert viewer._writing.view == {"state": "off"}
    viewer.close()


def test_what_would_change_is_shown_first(view: TrackView) -> None:
    part = view._writing
    assert part.view == {"state": "offered"}
    say(part, type="look", notation="camelot")
    rows = {row["field"]: row for row in part.view["rows"]}
    assert (rows["bpm"]["old"], rows["bpm"]["new"], rows["bpm"]["ticked"]) == (None, "122", True)
    assert rows["key"]["new"] == "8A"
    assert (rows["mood"]["new"], rows["mood"]["ticked"]) == ("calm", False)
    say(part, type="close")
    assert part.view == {"state": "offered"}


def test_written_shown_and_taken_back(
    view: TrackView, catalog: Catalog, toasts: list[dict[str, Any]]
) -> None:
    assert view.track_id is not None
    path = catalog.path(view.track_id)
    before = path.read_bytes()
    say(view._writing, type="write", fields=["bpm", "nonsense"], notation="name")
    assert path.read_bytes() != before
    assert written(toasts[-1]["text"]) == "The tags are in the file."
    assert view._head.view["row"]["title"] == "Night Drive", "what it was imported as"
    say(view._writing, **toasts[-1]["undo"])
    assert written(toasts[-1]["text"]) == "The old tags are back."
    assert path.read_bytes() == before
    say(view._writing, **{"type": "undo", "write": 10**6})
    assert "nothing of write" in written(toasts[-1]["text"])


def test_a_file_that_cannot_be_written_says_why(
    view: TrackView, catalog: Catalog, toasts: list[dict[str, Any]]
) -> None:
    assert view.track_id is not None
    path = catalog.path(view.track_id)
    path.chmod(0o444)
    try:
        say(view._writing, type="look")
        assert view._writing.view["reason"] == "read-only"
        say(view._writing, type="write", fields=["bpm"], notation="name")
        assert str(path) not in written(toasts[-1]["text"])
        say(view._writing, type="write", fields=[], notation="name")
        assert "expected some of" in written(toasts[-1]["text"])
    finally:
        path.chmod(0o644)
