"""Files through the widget's line: whole, in parts, by ids only, and not without end."""

from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from audiolab.errors import TrackNotFoundError
from audiolab.widgets import carry
from audiolab.widgets.carry import Carrier
from audiolab.widgets.player import Player

ID = str(uuid4())
CONTENT = bytes(range(256)) * 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp3"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def carrier(file: Path) -> Carrier:
    def path_of(track_id: str) -> Path:
        if track_id != ID:
            raise TrackNotFoundError(f"there is no track {track_id}")
        return file

    return Carrier(path_of, lambda _: np.linspace(0, 1, 800, dtype=np.float32))


def ask(carrier: Carrier, **message: object) -> carry.Answer:
    return carrier.answer({"request": "7", "kind": "stream", "id": ID, "offset": 0, **message})


def test_parts_in_order_are_the_file(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "PART_BYTES", 1000)
    collected = b""
    while len(collected) < len(CONTENT):
        answer, [part] = ask(carrier, offset=len(collected))
        assert answer == {"type": "part", "request": "7", "size": len(CONTENT)}
        assert 0 < len(part) <= 1000
        collected += part
    assert collected == CONTENT
    assert ask(carrier, offset=10**9)[1] == [b""]


def test_waveform(carrier: Carrier) -> None:
    answer, [part] = ask(carrier, kind="waveform")
    assert answer["size"] == len(part) == 3200
    assert np.frombuffer(part, "<f4")[-1] == 1


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"id": "/etc/passwd"}, "expected a track's id"),
        ({"id": None}, "expected a track's id"),
        ({"id": "../" + ID}, "expected a track's id"),
        ({"id": str(uuid4())}, "there is no track"),
        ({"offset": -1}, "offset"),
        ({"offset": "0"}, "offset"),
        ({"kind": "tags"}, "stream or a waveform"),
    ],
)
def test_what_is_refused(carrier: Carrier, message: dict[str, object], reason: str) -> None:
    answer, parts = ask(carrier, **message)
    assert (answer["type"], answer["request"], parts) == ("refused", "7", [])
    assert reason in answer["reason"]


def test_too_large_a_file(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "MOST_BYTES", 5000)
    answer, parts = ask(carrier)
    assert (answer["type"], parts) == ("refused", [])
    assert "open it in the dashboard" in answer["reason"]


def test_a_reason_never_names_the_path(carrier: Carrier, file: Path) -> None:
    file.unlink()
    assert ask(carrier)[0]["reason"] == "the file is no longer where it was"
    file.mkdir()
    reason = ask(carrier)[0]["reason"]
    assert reason == "the file cannot be read (is a directory)"


def test_the_player_answers_its_page(carrier: Carrier) -> None:
    sent: list[object] = []
    player = Player(lambda _: {}, carrier)
    player.send = lambda *what: sent.append(what)  # type: ignore[method-assign]
    request = {"type": "carry", "request": "7", "kind": "stream", "id": ID, "offset": 0}
    player._handle_custom_msg(request, [])
    assert sent == [({"type": "part", "request": "7", "size": len(CONTENT)}, [CONTENT])]
    player._handle_custom_msg({"type": "files"}, [])
    assert "page.js" in sent[1][0]["files"]  # type: ignore[index]
    assert "player.css" in sent[1][0]["files"]  # type: ignore[index]
