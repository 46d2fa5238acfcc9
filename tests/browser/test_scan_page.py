"""The scan page as a visitor uses it, with real scans of short files."""

import shutil
from collections.abc import Callable, Iterator

import pytest
import soundfile
from playwright.sync_api import Locator, Page, expect
from server.running_dashboard import Dashboard
from server.sample_library import HOSTILE, RATE, tone

from .conftest import Visit, Visiting
from .test_accessibility import findings
from .test_visits import database_refusing

PATIENCE = 60_000  # a scan starts processes


@pytest.fixture(scope="module")
def library(running: Dashboard) -> Iterator[None]:
    """A library folder with good and bad files, a link out, and a name nobody would choose."""
    house = running.library / "House"
    (running.library / HOSTILE.replace("/", "")).mkdir(parents=True)
    house.mkdir()
    soundfile.write(house / "good.ogg", tone(2.0), RATE)
    (house / "broken.flac").write_text("no music in here")
    (running.library / "out").symlink_to(running.media)
    yield
    for root in running.catalog.roots():
        if root.folder.is_relative_to(running.library):
            running.catalog.remove_root(root)
    for entry in running.library.iterdir():
        entry.unlink() if entry.is_symlink() else shutil.rmtree(entry)


@pytest.fixture(scope="module")
def opened(visiting: Visiting, running: Dashboard, library: None) -> Iterator[Visit]:
    """The scan page, reached by the header of the library."""
    with visiting(page="scan") as opened:
        yield opened


@pytest.fixture
def page(opened: Visit) -> Iterator[Page]:
    """The scan page; no test may leave an error behind."""
    yield opened.page
    assert not opened.errors
    assert not opened.outside


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("list", name="Folders in it").get_by_role("button", name=name).click()


def scans(page: Page) -> Locator:
    """What has ended."""
    return page.get_by_role("region", name="History").locator("[data-scan]")


def test_the_header_leads_from_page_to_page(page: Page) -> None:
    links = page.get_by_role("navigation", name="Dashboards").get_by_role("link")
    expect(links.first).to_have_text("Library", timeout=20_000)
    expect(links.filter(has_text="Scan")).to_have_attribute("aria-current", "page")
    assert page.locator("[aria-current=page]").count() == 1
    expect(page).to_have_title("Scan · audiolab")
    expect(page.get_by_role("heading", name="New scan")).to_be_visible(timeout=20_000)
    assert "token" not in page.url


def test_only_the_library_can_be_chosen(page: Page, running: Dashboard) -> None:
    folders = page.get_by_role("list", name="Folders in it").get_by_role("button")
    expect(folders).to_have_count(2)  # no link that leads out
    expect(folders.first).to_contain_text(HOSTILE.replace("/", ""))
    expect(folders.last).to_contain_text("2 audio files")
    start = page.get_by_role("button", name="Scan “library”")
    expect(start).to_be_enabled()
    page.get_by_role("checkbox", name="Tags").uncheck()
    page.get_by_role("checkbox", name="Sound").uncheck()
    expect(start).to_be_disabled()
    expect(page.get_by_role("checkbox", name="Genre, mood")).to_be_disabled()
    expect(page.get_by_text("audiolab models download", exact=True)).to_be_visible()
    choose(page, "House")
    expect(
        page.get_by_text("Nothing in it.").or_(page.get_by_text("No folders in it."))
    ).to_be_visible()
    page.get_by_role("navigation", name="Folder").get_by_role("button", name="library").press(
        "Enter"
    )
    expect(folders.first).to_be_focused()
    assert page.evaluate("globalThis.hacked") is None
    assert str(running.library) not in page.content()


def test_a_scan_survives_its_page_and_says_what_failed(
    visit: Callable[..., Visit], page: Page
) -> None:
    first = visit(page="scan").page
    choose(first, "House")
    first.get_by_role("checkbox", name="Sound").uncheck()  # quicker
    first.get_by_role("button", name="Scan “House”").click()
    running = first.get_by_role("region", name="Scans that run").get_by_role("article")
    expect(running.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Scan of library / House")).to_be_visible()
    choose(page, "House")  # another visitor
    expect(page.get_by_text("Being scanned right now")).to_be_visible()
    expect(page.get_by_role("button", name="Scan “House”")).to_be_disabled()
    first.context.close()
    done = scans(page).first
    expect(done).to_contain_text("1 listened to · 1 failed", timeout=PATIENCE)
    expect(page.get_by_role("status").filter(has_text="library / House: done.")).to_be_visible()
    done.get_by_role("button", name="library / House").click()
    reason = done.locator("summary").filter(has_text="not an audio file")
    reason.click()
    expect(done.get_by_text("broken.flac")).to_be_visible()
    assert "scan=" in page.url
    expect(page.get_by_text("takes in what is new or has changed")).to_be_visible()


def test_a_link_opens_a_scan_and_back_closes_it(page: Page) -> None:
    page.reload()
    expect(page.locator(".al-scan-details")).to_contain_text("not an audio file", timeout=20_000)
    page.locator("[data-scan] [aria-expanded=true]").click()
    expect(page.locator(".al-scan-details")).to_have_count(0)
    page.go_back()
    expect(page.locator(".al-scan-details")).to_have_count(1)


def test_a_screen_reader_finds_its_way(page: Page) -> None:
    for _ in ("light", "dark"):
        assert findings(page) == []
        page.get_by_role("button", name="Light or dark").click()


@pytest.mark.long
def test_stop_and_go_on(page: Page) -> None:
    before = scans(page).count()
    choose(page, "House")
    page.get_by_role("checkbox", name="Sound").uncheck()
    page.get_by_role("button", name="Scan “House”").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(scans(page)).to_have_count(before + 1, timeout=PATIENCE)
    expect(scans(page).first).to_contain_text("Stopped")
    scans(page).first.get_by_role("button", name="Go on").click()
    expect(scans(page)).to_have_count(before + 2, timeout=PATIENCE)
    expect(scans(page).first).to_contain_text("1 failed")


def test_database_that_goes_away_and_comes_back(running: Dashboard, page: Page) -> None:
    banner = page.get_by_role("alert").filter(has_text="Not up to date")
    with database_refusing(running):
        expect(banner).to_be_visible()
        assert "host=" not in banner.inner_text()  # the folder of its socket
    expect(banner).to_be_hidden()  # by itself
    expect(scans(page)).not_to_have_count(0)
