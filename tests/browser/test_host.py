"""How our pages speak with their kernel: bytes of the line, breaks, kernels that die."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from playwright.sync_api import Browser, Route, WebSocketRoute, expect
from server.running_dashboard import TOKEN, Dashboard

from .conftest import Visit

ROWS = "[data-track-id]"
READ = """async (packed) => {
  const { unpack } = await import("/audiolab/static/wire.js");
  const message = unpack(Uint8Array.from(atob(packed), (one) => one.charCodeAt(0)).buffer);
  const bytes = (view) => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];
  return { ...message, buffers: message.buffers.map(bytes) };
}"""
WRITE = """async (message) => {
  const { pack } = await import("/audiolab/static/wire.js");
  const inside = (one) => new DataView(Uint8Array.from([0, ...one]).buffer, 1);
  const packed = pack({ ...message, buffers: message.buffers.map(inside) });
  return btoa(String.fromCharCode(...new Uint8Array(packed)));
}"""
KERNEL = "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
PARTS = ("header", "parent_header", "metadata", "content")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
messages = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["shell", "iopub", "control"]),
        **{part: st.dictionaries(texts, texts | st.integers(-9, 9), max_size=3) for part in PARTS},
        "buffers": st.lists(st.binary(max_size=40), max_size=3),
    }
)


def test_messages_are_those_of_jupyters_server(shared_visit: Visit) -> None:
    page = shared_visit.page

    @given(messages)
    def check(message: dict[str, Any]) -> None:
        parts = [*(json.dumps(message[part]).encode() for part in PARTS), *message["buffers"]]
        packed = serialize_msg_to_ws_v1(parts, message["channel"])
        plain = {**message, "buffers": [list(one) for one in message["buffers"]]}
        assert page.evaluate(READ, base64.b64encode(packed).decode()) == plain
        written = base64.b64decode(page.evaluate(WRITE, plain))
        assert deserialize_msg_from_ws_v1(written)[0] == message["channel"]
        assert page.evaluate(READ, base64.b64encode(written).decode()) == plain

    check()
    assert shared_visit.errors == []


def test_a_line_that_breaks_is_mended_and_nothing_said_is_lost(
    running: Dashboard, chromium: Browser
) -> None:
    lines: list[WebSocketRoute] = []

    def relay(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    context = chromium.new_context()
    page = context.new_page()
    page.route_web_socket("**/channels*", relay)
    page.goto(f"{running.url}/?token={TOKEN}")
    expect(page.locator(ROWS)).to_have_count(50, timeout=30_000)
    assert len(lines) == 1
    for words, found in (("lena", 2), ("night", 1)):
        lines[-1].close(code=3000, reason="the Wi-Fi is gone")
        page.locator("input[type=search]").fill(words)
        expect(page.locator(ROWS)).to_have_count(found)
    assert len(lines) == 3
    context.close()


def test_a_kernel_that_takes_long_is_waited_for(running: Dashboard, chromium: Browser) -> None:
    context = chromium.new_context()
    opened = Visit(context.new_page())
    opened.watch()

    def slow(route: Route) -> None:
        answer = route.fetch()
        main = '<div id="rendered_cells" role="main">'
        assert main in answer.text()
        beats = main + 2 * "<script>window.voila_heartbeat()</script>\n"
        route.fulfill(response=answer, body=answer.text().replace(main, beats))

    opened.page.route("**/voila/render/*", slow)
    opened.page.goto(f"{running.url}/?token={TOKEN}&q=lena")
    expect(opened.page.locator(ROWS)).to_have_count(2, timeout=30_000)
    assert opened.errors == []
    context.close()


@pytest.mark.long
def test_a_page_whose_kernel_dies_comes_again(
    running: Dashboard, visit: Callable[..., Visit]
) -> None:
    page = visit("q=lena").page
    expect(page.locator(ROWS)).to_have_count(2, timeout=30_000)
    page.evaluate("performance.now = () => 1e6")  # it has been open for a while
    page.evaluate("globalThis.before = true")
    running.process_of(page.evaluate(KERNEL)).kill()
    page.wait_for_function("!globalThis.before", timeout=20_000)
    expect(page.locator(ROWS)).to_have_count(2, timeout=30_000)
    expect(page.locator("input[type=search]")).to_have_value("lena")
