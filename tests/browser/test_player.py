"""The library page as a visitor uses it: listen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from server.running_dashboard import Dashboard
from server.sample_library import GONE, SECONDS

from .downloads import content

TIME = "globalThis.__audiolab.audio.currentTime"


def row(page: Page, running: Dashboard, name: str) -> Locator:
    return page.locator(f"[data-track-id='{running.ids[name]}']")


def start(page: Page, running: Dashboard, name: str = "night.mp3") -> None:
    page.locator("input[type=search]").fill("lena" if name == "night.mp3" else "")
    row(page, running, name).get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


@pytest.fixture
def playing(page: Page, running: Dashboard) -> Iterator[Page]:
    """The page, playing a track of 30 s from its beginning."""
    start(page, running)
    page.evaluate(f"{TIME} = 0")
    page.wait_for_function(f"{TIME} > 0.2")
    yield page
    page.evaluate("globalThis.__audiolab.audio.pause()")


def test_time_goes_on_and_pause_holds_it(playing: Page) -> None:
    bar = playing.get_by_role("region", name="Player")
    expect(bar).to_contain_text("Night Drive")
    expect(bar).to_contain_text("0:30")
    expect(bar).to_contain_text("0:01")
    expect(playing).to_have_title("Night Drive · audiolab")
    playing.get_by_role("button", name="Pause", exact=True).click()
    expect(bar.get_by_role("button", name="Play", exact=True)).to_be_visible()
    held = playing.evaluate(TIME)
    playing.wait_for_timeout(200)
    assert playing.evaluate(TIME) == held


def test_the_row_shows_and_stops_what_plays(playing: Page, running: Dashboard) -> None:
    button = row(playing, running, "night.mp3").get_by_role("button", name="Play")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert playing.evaluate("globalThis.__audiolab.audio.paused")


def test_click_in_the_waveform_seeks(playing: Page) -> None:
    wave = playing.get_by_role("slider", name="Seek")
    box = wave.bounding_box()
    assert box
    wave.click(position={"x": box["width"] * 0.6, "y": box["height"] / 2})
    playing.wait_for_function(f"Math.abs({TIME} - {0.6 * SECONDS}) < 1.5")
    now = playing.evaluate(TIME)
    assert float(wave.get_attribute("aria-valuenow") or 0) == pytest.approx(now, abs=1)


def test_the_waveform_is_drawn(playing: Page) -> None:
    painted = """() => { const c = document.querySelector('.al-wave canvas'), n = (x) => {
      const d = c.getContext('2d').getImageData(x, 0, 12, c.height).data; let sum = 0;
      for (let i = 3; i < d.length; i += 4) sum += d[i] > 0; return sum; };
      return n(c.width / 2) > 4 * n(2); }"""
    playing.wait_for_function(painted)


def test_keys(playing: Page) -> None:
    playing.locator(".al-total").click()  # the focus is on nothing in particular
    playing.keyboard.press("ArrowRight")
    playing.wait_for_function(f"{TIME} > 5")
    playing.keyboard.press("ArrowLeft")
    playing.wait_for_function(f"{TIME} < 4")
    playing.keyboard.press(" ")
    playing.wait_for_function("globalThis.__audiolab.audio.paused")
    wave = playing.get_by_role("slider", name="Seek")
    wave.focus()
    playing.keyboard.press("ArrowRight")
    playing.keyboard.press("ArrowRight")
    playing.wait_for_function(f"{TIME} > 9")
    search = playing.locator("input[type=search]")
    search.focus()
    playing.keyboard.press(" ")
    assert playing.evaluate("globalThis.__audiolab.audio.paused"), "a space in the search is text"
    expect(search).to_have_value("lena ")


def test_next_previous_and_what_follows(page: Page) -> None:
    page.locator("input[type=search]").fill("lena")
    expect(page.locator("[data-track-id]")).to_have_count(2)
    now = page.get_by_role("region", name="Player").locator(".al-now .al-title")
    first, second = page.locator("[data-track-id] .al-title").all_text_contents()
    page.locator("[data-track-id] .al-tile").first.click()
    expect(now).to_have_text(first)
    page.locator(".al-total").click()
    page.keyboard.press("n")
    expect(now).to_have_text(second)
    page.keyboard.press("p")
    expect(now).to_have_text(first)
    page.get_by_role("button", name="Next track").click()
    expect(now).to_have_text(second)
    page.get_by_role("button", name="Previous track").click()
    expect(now).to_have_text(first)
    page.wait_for_function(f"{TIME} > 0")
    page.evaluate(f"{TIME} = {SECONDS - 0.2}")
    expect(now).to_have_text(second)  # by itself
    page.wait_for_function(f"{TIME} > 0")
    page.evaluate(f"{TIME} = {SECONDS - 0.2}")
    page.wait_for_function("globalThis.__audiolab.audio.ended")
    expect(now).to_have_text(second)  # nothing follows


def test_behind_the_page_the_catalog_goes_on(page: Page, running: Dashboard) -> None:
    order = running.catalog.tracks(limit=52)["title"]
    page.locator("[data-track-id] .al-tile").nth(49).click()
    now = page.get_by_role("region", name="Player").locator(".al-now .al-title")
    expect(now).to_have_text(order.iloc[49])
    page.get_by_role("button", name="Next track").click()
    expect(now).to_have_text(order.iloc[50])
    page.get_by_role("button", name="Shuffle").click()
    expect(page.get_by_role("button", name="Shuffle")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("globalThis.__audiolab.queue.line.length >= 50")  # dealt anew
    page.get_by_role("button", name="Shuffle").click()
    page.get_by_role("button", name="Next track").click()
    expect(now).to_have_text(order.iloc[51])


def test_repeat_is_remembered(page: Page) -> None:
    for name, kept in [("off", "all"), ("all", "one"), ("this track", "off")]:
        page.get_by_role("button", name=f"Repeat: {name}").click()
        assert page.evaluate("localStorage['audiolab.repeat']") == f'"{kept}"'


def test_volume_is_remembered(playing: Page) -> None:
    playing.get_by_role("slider", name="Volume").fill("0.3")
    assert playing.evaluate("globalThis.__audiolab.audio.volume") == pytest.approx(0.3)
    assert playing.evaluate("localStorage['audiolab.volume']") == "0.3"
    playing.get_by_role("button", name="Mute").click()
    assert playing.evaluate("globalThis.__audiolab.audio.muted")
    assert playing.evaluate("localStorage['audiolab.muted']") == "true"
    playing.locator(".al-total").click()
    playing.keyboard.press("m")
    expect(playing.get_by_role("button", name="Mute")).to_be_visible()
    playing.get_by_role("slider", name="Volume").fill("0.8")


def test_a_reload_goes_on_where_it_was(page: Page) -> None:
    page.locator("input[type=search]").fill("lena")
    expect(page.locator("[data-track-id]")).to_have_count(2)
    first, second = page.locator("[data-track-id] .al-title").all_text_contents()
    page.locator("[data-track-id] .al-tile").first.click()
    page.wait_for_function(f"{TIME} > 0.1")
    wave = page.get_by_role("slider", name="Seek")
    box = wave.bounding_box()
    assert box
    wave.click(position={"x": box["width"] / 2, "y": 20})
    page.get_by_role("button", name="Pause", exact=True).last.click()
    page.get_by_role("slider", name="Volume").fill("0.4")
    page.reload(wait_until="commit")
    bar = page.get_by_role("region", name="Player")
    expect(bar).to_contain_text(first, timeout=30_000)
    expect(bar).to_contain_text("0:15")
    expect(page.get_by_role("slider", name="Volume")).to_have_value("0.4")
    bar.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(f"{TIME} > {SECONDS / 2}")
    page.keyboard.press("n")
    expect(bar).to_contain_text(second)
    page.get_by_role("slider", name="Volume").fill("0.8")


def test_download(playing: Page, running: Dashboard) -> None:
    bar = playing.get_by_role("region", name="Player")
    with playing.expect_download() as started:
        bar.get_by_role("link", name="Download").click()
    assert started.value.suggested_filename == "night.mp3"
    assert content(playing, started.value) == (running.media / "night.mp3").read_bytes()
    playing.locator("input[type=search]").fill("tone")  # the page still has its kernel
    expect(playing.locator("[data-track-id]")).to_have_count(1)


@pytest.mark.parametrize("name", ["hostile.flac", "long.ogg", "talk.m4a", "tone.wav"])
def test_every_format_plays(page: Page, running: Dashboard, name: str) -> None:
    page.evaluate(
        """id => { globalThis.check = new Audio(`/audiolab/stream/${id}`);
        globalThis.check.muted = true; return globalThis.check.play(); }""",
        running.ids[name],
    )
    page.wait_for_function("globalThis.check.currentTime > 0.1")
    page.evaluate("globalThis.check.pause()")


def test_a_file_that_has_gone_is_explained(shared_visit, page: Page, running: Dashboard) -> None:  # type: ignore[no-untyped-def]
    page.locator("input[type=search]").fill("gone")
    expect(page.locator("[data-track-id]")).to_have_count(1)
    row(page, running, GONE).get_by_role("button", name="Play").click()
    toast = page.get_by_role("status").filter(has_text="no longer where it was")
    expect(toast).to_be_visible()
    shared_visit.errors[:] = [text for text in shared_visit.errors if "410" not in text]
