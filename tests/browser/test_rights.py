"""Named users in the browser: logging in, and a viewer's page without what changes things."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from server.running_dashboard import Dashboard, dashboard
from server.test_named import PASSWORD, add_users

from .conftest import Visit
from .test_accessibility import findings

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def named(data_dir: Path) -> Iterator[Dashboard]:
    """A dashboard with a viewer and an editor."""
    with dashboard(data_dir, prepare=add_users, AUDIOLAB_TOKEN="") as started:
        yield started


@pytest.fixture
def visit_as(chromium: Browser, named: Dashboard) -> Iterator[Callable[[str], Visit]]:
    """Comes in by the login page."""
    contexts = []

    def visit(name: str) -> Visit:
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 900}))
        visit = Visit(contexts[-1].new_page())
        visit.watch()
        page = visit.page
        page.goto(f"{named.url}/?q=night")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("[data-track-id]")).to_have_count(1, timeout=30_000)
        return visit

    yield visit
    for context in contexts:
        context.close()


def menu(page: Page) -> list[str]:
    """What can be done with the first track."""
    page.locator("[data-track-id]").first.get_by_role("button", name="More").click()
    return page.get_by_role("menuitem").all_inner_texts()


def test_a_viewer_is_offered_nothing_that_changes_things(
    visit_as: Callable[[str], Visit], named: Dashboard
) -> None:
    visit = visit_as("vera")
    page = visit.page
    assert "Remove from the catalog" not in menu(page)
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Download")).to_be_focused()
    page.get_by_role("menuitem", name="Details").click()
    expect(page.get_by_role("heading", name="Rhythm")).to_be_visible()
    expect(page.get_by_role("button", name="Correct")).to_have_count(0)
    page.get_by_role("link", name="Scan").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name="New scan")).to_have_count(0)
    assert findings(page) == []
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert not visit.errors


def test_an_editor_is(visit_as: Callable[[str], Visit]) -> None:
    visit = visit_as("ed")
    page = visit.page
    assert "Remove from the catalog" in menu(page)
    page.get_by_role("menuitem", name="Details").click()
    expect(page.get_by_role("button", name="Correct BPM")).to_be_visible()
    assert not visit.errors


def test_the_key_that_removes_is_refused_to_a_viewer(
    visit_as: Callable[[str], Visit], named: Dashboard
) -> None:
    page = visit_as("vera").page
    page.locator("[data-track-id]").first.focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("status").filter(has_text="reading only")).to_be_visible()
    assert named.catalog.standing([named.ids["night.mp3"]]) == {
        named.ids["night.mp3"]: ("analysed", None)
    }


def test_wrong_words_are_said_and_the_name_is_kept(chromium: Browser, named: Dashboard) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(named.url)
    page.get_by_label("Name").fill("vera")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text("Name and password do not fit together.")
    expect(page.get_by_label("Name")).to_have_value("vera")
    assert findings(page) == []
    context.close()
