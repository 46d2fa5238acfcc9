"""Kernels: a visitor runs no code in them, they know no secrets, and they end with their page."""

import asyncio
import json
import re
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import psutil
import pytest
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from .running_dashboard import TOKEN, Dashboard

V1 = "v1.kernel.websocket.jupyter.org"
T = TypeVar("T")

HEADER = {"Authorization": f"token {TOKEN}"}


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a thread of its own: this one may belong to a browser's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def wait_for(condition: Any, seconds: float = 15) -> bool:
    """Whether `condition` becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def open_page(running: Dashboard) -> str:
    """Visit the library as a browser would, and return the id of the kernel behind the page."""
    with running.client() as client:
        page = client.get("/voila/render/library.ipynb").text
    found = re.search(r'"kernelId": "([0-9a-f-]{36})"', page)
    assert found, page[:2000]
    return found[1]


@pytest.fixture(scope="module")
def kernel(running: Dashboard) -> str:
    """The kernel behind an open page."""
    return open_page(running)


async def connect(running: Dashboard, kernel: str, protocol: str | None, **more: Any) -> Any:
    address = f"{running.url}/api/kernels/{kernel}/channels?session_id={uuid4().hex}"
    request = HTTPRequest(address.replace("http", "ws", 1), headers=more.get("headers", HEADER))
    return await websocket_connect(request, subprotocols=[protocol] if protocol else None)


def message(kind: str, content: dict[str, Any], channel: str, protocol: str | None) -> Any:
    made = Session().msg(kind, content)
    made = json.loads(json.dumps(made, default=str))
    if protocol is None:
        return json.dumps({**made, "channel": channel})
    parts = [json.dumps(made[name]) for name in ("header", "parent_header", "metadata", "content")]
    return serialize_msg_to_ws_v1([part.encode() for part in parts], channel)


async def answers(line: WebSocketClientConnection, until: str) -> str:
    """Everything that arrives until a message of the kind `until` has, and half a second more."""
    heard = ""
    wait = 15.0
    while True:
        try:
            got = await asyncio.wait_for(line.read_message(), wait)
        except TimeoutError:
            return heard
        heard += got.decode("utf-8", "replace") if isinstance(got, bytes) else str(got)
        if until in heard:
            wait = 0.5


@pytest.mark.parametrize("protocol", [None, V1])
def test_no_code_through_the_channel(
    running: Dashboard, kernel: str, tmp_path: Path, protocol: str | None
) -> None:
    trace = tmp_path / "ran"
    code = f"import pathlib; pathlib.Path({str(trace)!r}).touch()"
    ask = {"code": code, "silent": False, "store_history": True, "user_expressions": {"x": code}}

    async def attack() -> str:
        line = await connect(running, kernel, protocol)
        for channel in ("shell", "control"):
            for kind in ("execute_request", "debug_request", "create_subshell_request"):
                await line.write_message(
                    message(kind, ask, channel, protocol), protocol is not None
                )
        for kind in ("complete_request", "inspect_request", "input_reply", "history_request"):
            asked = {**ask, "cursor_pos": 3, "detail_level": 0, "value": code}
            await line.write_message(message(kind, asked, "shell", protocol), protocol is not None)
        hello = message("kernel_info_request", {}, "shell", protocol)
        await line.write_message(hello, protocol is not None)
        heard = await answers(line, "kernel_info_reply")
        line.close()
        return heard

    heard = run(attack())
    assert "kernel_info_reply" in heard, "the channel itself works"
    for refused in ("execute_reply", "complete_reply", "inspect_reply", "history_reply", "debug_"):
        assert refused not in heard
    assert not trace.exists()


@pytest.mark.parametrize("headers", [{}, {**HEADER, "Origin": "http://evil.example"}])
def test_channel_is_for_our_pages_only(
    running: Dashboard, kernel: str, headers: dict[str, str]
) -> None:
    if "Origin" in headers:  # with a cookie, as a browser on a foreign page would send it
        with httpx.Client(base_url=running.url) as client:
            client.get("/", params={"token": TOKEN})
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers = {"Origin": headers["Origin"], "Cookie": cookie}
    with pytest.raises(HTTPClientError, match="403"):
        run(connect(running, kernel, None, headers=headers))


@pytest.mark.usefixtures("kernel")
def test_kernels_know_no_token_and_read_no_foreign_code(running: Dashboard) -> None:
    kernels = running.kernels()
    assert kernels
    for pid in kernels:
        process = psutil.Process(pid)
        environment = process.environ()
        assert TOKEN not in "".join(environment.values())
        assert environment["AUDIOLAB_DATA_DIR"] == str(running.data_dir)
        assert Path(process.cwd()) == running.data_dir / "kernels"
        assert environment["IPYTHONDIR"] == str(running.data_dir / "kernels")


def test_kernels_share_what_they_import(running: Dashboard, kernel: str) -> None:
    """Theirs alone is less than what they would import: pandas alone takes 28 MB."""
    assert kernel
    own = [psutil.Process(pid).memory_full_info().uss / 2**20 for pid in running.kernels()]
    assert max(own) < 75


def test_code_of_a_page_is_not_in_it(user: httpx.Client) -> None:
    page = user.get("/voila/render/library.ipynb").text
    assert "LibraryBrowser()" not in page
    assert "import" not in page.split('role="main"')[1].split("kernelId")[0]


def test_closing_message_ends_the_kernel(running: Dashboard) -> None:
    kernel = open_page(running)
    headers = {**HEADER, "Origin": running.url}
    with running.client(headers=headers) as client:
        assert client.get(f"/api/kernels/{kernel}").status_code == 200
        assert client.post(f"/voila/api/shutdown/{kernel}").status_code == 204
        assert client.get(f"/api/kernels/{kernel}").status_code == 200, "it may still be at work"
        assert client.post(f"/voila/api/shutdown/{kernel}").status_code == 204
        assert wait_for(lambda: client.get(f"/api/kernels/{kernel}").status_code == 404, 8)


def test_a_page_that_goes_away_takes_its_kernel_along(
    running: Dashboard, user: httpx.Client, kernel: str
) -> None:
    own = open_page(running)

    async def visit(visited: str, code: int | None) -> None:
        line = await connect(running, visited, V1)
        line.close(code, "bye" if code else None)
        await asyncio.sleep(0.2)

    run(visit(own, 1001))
    run(visit(kernel, None))  # cut off, but perhaps to come back
    assert wait_for(lambda: user.get(f"/api/kernels/{own}").status_code == 404, 5)
    assert user.get(f"/api/kernels/{kernel}").status_code == 200


def test_kernels_cannot_be_listed_or_changed(user: httpx.Client, kernel: str) -> None:
    assert user.delete(f"/api/kernels/{kernel}").status_code == 405
    assert user.post("/api/kernels").status_code in (404, 405)
    assert user.post(f"/api/kernels/{kernel}/restart").status_code == 404
