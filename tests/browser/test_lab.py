"""The library as a widget in a JupyterLab notebook: the same page, with Lab's login."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from server.running_dashboard import TOKEN
from server.running_lab import Lab
from server.sample_library import SECONDS

from .conftest import Visit

TIME = "globalThis.__audiolab.audio.currentTime"


def run_all(page: Page) -> None:
    """Run the notebook's one cell."""
    editor = page.locator(".jp-Notebook .jp-CodeCell .cm-content").first
    editor.click(timeout=60_000)
    page.keyboard.press("Shift+Enter")


@pytest.fixture(scope="module")
def opened(lab: Lab, chromium: Browser) -> Iterator[Visit]:
    """The notebook, run."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    visit = Visit(context.new_page())
    visit.watch()
    visit.page.goto(f"{lab.url}doc/tree/library.ipynb?token={TOKEN}")
    run_all(visit.page)
    expect(visit.page.locator("[data-track-id]").first).to_be_visible(timeout=60_000)
    yield visit
    context.close()


@pytest.fixture
def page(opened: Visit) -> Iterator[Page]:
    """The notebook showing the whole library."""
    page = opened.page
    search(page).fill("")
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "61")
    yield page
    page.evaluate("globalThis.__audiolab?.audio.pause()")
    assert [text for text in opened.errors if "audiolab" in text.lower()] == []
    assert opened.outside == []


def search(page: Page) -> Locator:
    """Our search box; Lab has some of its own."""
    return page.locator(".al-browser input[type=search]")


def row(page: Page, lab: Lab, name: str) -> Locator:
    return page.locator(f"[data-track-id='{lab.ids[name]}']")


def test_rows_hold_to_the_contract(page: Page) -> None:
    rows = page.locator("[data-track-id]")
    expect(rows).to_have_count(50)
    assert rows.first.get_attribute("role") == "row"
    assert rows.first.get_by_role("button", name="Play", exact=True).count() == 1
    for label in ("Genre in the file", "Key", "BPM", "Energy"):
        expect(page.get_by_role("group", name=label, exact=True)).to_be_visible()


def test_search_and_filters(page: Page) -> None:
    search(page).fill("lena")
    expect(page.locator("[data-track-id]")).to_have_count(2)
    search(page).fill("")
    expect(page.locator("[data-track-id]")).to_have_count(50)
    page.get_by_role("checkbox", name="Folk").check()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "20")
    page.get_by_role("checkbox", name="Folk").uncheck()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "61")


def test_the_address_stays_labs(page: Page) -> None:
    before = page.url
    search(page).fill("night")
    expect(page.locator("[data-track-id]")).to_have_count(1)
    assert page.url == before


def test_play_seek_and_pause(page: Page, lab: Lab) -> None:
    search(page).fill("night")
    row(page, lab, "night.mp3").get_by_role("button", name="Play").click()
    page.wait_for_function(f"{TIME} > 0.2")
    bar = page.get_by_role("region", name="Player")
    expect(bar).to_contain_text("Night Drive")
    wave = page.get_by_role("slider", name="Seek")
    box = wave.bounding_box()
    assert box
    wave.click(position={"x": box["width"] * 0.6, "y": box["height"] / 2})
    page.wait_for_function(f"Math.abs({TIME} - {0.6 * SECONDS}) < 1.5")
    bar.get_by_role("button", name="Pause", exact=True).click()
    assert page.evaluate("globalThis.__audiolab.audio.paused")


def test_download_with_labs_login(page: Page, lab: Lab) -> None:
    search(page).fill("night")
    link = row(page, lab, "night.mp3").get_by_role("link", name="Download")
    assert "token" not in (link.get_attribute("href") or "")
    with page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename == "night.mp3"
    assert started.value.path().stat().st_size == (lab.media / "night.mp3").stat().st_size


def test_keys_of_the_player_are_not_labs(page: Page, lab: Lab) -> None:
    search(page).fill("night")
    row(page, lab, "night.mp3").get_by_role("button", name="Play").click()
    page.wait_for_function(f"{TIME} > 0.1")
    wave = page.get_by_role("slider", name="Seek")
    wave.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{TIME} > 5")
    page.keyboard.press("m")  # in Lab: make the cell Markdown
    assert page.evaluate("globalThis.__audiolab.audio.muted")
    page.keyboard.press("m")
    expect(page.locator(".jp-Notebook .jp-CodeCell")).not_to_have_count(0)
