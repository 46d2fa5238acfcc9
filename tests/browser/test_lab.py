"""The library as a widget in a JupyterLab notebook: the same page, with Lab's login."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from server.running_dashboard import TOKEN
from server.running_lab import Lab
from server.sample_library import GONE, SECONDS

from .conftest import Visit
from .downloads import content

pytestmark = pytest.mark.long

TIME = "globalThis.__audiolab.audio.currentTime"


def run_all(page: Page) -> None:
    """Run the notebook's one cell; Lab runs nothing before its kernel is there."""
    expect(page.get_by_role("button", name="| Idle")).to_be_visible(timeout=90_000)
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
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
    row(page, lab, "night.mp3").locator("[data-deed=more]").click()
    link = page.get_by_role("menuitem", name="Download")
    assert "token" not in (link.get_attribute("href") or "")
    with page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename == "night.mp3"
    assert content(page, started.value) == (lab.media / "night.mp3").read_bytes()


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


def test_a_track_that_only_the_kernel_knows(page: Page, lab: Lab) -> None:
    """The notebook may have opened another catalog than the server."""
    page.route("**/audiolab/stream/**", lambda route: route.fulfill(status=404))
    search(page).fill("tone")
    row(page, lab, "tone.wav").get_by_role("button", name="Play").click()
    page.wait_for_function(f"{TIME} > 0.1")
    assert page.evaluate("globalThis.__audiolab.audio.src").startswith("blob:")
    page.unroute("**/audiolab/stream/**")


def test_the_scan_panel_in_a_cell(page: Page) -> None:
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    panel = cell.locator(".al-scan")
    known = panel.get_by_text("In the library: a scan takes in what is new")
    expect(known).to_be_visible(timeout=30_000)
    expect(panel.get_by_role("button", name="Scan “media”")).to_be_enabled()
    assert panel.evaluate("panel => getComputedStyle(panel).display") == "grid"


def open_details(page: Page, lab: Lab, name: str) -> Locator:
    """Open the view of a track and return its waveform."""
    search(page).fill("night")
    expect(page.locator(".al-track-list [data-track-id]")).to_have_count(1)
    row(page, lab, name).get_by_role("button", name="Details").click()
    expect(page.locator(".al-track-title")).to_have_text("Night Drive")
    wave = page.get_by_role("slider", name="Waveform, seek")
    expect(wave).to_be_visible()
    return wave


def test_a_track_in_a_view_of_its_own(page: Page, lab: Lab) -> None:
    before = page.url
    wave = open_details(page, lab, "night.mp3")
    expect(page.locator(".al-plot .scatterlayer .trace")).to_be_visible()
    box = wave.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_function(f"Math.abs({TIME} - {0.5 * SECONDS}) < 1.5")
    assert page.url == before
    page.get_by_role("button", name="Library", exact=True).click()
    expect(page.locator("[data-track-id]")).to_have_count(1)


@pytest.fixture(scope="module")
def carried(lab: Lab, chromium: Browser) -> Iterator[Page]:
    """The notebook, run where our addresses lead nowhere."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.route("**/audiolab/**", lambda route: route.fulfill(status=404))
    page.goto(f"{lab.url}doc/tree/library.ipynb?token={TOKEN}")
    run_all(page)
    expect(page.locator("[data-track-id]").first).to_be_visible(timeout=60_000)
    yield page
    context.close()


class TestWithoutOurServer:
    """As in VS Code or Colab: nothing under our addresses, so everything comes by the kernel."""

    @pytest.fixture
    def page(self, carried: Page) -> Page:
        return carried

    def test_the_page_is_whole_and_says_what_it_lacks(self, page: Page) -> None:
        expect(page.locator("[data-track-id]")).to_have_count(50)
        expect(page.get_by_role("note")).to_contain_text("no audiolab server here")
        assert page.get_by_role("link", name="Download").count() == 0
        styled = "getComputedStyle(document.querySelector('.al-player-bar')).display"
        assert page.evaluate(styled) == "grid"

    def test_play_and_seek(self, page: Page, lab: Lab) -> None:
        search(page).fill("night")
        expect(page.locator("[data-track-id]")).to_have_count(1)
        row(page, lab, "night.mp3").get_by_role("button", name="Play").click()
        page.wait_for_function(f"{TIME} > 0.2")
        assert page.evaluate("globalThis.__audiolab.audio.src").startswith("blob:")
        wave = page.get_by_role("slider", name="Seek")
        box = wave.bounding_box()
        assert box
        wave.click(position={"x": box["width"] * 0.6, "y": box["height"] / 2})
        page.wait_for_function(f"Math.abs({TIME} - {0.6 * SECONDS}) < 1.5")
        drawn = """() => { const c = document.querySelector('.al-wave canvas'), n = (x) => {
          const d = c.getContext('2d').getImageData(x, 0, 12, c.height).data; let sum = 0;
          for (let i = 3; i < d.length; i += 4) sum += d[i] > 0; return sum; };
          return n(c.width / 2) > 4 * n(2); }"""
        page.wait_for_function(drawn)

    def test_figures_come_through_the_kernel(self, page: Page, lab: Lab) -> None:
        open_details(page, lab, "night.mp3")
        page.get_by_role("button", name="Spectrogram", exact=True).click()
        expect(page.locator(".al-gallery .al-plot .heatmaplayer")).to_be_visible()
        page.get_by_role("button", name="Library", exact=True).click()
        expect(page.locator("[data-track-id]")).to_have_count(1)

    def test_a_file_that_has_gone_is_explained(self, page: Page, lab: Lab) -> None:
        search(page).fill("gone")
        expect(page.locator("[data-track-id]")).to_have_count(1)
        row(page, lab, GONE).get_by_role("button", name="Play").click()
        toast = page.get_by_role("status").filter(has_text="no longer where it was")
        expect(toast).to_be_visible()
