"""The charts of the statistics page: a bar is a way to its tracks, and all follows one filter."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Visit, Visiting
from .test_accessibility import findings


@pytest.fixture(scope="module")
def opened(visiting: Visiting) -> Iterator[Visit]:
    """The page, as a new visitor sees it."""
    with visiting(page="stats") as opened:
        yield opened


@pytest.fixture
def page(opened: Visit) -> Iterator[Page]:
    """The page; no test may leave an error behind."""
    expect(opened.page.locator("[data-chart]").first).to_be_visible(timeout=30_000)
    yield opened.page
    assert not opened.errors
    assert not opened.outside


def bars(page: Page, chart: str) -> Locator:
    """Bars of a chart in which there are tracks."""
    return page.locator(f"[data-chart={chart}] a:not(.al-none)")


def test_the_page_is_in_the_header_and_says_how_much_there_is(page: Page) -> None:
    expect(page).to_have_title("Statistics · audiolab")
    here = page.get_by_role("navigation", name="Dashboards").locator("[aria-current=page]")
    expect(here).to_have_text("Statistics")
    figures = page.get_by_role("definition")
    expect(figures.first).to_have_text("61")
    assert "token" not in page.url


@pytest.mark.long
def test_a_screen_reader_and_a_keyboard_find_their_way(page: Page) -> None:
    for _ in ("light", "dark"):
        assert findings(page) == []
        page.get_by_role("button", name="Light or dark").click()
    tempo = page.locator("[data-chart=tempo_bpm]")
    assert tempo.locator("a[tabindex='0']").count() == 1, "one stop for Tab"
    tempo.locator("a").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(tempo.locator("a").nth(-2)).to_be_focused()
    expect(tempo).to_contain_text("210–215 BPM: 0 tracks")


def test_all_charts_follow_the_filter(page: Page) -> None:
    page.get_by_role("checkbox", name="Folk").check()
    total = page.get_by_role("definition").first
    expect(total).to_have_text("20")
    expect(bars(page, "tag_genre")).to_have_count(1)
    assert page.url.endswith("?tag_genre=Folk")
    page.get_by_role("button", name="Remove filter").click()
    expect(total).to_have_text("61")
    page.go_back()
    expect(total).to_have_text("20")
    page.locator("input[type=search]").fill("there is no such track")
    page.get_by_role("button", name="Clear filters").click()
    expect(total).to_have_text("61")


def test_a_wedge_opens_the_library_with_its_tracks(page: Page) -> None:
    bar = bars(page, "key").first
    said = re.search(r"(\d+) tracks?$", bar.get_attribute("aria-label") or "")
    assert said is not None
    bar.click()
    found = page.locator("[data-total]")
    expect(found).to_have_attribute("data-total", said[1], timeout=30_000)
    assert "/library.ipynb?" in page.url
    page.go_back()
    expect(bars(page, "key").first).to_be_visible(timeout=30_000)
