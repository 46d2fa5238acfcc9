"""The kernel that waits for the next page, and what a page tells its kernel and its browser."""

import asyncio
import re
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import nbformat
import pytest
from tornado.escape import parse_qs_bytes

from audiolab.server.assets import SHEETS, STATIC
from audiolab.server.kernels import PageKernels, visitor_may_write
from audiolab.server.pages import tell_address
from audiolab.server.preload import PARTS, modules
from audiolab.widgets import browser, part, scan_panel, stats_view


class Kernels(PageKernels):
    """Starts no processes."""

    async def _start(self, writes: bool, **_: Any) -> str:
        kernel = uuid4().hex
        self._kernels[kernel] = SimpleNamespace(writes=writes)
        return kernel

    async def is_alive(self, kernel_id: str) -> bool:
        return not getattr(self._kernels[kernel_id], "dead", False)


async def ready(**options: Any) -> Kernels:
    """Kernels of which one is spare."""
    kernels = Kernels(**{"spare_writes": True, "refill_seconds": 0.0, **options})
    kernels.keep_spare()
    await asyncio.sleep(0.01)
    return kernels


def test_whoever_comes_takes_the_spare_and_another_follows() -> None:
    async def visits() -> None:
        visitor_may_write.set(True)
        kernels = await ready()
        (spare,) = kernels.list_kernel_ids()
        assert await kernels.start_kernel() == spare
        await asyncio.sleep(0.01)
        (other,) = set(kernels.list_kernel_ids()) - {spare}
        assert await kernels.start_kernel() == other
        assert await kernels.start_kernel() not in (spare, other), "none is spare at once"

    asyncio.run(visits())


def test_the_spare_is_for_those_who_may_what_it_may() -> None:
    async def visits() -> None:
        visitor_may_write.set(False)
        kernels = await ready()
        (spare,) = kernels.list_kernel_ids()
        own = await kernels.start_kernel()
        assert own != spare
        assert not kernels._kernels[own].writes
        visitor_may_write.set(True)
        assert await kernels.start_kernel() == spare

    asyncio.run(visits())


def test_a_spare_that_died_is_nobodys() -> None:
    async def visits() -> None:
        visitor_may_write.set(True)
        kernels = await ready()
        (spare,) = kernels.list_kernel_ids()
        kernels._kernels[spare].dead = True
        assert await kernels.start_kernel() != spare

    asyncio.run(visits())


def test_the_spare_waits_however_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    culled = []

    async def cull(_: Any, kernel_id: str) -> None:
        culled.append(kernel_id)

    monkeypatch.setattr(PageKernels.__mro__[1], "cull_kernel_if_idle", cull)

    async def night() -> None:
        visitor_may_write.set(True)
        kernels = await ready(refill_seconds=60.0)
        (spare,) = kernels.list_kernel_ids()
        await kernels.cull_kernel_if_idle(spare)
        assert not culled
        await kernels.start_kernel()
        await kernels.cull_kernel_if_idle(spare)
        assert culled == [spare]

    asyncio.run(night())


def test_the_kernel_is_told_the_query_and_no_token() -> None:
    asked = "q=it%27s+%22&token=secret&genre=a&genre=%E9%9F%B3"
    request = SimpleNamespace(query_arguments=parse_qs_bytes(asked))
    cell = nbformat.v4.new_code_cell("LibraryBrowser()")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    handler: Any = SimpleNamespace(request=request)
    tell_address(handler, notebook, "")
    told: dict[str, Any] = {"LibraryBrowser": lambda: None}
    code = notebook.cells[0].source.replace("os.environ", "told")
    exec(code, {**told, "told": told})
    assert told["QUERY_STRING"] == "q=it%27s+%22&genre=a&genre=%E9%9F%B3"


def test_pages_ask_early_for_all_of_their_modules() -> None:
    views = {"library": browser, "stats": stats_view, "scan": scan_panel}
    for page, parts in PARTS.items():
        assert {"page", "dom", *parts} <= set(modules(page))
        used = {one.module for one in vars(views[page]).values() if is_part(one)}
        assert used - {"similarity_map"} <= set(modules(page)), page  # shown on demand
    assert modules("no page") == ()


def is_part(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, part.Part) and bool(one.module)


def test_all_styles_in_one_sheet(user: httpx.Client) -> None:
    listed = re.search(
        r"const sheets = \[(.*?)\]", (STATIC / "page.js").read_text(encoding="utf-8")
    )
    assert listed
    assert re.findall(r"(\w+)\.css", listed[1]) == [name for name in SHEETS if name != "shell"]
    answer = user.get("/audiolab/static/page.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    for name in SHEETS:
        assert (STATIC / f"{name}.css").read_text(encoding="utf-8") in answer.text
    again = user.get("/audiolab/static/page.css", headers={"If-None-Match": answer.headers["Etag"]})
    assert again.status_code == 304


def test_who_comes_back_asks_for_no_script_again(user: httpx.Client) -> None:
    page = user.get("/voila/render/scan.ipynb").text
    addresses = re.findall(r'(?:src|href)="(/audiolab/static/[^"]+)"', page)
    assert len(addresses) > 10
    for address in addresses:
        answer = user.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"], address
    old = re.sub("/static/[0-9a-f]{12}/", "/static/0123456789ab/", addresses[0])
    for address in (old, "/audiolab/static/host.js", "/audiolab/static/page.css"):
        assert user.get(address).headers["Cache-Control"] == "private, no-cache"
