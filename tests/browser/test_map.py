"""The similarity map as a visitor uses it: looked at, heard, drawn round, without a mouse too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from server.running_dashboard import Dashboard

from .conftest import Visit, Visiting
from .test_accessibility import findings

ON_MAP = 31  # tracks of the sample library that have an embedding


@pytest.fixture(scope="module")
def opened(visiting: Visiting, running: Dashboard) -> Iterator[Visit]:
    """The map, opened by its address, before there is one."""
    with visiting("view=map", page="stats") as opened:
        expect(opened.page.get_by_role("button", name="Make the map")).to_be_visible(timeout=30_000)
        assert findings(opened.page) == []
        running.catalog.make_map(method="pca")
        yield opened


@pytest.fixture
def page(opened: Visit) -> Iterator[Page]:
    """The whole map; no test may leave an error behind."""
    page = opened.page
    expect(page.locator(f"[data-points='{ON_MAP}']")).to_be_visible(timeout=20_000)
    yield page
    page.keyboard.press("Escape")
    assert not opened.errors
    assert not opened.outside


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(".al-map-stage").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_map_appears_by_itself_when_it_is_made(page: Page) -> None:
    expect(page.get_by_role("button", name="Make the map")).to_be_hidden()
    expect(page.get_by_role("application", name="Similarity map of 31 tracks")).to_be_visible()
    painted = page.locator(".al-map-points").evaluate(
        "c => new Set(new Uint32Array(c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )
    assert painted > 2, "points are drawn"
    for _ in ("light", "dark"):
        assert findings(page) == []
        page.get_by_role("button", name="Light or dark").click()


def test_a_track_is_heard_without_a_mouse(page: Page) -> None:
    stage = page.get_by_role("application")
    stage.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(page.locator(".al-map-card .al-title")).to_be_visible()
    title = page.locator(".al-map-card .al-title").inner_text()
    expect(page.locator(".al-now .al-title")).to_have_text(title)
    page.evaluate("globalThis.__audiolab.audio.pause()")


def test_what_is_drawn_round_opens_in_the_library(page: Page, running: Dashboard) -> None:
    playing = page.evaluate("globalThis.__audiolab.track?.id")
    x, y = middle(page)
    page.get_by_role("button", name="Lasso").click()
    page.mouse.move(x - 250, y - 180)
    page.mouse.down()
    for dx, dy in ((250, -180), (250, 180), (-250, 180)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    tools = page.get_by_role("toolbar", name="Selected tracks")
    expect(tools).to_contain_text("tracks selected")
    number = tools.locator("b").inner_text().split()[0]
    assert 0 < int(number) <= ON_MAP
    assert page.evaluate("globalThis.__audiolab.track?.id") == playing, "a lasso plays nothing"
    tools.get_by_role("button", name="Playlist").click()
    tools.get_by_role("textbox").fill("Cloud")
    tools.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="the playlist Cloud")).to_be_visible()
    assert len(running.catalog.playlist("Cloud")) == int(number)
    running.catalog.delete_playlist("Cloud")
    tools.get_by_role("link", name="Open in the library").click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", number, timeout=30_000)
    page.go_back()
    expect(page.locator(f"[data-points='{ON_MAP}']")).to_be_visible(timeout=30_000)


def test_tracks_that_a_filter_leaves_out_stand_back(page: Page) -> None:
    page.locator("input[type=search]").fill("key:8A")
    expect(page.locator(".al-map-told")).to_contain_text(" of 31 tracks")
    page.get_by_role("button", name="Select what is in view").click()
    tools = page.get_by_role("toolbar", name="Selected tracks")
    expect(tools).to_contain_text("selected")
    tools.get_by_role("button", name="Filter by these").click()
    expect(page.get_by_role("button", name="Remove filter Region")).to_be_visible()
    assert "region=" in page.url
    page.get_by_role("link", name="Charts").click()
    expect(page.locator("[data-chart]").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("application")).to_be_visible()
