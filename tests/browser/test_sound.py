"""What is heard: how loud, which part, and files that browsers cannot play."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from server.odd_files import NAMES, odd_files
from server.running_dashboard import Dashboard
from server.sample_library import SECONDS

AUDIO = "globalThis.__audiolab.audio"
CALL = """async ([module, name, ...values]) => {
  const { src } = document.querySelector("script[type=module]");
  return (await import(new URL(`${module}.js`, src)))[name](...values);
}"""


def call(page: Page, module: str, name: str, *values: Any) -> Any:
    """What a function of one of our modules returns."""
    return page.evaluate(CALL, [module, name, *values])


def switch(page: Page, name: str) -> Locator:
    """One of the switches behind the button; opens them if they are hidden."""
    found = page.get_by_role("switch", name=name)
    if not found.is_visible():
        page.locator("summary[aria-label=Sound]").click()
    return found


@pytest.fixture
def quiet(page: Page) -> Iterator[Page]:
    """The page with the switches as they are at first, before and afterwards."""
    yield page
    page.evaluate(f"{AUDIO}.pause()")
    for name, on in [("even", True), ("preview", False), ("beats", False)]:
        call(page, "playback", "setMode", name, on)
    call(page, "loudness", "setVolume", 0.8)
    page.locator(".al-total").click()  # closes the switches


@pytest.fixture
def play(quiet: Page, running: Dashboard) -> Callable[..., None]:
    """Plays a file with values of our choice, alone."""

    def start(name: str, **values: Any) -> None:
        track = {"id": running.ids[name], "title": name, "format": name.split(".")[-1]}
        track |= {"duration": SECONDS, **values}
        call(quiet, "playback", "play", track, {"list": [track]})
        quiet.wait_for_function(f"{AUDIO}.currentTime > 0")

    return start


def test_tracks_are_equally_loud(quiet: Page, play: Callable[..., None]) -> None:
    volume = f"{AUDIO}.volume"
    play("night.mp3", gain=-6.0, peak=-0.1)
    assert quiet.evaluate(volume) == pytest.approx(0.8 * 10 ** (-6 / 20))
    even = switch(quiet, "Even loudness")
    expect(quiet.get_by_text("−6.0 dB for this track")).to_be_visible()
    even.uncheck()
    assert quiet.evaluate(volume) == pytest.approx(0.8)
    assert quiet.evaluate("localStorage['audiolab.even']") == "false"
    even.check()
    play("tone.wav", gain=None, peak=None)
    assert quiet.evaluate(volume) == pytest.approx(0.8), "unknown loudness changes nothing"
    play("hostile.flac", gain=6.0, peak=None)
    assert quiet.evaluate(volume) == pytest.approx(0.8), "an unknown peak leaves no room"


def test_quiet_tracks_get_louder_without_clipping(quiet: Page, play: Callable[..., None]) -> None:
    quiet.get_by_role("slider", name="Volume").fill("1")
    play("night.mp3", gain=10.0, peak=-4.0)
    quiet.wait_for_function("globalThis.__audiolab.amplifier")
    gain = "globalThis.__audiolab.amplifier.gain.value"
    assert quiet.evaluate(gain) == pytest.approx(10 ** (4 / 20), rel=1e-3)
    play("tone.wav", gain=40.0, peak=-50.0)
    assert quiet.evaluate(gain) == pytest.approx(10 ** (12 / 20), rel=1e-3), "12 dB at most"
    play("hostile.flac", gain=-3.0, peak=0.0)
    assert quiet.evaluate(gain) == 1
    assert quiet.evaluate(f"{AUDIO}.volume") == pytest.approx(10 ** (-3 / 20))


def test_media_keys(quiet: Page, play: Callable[..., None]) -> None:
    play("night.mp3", artist="Lena", album="Drives", artwork=True)
    keys = """async () => {
      const { src } = document.querySelector("script[type=module]");
      const { mediaKeys } = await import(new URL("media_keys.js", src));
      const { mediaSession: session } = navigator, keys = {};
      const real = session.setActionHandler;
      session.setActionHandler = (name, action) => { keys[name] = action; };
      mediaKeys(new AbortController().signal);
      session.setActionHandler = real;
      globalThis.keys = keys;
      const { title, artist, album, artwork } = session.metadata;
      return [Object.keys(keys).sort().join(" "), title, artist, album, artwork.length,
        session.playbackState];
    }"""
    assert quiet.evaluate(keys) == [
        "nexttrack pause play previoustrack seekbackward seekforward seekto stop",
        "night.mp3", "Lena", "Drives", 1, "playing",
    ]  # fmt: skip
    quiet.evaluate("keys.seekto({ seekTime: 12 })")
    quiet.wait_for_function(f"{AUDIO}.currentTime > 12 && {AUDIO}.currentTime < 14")
    quiet.evaluate("keys.seekbackward({})")
    quiet.wait_for_function(f"{AUDIO}.currentTime < 5")
    quiet.evaluate("keys.pause()")
    expect(quiet.get_by_role("button", name="Play", exact=True).last).to_be_visible()
    assert quiet.evaluate("navigator.mediaSession.playbackState") == "paused"


def test_the_most_characteristic_seconds(quiet: Page) -> None:
    def found(peaks: list[float], seconds: float, beats: tuple[float, ...] = ()) -> list[float]:
        span = call(quiet, "preview", "characteristic", peaks, seconds, list(beats))
        return [span["start"], span["end"]]

    loud_from_100 = [0.3] * 400 + [1.0] * 200 + [0.3] * 200  # of 200 s, 100 to 150 are loud
    assert found(loud_from_100, 200) == pytest.approx([100, 120], abs=0.5), "where it rises"
    assert found(loud_from_100, 200, (0.0, 99.6, 101.2)) == pytest.approx([99.6, 119.6], abs=0.01)
    assert found(loud_from_100, 200, (50.0,)) == pytest.approx([100, 120], abs=0.5), "no beat near"
    assert found([1.0] * 800, 200)[1] <= 200
    assert found([0.1] * 700 + [1.0] * 100, 100, (89.0,)) == pytest.approx([80, 100], abs=3)
    assert found([0.5] * 800, 12) == [0, 12], "short ones are heard whole"
    assert found([], 100) == [0, 100], "as are those without a waveform"


def test_preview(quiet: Page, play: Callable[..., None], running: Dashboard) -> None:
    switch(quiet, "Preview").check()
    play("night.mp3")
    quiet.wait_for_function("globalThis.__audiolab.window")
    start, end = quiet.evaluate(
        "[globalThis.__audiolab.window.start, globalThis.__audiolab.window.end]"
    )
    assert (start, end) == pytest.approx((2.8, 22.8), abs=0.1), "where it is loud and rises"
    quiet.wait_for_function(f"{AUDIO}.currentTime > {start}")
    after = {"id": running.ids["tone.wav"], "title": "Next one", "format": "wav"}
    call(quiet, "playback", "playNext", after)
    quiet.evaluate(f"{AUDIO}.currentTime = {end} - 0.2")
    now = quiet.get_by_role("region", name="Player").locator(".al-now")
    expect(now).to_contain_text("Next one")


@pytest.fixture
def odd(quiet: Page, running: Dashboard) -> Iterator[dict[str, str]]:
    """Files that browsers cannot play, found by a search."""
    with odd_files(running, *NAMES) as ids:
        quiet.locator("input[type=search]").fill("artist:oddities")
        expect(quiet.locator("[data-track-id]")).to_have_count(len(NAMES))
        yield ids


def hear(page: Page, track_id: str) -> None:
    page.locator(f"[data-track-id='{track_id}'] .al-tile").click()


def test_what_browsers_cannot_play_is_converted(quiet: Page, odd: dict[str, str]) -> None:
    for name in ("studio.aiff", "lossless.m4a"):
        hear(quiet, odd[name])
        quiet.wait_for_function(f"{AUDIO}.currentTime > 0.1 && {AUDIO}.src.includes('/opus/')")
        bar = quiet.get_by_role("region", name="Player")
        expect(bar).to_contain_text("0:30")
        wave = quiet.get_by_role("slider", name="Seek")
        box = wave.bounding_box()
        assert box
        wave.click(position={"x": box["width"] * 0.9, "y": 20})
        quiet.wait_for_function(f"{AUDIO}.src.includes('start=2') && {AUDIO}.currentTime > 0.1")
        assert call(quiet, "playback", "position") == pytest.approx(28, abs=2)  # it goes on
    quiet.keyboard.press("End")
    wave.focus()
    quiet.keyboard.press("Home")
    quiet.wait_for_function(f"{AUDIO}.src.endsWith('start=0.00') && {AUDIO}.currentTime > 0")


def test_what_cannot_be_converted_either_says_why(
    shared_visit: Any, quiet: Page, odd: dict[str, str]
) -> None:
    hear(quiet, odd["text.mp3"])
    toast = quiet.get_by_role("status").filter(has_text="cannot be played: not an audio file")
    expect(toast).to_be_visible()
    expect(quiet.get_by_role("button", name="Play", exact=True).last).to_be_visible()
    shared_visit.errors[:] = [text for text in shared_visit.errors if "415" not in text]


def test_beats_are_marked(quiet: Page, odd: dict[str, str]) -> None:
    marks = """() => { const c = document.querySelector('.al-player .al-wave canvas');
      const d = c.getContext('2d').getImageData(0, c.height - 2, c.width, 1).data; let n = 0;
      for (let i = 7; i < d.length; i += 4) n += d[i] > 0 && d[i - 4] === 0; return n; }"""
    hear(quiet, odd["studio.aiff"])
    quiet.wait_for_function(f"{AUDIO}.currentTime > 0")
    assert quiet.evaluate(marks) == 0
    switch(quiet, "Beats").check()
    quiet.wait_for_function(f"({marks})() >= 50")
    assert quiet.evaluate("localStorage['audiolab.beats']") == "true"
