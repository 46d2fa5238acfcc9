"""In a language that brackets every text, nothing on the pages stands outside of brackets."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from server.running_dashboard import TOKEN, Dashboard
from widgets.written import texts

from audiolab.catalog.fields import BY_NAME, TARGETS
from audiolab.catalog.outliers import OUTLIERS

from .conftest import Visit

pytestmark = pytest.mark.long

# What the catalog declares: labels, units and explanations of its fields, and what is odd.
DECLARED = sorted(
    {
        *(target.label for target in TARGETS.values()),
        *(text for field in BY_NAME.values() for text in (field.unit, field.meaning.text)),
        *(text for one in OUTLIERS for text in (one.label, one.why)),
    }
)
# Names and other data have dir=auto; code is code; plotly's figures have their own texts.
STRAYS = """(declared) => {
  const known = new Set(declared);
  const found = new Set();
  let depth = 0;
  const outside = (text) => [...text].filter((one) => {
    if (one === "⟦") depth += 1;
    else if (one === "⟧") depth -= 1;
    return depth === 0 && one !== "⟧";
  }).join("").trim();
  const look = (text) => {
    const rest = outside(text);
    const data = known.has(rest) || /^[A-G][b#]? (major|minor)$/.test(rest);
    if (/\\p{L}{2}/u.test(rest) && !data) found.add(rest);
  };
  for (const part of document.querySelectorAll(".al-browser, .al-toasts")) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode;
      if (!parentElement.closest("[dir=auto], code, .al-plot, style")) look(data);
    }
    if (depth) { found.add(`${depth} brackets open in ${part.className}`); depth = 0; }
    for (const one of part.querySelectorAll("[aria-label], [placeholder]")) {
      if (one.closest(".al-profile, .al-plot")) continue;
      look(one.getAttribute("aria-label") ?? "");
      look(one.getAttribute("placeholder") ?? "");
    }
  }
  return [...found];
}"""


def bracketed(route: Route) -> None:
    """The texts, every one of them in brackets."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(one) for name, one in value.items()}
        return f"⟦{value}⟧"

    body = {**changed(texts()), "language": texts()["language"]}
    route.fulfill(body=f"export default {json.dumps(body)}", content_type="text/javascript")


@pytest.fixture(scope="module")
def opened(chromium: Browser, running: Dashboard) -> Iterator[Visit]:
    """A page in that language."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.route(re.compile(r"/texts\.js"), bracketed)
    opened = Visit(context.new_page())
    opened.watch()
    yield opened
    context.close()
    assert not opened.errors


def test_no_text_of_the_pages_is_written_elsewhere(opened: Visit, running: Dashboard) -> None:
    page = opened.page
    page.goto(f"{running.url}/?token={TOKEN}&q=night&bpm=60..")
    expect(page.locator("[data-track-id]").first).to_be_visible(timeout=30_000)
    expect(page.locator(".al-section").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", texts()["language"])
    nothing_outside(page)
    page.locator("[data-track-id]").first.locator("[data-deed=more]").click()
    page.get_by_role("menuitem", name="⟦Play next⟧").click()
    expect(page.locator(".al-toast")).to_contain_text("⟦Plays next: ")
    page.locator(".al-queue-button").click()
    nothing_outside(page)
    page.locator("[data-track-id] a.al-title", has_text="Night Drive").click()
    expect(page.locator(".al-alike-row").first).to_be_visible()
    page.locator("[data-correct=tempo_bpm]").click()
    nothing_outside(page)
    page.goto(f"{running.url}/voila/render/stats.ipynb")
    expect(page.locator("[data-chart]").first).to_be_visible(timeout=30_000)
    nothing_outside(page)
    page.locator("[data-view=map]").click()
    expect(page.locator(".al-map-instead, .al-map-stage").first).to_be_visible()
    nothing_outside(page)
    page.goto(f"{running.url}/voila/render/scan.ipynb")
    expect(page.locator(".al-scan-new")).to_be_visible(timeout=30_000)
    nothing_outside(page)


def nothing_outside(page: Page) -> None:
    """Every text that is on the page, seen or not, comes from texts.js, the catalog or a file."""
    assert page.evaluate(STRAYS, DECLARED) == []
