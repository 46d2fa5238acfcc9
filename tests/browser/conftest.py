"""The dashboard in a real Chromium.

Playwright's own pytest fixtures live until the end of the session and leave their event loop
running in this thread, which later tests that start loops would trip over; these end with the
last browser test.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from server.running_dashboard import TOKEN, Dashboard, dashboard

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]  # fmt: skip
# Back to the whole library by the way that Back takes; done when the list has been drawn anew, if
# it has to be.
RESET = """async () => {
  globalThis.__audiolab?.audio.pause();
  document.activeElement?.blur();
  if (location.search === "" && document.querySelectorAll("[data-track-id]").length === 50) return;
  const drawn = new Promise((resolve) => new MutationObserver(resolve)
    .observe(document.querySelector(".al-rows"), { childList: true }));
  history.replaceState({}, "", location.pathname);
  dispatchEvent(new PopStateEvent("popstate"));
  await Promise.race([drawn, new Promise((resolve) => setTimeout(resolve, 2000))]);
}"""

expect.set_options(timeout=10_000)


@dataclass
class Visit:
    """A page and what went wrong on it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note errors of scripts, messages of the console and requests to other hosts."""
        page = self.page
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.errors.append("dialog"), dialog.dismiss()))
        page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type == "error" else None,
        )
        page.on(
            "request",
            lambda asked: (
                self.outside.append(asked.url)
                if asked.url.startswith(("http", "ws")) and "//127.0.0.1" not in asked.url
                else None
            ),
        )


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def running(data_dir: Path) -> Iterator[Dashboard]:
    """A dashboard over the sample library."""
    with dashboard(data_dir) as started:
        yield started


Visiting = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="package")
def visiting(chromium: Browser, running: Dashboard) -> Visiting:
    """A page for a while, as a new visitor: ``with visiting("q=night") as opened``.

    A page that stays open costs every later test: it follows the catalog.
    """

    @contextmanager
    def open_page(query: str = "", page: str = "", **options: object) -> Iterator[Visit]:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, **options)  # type: ignore[arg-type]
        opened = Visit(context.new_page())
        opened.watch()
        path = f"/voila/render/{page}.ipynb" if page else "/"
        opened.page.goto(f"{running.url}{path}?token={TOKEN}&{query}", wait_until="commit")
        yield opened
        context.close()

    return open_page


@pytest.fixture
def visit(visiting: Visiting) -> Iterator[Callable[..., Visit]]:
    """Opens pages for one test: ``visit("q=night")`` the library, ``visit(page="scan")``."""
    with ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(visiting(*args, **options))


@pytest.fixture(scope="package")
def shared_visit(visiting: Visiting) -> Iterator[Visit]:
    """One visit that most tests share; opening a page takes a second or two."""
    with visiting() as shared:
        shown = shared.page.locator("[data-track-id], #failed:not([hidden])").first
        expect(shown).to_be_visible(timeout=30_000)
        assert shared.page.locator("#failed").is_hidden(), "the page's cell failed: see its log"
        yield shared


@pytest.fixture
def page(shared_visit: Visit) -> Iterator[Page]:
    """The shared page showing the whole library; no test may leave an error behind."""
    page = shared_visit.page
    page.evaluate(RESET)
    # However long that takes: all of it and the newest first, as another order has 50 of 61 too.
    expect(page.get_by_role("combobox", name="Sort by")).to_have_value("added_at")
    expect(page.get_by_role("button", name="Descending")).to_be_visible()
    expect(page.locator("[data-total]")).to_have_text("1–50 of 61")
    expect(page.locator("[data-track-id]")).to_have_count(50)
    shared_visit.errors.clear()
    yield page
    assert not shared_visit.errors
    assert not shared_visit.outside
