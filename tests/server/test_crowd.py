"""Many who dawdle do not keep the others from being served.

`tests/benchmarks/api.py` measures it with more of them.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

from .running_dashboard import TOKEN, Dashboard

DRIBBLERS, LISTENERS = 200, 200
SMALL_BUFFER = 4_096  # what a listener takes before it has read anything


@pytest.fixture
def crowd(running: Dashboard) -> Iterator[list[socket.socket]]:
    """Connections with half a header, and listeners who do not read."""
    track = running.ids["tone.wav"]
    stream = f"GET /audiolab/stream/{track} HTTP/1.1\r\nHost: x\r\nAuthorization: token {TOKEN}\r\n"
    said = [b"GET / HTTP/1.1\r\nX-Slow: "] * DRIBBLERS + [f"{stream}\r\n".encode()] * LISTENERS
    where = urlsplit(running.url)
    with ExitStack() as lines:
        opened = []
        for words in said:
            line = lines.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
            line.connect((where.hostname, where.port))
            line.sendall(words)
            opened.append(line)
        yield opened


def test_the_page_stays_usable(
    running: Dashboard, user: httpx.Client, crowd: list[socket.socket]
) -> None:
    waiting = crowd[-1]
    waiting.settimeout(20)
    assert waiting.recv(15) == b"HTTP/1.1 200 OK"
    size = (running.media / "tone.wav").stat().st_size
    for path in ("/login", "/audiolab/api/tracks", "/audiolab/static/url.js"):
        begun = time.monotonic()
        assert user.get(path).status_code in (200, 302)
        assert time.monotonic() - begun < 10
    whole = user.get(f"/audiolab/stream/{running.ids['tone.wav']}")
    assert len(whole.content) == size, "a listener who does read is served"
