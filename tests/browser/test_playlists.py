"""Playlists on the page: made of a selection, put in order, deleted and brought back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from server.running_dashboard import Dashboard
from server.test_kernels import wait_for

from .test_accessibility import findings


@pytest.fixture
def bare(running: Dashboard) -> Iterator[Dashboard]:
    yield running
    for name in running.catalog.playlist_names():
        running.catalog.delete_playlist(name)


def test_from_a_selection_to_an_order_of_ones_own(page: Page, bare: Dashboard) -> None:
    rows = page.locator("[data-track-id]")
    rows.nth(0).locator(".al-time").click()
    rows.nth(2).locator(".al-time").click(modifiers=["Shift"])
    page.get_by_role("button", name="Playlist…").click()
    dialog = page.get_by_role("dialog", name="Add 3 tracks to a playlist")
    dialog.get_by_label("Name").fill("Sunday <b>")
    assert findings(page) == []
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Sunday <b>").click()
    expect(rows).to_have_count(3)
    assert "playlist=Sunday" in page.url
    before = bare.catalog.playlist_ids("Sunday <b>")

    grip, goal = rows.nth(0).get_by_role("button", name="Move"), rows.nth(2).bounding_box()
    grip.hover()
    assert goal is not None
    page.mouse.down()
    page.mouse.move(goal["x"] + 10, goal["y"] + goal["height"] - 4, steps=4)
    page.mouse.up()
    expect(page.get_by_text("place 3 of 3")).to_be_attached()
    expect(rows.nth(2)).to_have_attribute("data-track-id", before[0])
    rows.nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_text("place 2 of 3")).to_be_attached()
    wanted = [before[1], before[0], before[2]]
    expect(rows.nth(1)).to_be_focused()
    assert wait_for(lambda: bare.catalog.playlist_ids("Sunday <b>") == wanted)
    page.reload()
    expect(rows).to_have_count(3)
    assert [row.get_attribute("data-track-id") for row in rows.all()] == wanted
    assert bare.catalog.playlist_ids("Sunday <b>") == wanted
    assert findings(page) == []

    page.get_by_role("button", name="More for Sunday <b>").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Undo").click()
    page.go_back()
    expect(rows).to_have_count(3)
    assert bare.catalog.playlist_ids("Sunday <b>") == wanted
