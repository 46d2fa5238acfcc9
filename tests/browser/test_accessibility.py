"""What a screen reader and a keyboard find: axe-core's rules on every view, in light and dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from server.running_dashboard import Dashboard

from .conftest import Visit

# What is in order is not described: half of the work.
VIOLATIONS = {"resultTypes": ["violations"]}


def findings(page: Page) -> list[str]:
    """Rules that are broken, with the first element that breaks each."""
    broken = Axe().run(page, options=VIOLATIONS).response["violations"]
    return [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in broken]


def few(page: Page) -> None:
    """Rows that are like all others are not looked at again: axe takes seconds for fifty."""
    page.locator("input[type=search]").fill("hart")
    expect(page.locator("[data-track-id]")).to_have_count(2)


def test_the_library(page: Page) -> None:
    assert findings(page) == []
    few(page)
    page.get_by_role("button", name="Cards").click()
    page.get_by_role("button", name="Light or dark").click()
    page.keyboard.press("ControlOrMeta+a")
    assert findings(page) == []
    page.get_by_role("button", name="Rows").click()
    page.get_by_role("button", name="Light or dark").click()


def test_menus_selection_and_mistakes(page: Page) -> None:
    page.locator("input[type=search]").fill("bpm:fast")
    expect(page.get_by_role("alert").filter(has_text="number")).to_be_visible()
    page.locator("[data-track-id]").first.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.locator("[data-track-id]").nth(3).get_by_role("button", name="More").click()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


@pytest.mark.long
def test_similar_tracks_and_nothing_found(page: Page, running: Dashboard) -> None:
    page.locator("input[type=search]").fill("night drive")
    row = page.locator(f"[data-track-id='{running.ids['night.mp3']}']")
    expect(page.locator("[data-track-id]")).to_have_count(1)
    row.get_by_role("button", name="Similar tracks").click()
    expect(page.locator(".al-like").first).to_be_visible()
    assert findings(page) == []
    page.locator("input[type=search]").fill("there is no such track")
    expect(page.get_by_text("No track matches")).to_be_visible()
    assert findings(page) == []


@pytest.mark.long
def test_a_phone(visit: Callable[..., Visit]) -> None:
    page = visit("q=hart", color_scheme="light").page
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("[data-track-id]").first).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Filters").click()
    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    assert findings(page) == []
