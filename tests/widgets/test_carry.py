"""Files through the widget's line: whole, in parts, by ids only, and not without end."""

from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile

from audiolab.errors import TrackNotFoundError
from audiolab.widgets import carry
from audiolab.widgets.carry import Carrier
from audiolab.widgets.player import Player
from widgets.written import written

ID = str(uuid4())
CONTENT = bytes(range(256)) * 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp3"
    path.write_bytes(CONTENT)
    return path


class OneFile:
    """As much of a catalog as a carrier uses."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def path(self, track_id: str) -> Path:
        if track_id != ID:
            raise TrackNotFoundError(f"there is no track {track_id}")
        return self._file

    def waveform(self, _: str) -> np.ndarray:
        return np.linspace(0, 1, 800, dtype=np.float32)

    def beats(self, _: str) -> np.ndarray:
        return np.array([0.5, 1.0, 1.5], np.float32)


@pytest.fixture
def carrier(file: Path) -> Carrier:
    return Carrier(OneFile(file))  # type: ignore[arg-type]


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
    assert np.frombuffer(ask(carrier, kind="beats")[1][0], "<f4").tolist() == [0.5, 1, 1.5]


def test_converted(carrier: Carrier, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = ask(carrier, kind="opus")[0]["reason"]
    assert written(reason) == "the file cannot be played: not an audio file"
    soundfile.write(file, np.zeros(48_000), 48_000, format="AIFF")
    answer, [part] = ask(carrier, kind="opus")
    assert part.startswith(b"OggS")
    assert len(part) == answer["size"]
    file.unlink()
    assert ask(carrier, kind="opus", offset=10)[1] == [part[10:]], "converted once"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"id": "/etc/passwd"}, "expected a track's id"),
        ({"id": None}, "expected a track's id"),
        ({"id": "../" + ID}, "expected a track's id"),
        ({"id": str(uuid4())}, "there is no track"),
        ({"offset": -1}, "offset"),
        ({"offset": "0"}, "offset"),
        ({"kind": "tags"}, "expected a stream"),
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
    assert written(ask(carrier)[0]["reason"]) == "the file is no longer where it was"
    file.mkdir()
    reason = ask(carrier)[0]["reason"]
    assert written(reason) == "the file cannot be read (is a directory)"


def test_the_player_answers_its_page(file: Path) -> None:
    sent: list[object] = []
    player = Player(OneFile(file))  # type: ignore[arg-type]
    player.send = lambda *what: sent.append(what)  # type: ignore[method-assign]
    request = {"type": "carry", "request": "7", "kind": "stream", "id": ID, "offset": 0}
    player._handle_custom_msg(request, [])
    assert sent == [({"type": "part", "request": "7", "size": len(CONTENT)}, [CONTENT])]
    player._handle_custom_msg({"type": "files"}, [])
    assert "page.js" in sent[1][0]["files"]  # type: ignore[index]
    assert "player.css" in sent[1][0]["files"]  # type: ignore[index]
