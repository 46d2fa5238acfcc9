"""opus/{id}: any file as Ogg/Opus, from any second, at the listener's pace."""

import io
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import av
import httpx
import numpy as np
import pytest

from audiolab.server.library import MOST_CONVERSIONS

from .odd_files import BEATS, NAMES, odd_files
from .running_dashboard import TOKEN, Dashboard
from .sample_library import GONE, SECONDS


@pytest.fixture(scope="module")
def ids(running: Dashboard) -> Iterator[dict[str, str]]:
    """Files that browsers cannot play, and some that they can."""
    with odd_files(running, *NAMES) as odd:
        yield {**running.ids, **odd}


def decoded(content: bytes) -> tuple[float, float]:
    """Seconds and level of an Ogg stream."""
    with av.open(io.BytesIO(content)) as container:
        assert container.streams.audio[0].codec_context.name in ("opus", "libopus")
        samples = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
    return samples.shape[1] / 48_000, float(np.sqrt(np.mean(samples**2)))


@pytest.mark.parametrize("name", ["studio.aiff", "lossless.m4a", "broken.ogg", "hostile.flac"])
def test_any_file_becomes_opus(user: httpx.Client, ids: dict[str, str], name: str) -> None:
    answer = user.get(f"/audiolab/opus/{ids[name]}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "audio/ogg"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    seconds, level = decoded(answer.content)
    assert seconds == pytest.approx(SECONDS, abs=0.1 if name != "broken.ogg" else 3)
    assert level == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("name", ["studio.aiff", "lossless.m4a", "night.mp3", "long.ogg"])
def test_from_any_second_on(user: httpx.Client, ids: dict[str, str], name: str) -> None:
    answer = user.get(f"/audiolab/opus/{ids[name]}", params={"start": "20.5"})
    seconds, _ = decoded(answer.content)
    assert seconds == pytest.approx(SECONDS - 20.5, abs=0.2)


@pytest.mark.parametrize("start", ["-1", "nan", "inf", "soon", "1e99"])
def test_a_start_that_makes_no_sense(user: httpx.Client, ids: dict[str, str], start: str) -> None:
    answer = user.get(f"/audiolab/opus/{ids['studio.aiff']}", params={"start": start})
    assert answer.status_code == 400
    assert "start: expected" in answer.json()["detail"]


def test_what_cannot_be_converted_says_why(user: httpx.Client, ids: dict[str, str]) -> None:
    text = user.get(f"/audiolab/opus/{ids['text.mp3']}")
    assert (text.status_code, text.json()["detail"]) == (
        415,
        "the file cannot be played: not an audio file",
    )
    gone = user.get(f"/audiolab/opus/{ids[GONE]}")
    assert gone.status_code == 410
    assert "no longer where it was" in gone.json()["detail"]
    late = user.get(f"/audiolab/opus/{ids['studio.aiff']}", params={"start": "31"})
    assert "nothing can be decoded from 31 s on" in late.json()["detail"]
    assert user.get(f"/audiolab/opus/{uuid4()}").status_code == 404


def test_beats(user: httpx.Client, ids: dict[str, str]) -> None:
    answer = user.get(f"/audiolab/beats/{ids['studio.aiff']}")
    np.testing.assert_array_equal(np.frombuffer(answer.content, "<f4"), BEATS)
    none = user.get(f"/audiolab/beats/{ids['night.mp3']}", headers={"Accept": "application/json"})
    assert none.json() == {"beats": []}
    assert user.get(f"/audiolab/beats/{uuid4()}").status_code == 404


def test_strangers_hear_nothing(stranger: httpx.Client, ids: dict[str, str]) -> None:
    for kind in ("opus", "beats"):
        assert stranger.get(f"/audiolab/{kind}/{ids['studio.aiff']}").status_code == 403


def slow_listener(running: Dashboard, track_id: str) -> socket.socket:
    """Somebody who takes the first bytes and then nothing more."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", httpx.URL(running.url).port))
    head = f"GET /audiolab/opus/{track_id} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    line.sendall(f"{head}Authorization: token {TOKEN}\r\n\r\n".encode())
    assert line.recv(12) == b"HTTP/1.1 200"
    return line


def test_a_few_at_once_until_one_leaves(
    running: Dashboard, user: httpx.Client, ids: dict[str, str]
) -> None:
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        lines = [
            stack.enter_context(slow_listener(running, ids["hour.wav"]))
            for _ in range(MOST_CONVERSIONS)
        ]
        waiting = pool.submit(user.get, f"/audiolab/opus/{ids['broken.ogg']}")
        with pytest.raises(TimeoutError):
            waiting.result(0.3)  # its turn has not come
        lines[0].close()
        assert waiting.result(5).status_code == 200
