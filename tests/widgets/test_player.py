"""Player without a page: what code says, and what the page asks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from audiolab import Catalog
from audiolab.errors import TrackNotFoundError
from audiolab.widgets.player import BEHIND, Player


@pytest.fixture
def player(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    """A player that notes what it sends in `sent`."""
    made = Player(catalog)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(made, "send", sent.append)
    made.sent = sent
    yield made
    made.close()


def ask(player: Player, **message: Any) -> dict[str, Any]:
    """The answer to what the page asks."""
    player._handle_custom_msg({"type": "behind", "request": "7", **message}, [])
    answer: dict[str, Any] = player.sent[-1]
    json.dumps(answer, allow_nan=False)
    assert answer["request"] == "7"
    return answer


def test_queue_from_code(player: Player, catalog: Catalog) -> None:
    ids = catalog.tracks("fillers", sort="title", limit=3).index
    player.queue(ids)
    player.queue(ids[1], next=True)
    assert [(one["type"], one["next"]) for one in player.sent] == [
        ("queue", False),
        ("queue", True),
    ]
    titles = [[track["title"] for track in one["tracks"]] for one in player.sent]
    assert titles == [["Filler 00", "Filler 01", "Filler 02"], ["Filler 01"]]
    with pytest.raises(TrackNotFoundError):
        player.queue([ids[0], "00000000-0000-7000-8000-000000000000"])
    assert len(player.sent) == 2, "all or none"


def test_what_is_behind_a_list(player: Player, catalog: Catalog) -> None:
    order = list(catalog.tracks("fillers", sort="title").index)
    rows = ask(player, query="fillers", sort="title", after=order[1])["rows"]
    assert [row["id"] for row in rows] == order[2 : 2 + BEHIND]
    first = ask(player, query="", sort="random:5", after=None)["rows"]
    then = ask(player, query="", sort="random:5", after=first[-1]["id"])["rows"]
    assert len({row["id"] for row in first + then}) == 61
    assert ask(player, query="", sort="random:5", after=then[-1]["id"])["rows"] == []


@pytest.mark.parametrize(
    "message",
    [{"query": "bpm:fast", "sort": "title"}, {"query": "", "sort": "evil"}, {"query": ""},
     {"query": "", "sort": "title", "after": "no id"}, {"query": None, "sort": ["x"]}],
)  # fmt: skip
def test_nonsense_from_the_page_is_refused(player: Player, message: dict[str, Any]) -> None:
    answer = ask(player, **message)
    assert answer["type"] == "refused"
    assert answer["reason"]
