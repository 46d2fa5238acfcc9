"""One track as a visitor sees it: by address and by row, seeking, correcting, looking closer."""

from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect
from server.running_dashboard import Dashboard
from server.sample_library import GONE, HOSTILE, SECONDS

from .conftest import Visit
from .test_accessibility import findings
from .test_visits import database_refusing

TIME = "globalThis.__audiolab.audio.currentTime"
PAUSED = "globalThis.__audiolab.audio.paused"
PLOTS = "[...document.querySelectorAll('.al-gallery .al-plot')]"
TAGS = {"bpm": ["61"], "initialkey": ["8A"], "genre": ["<i>Polka</i>"], "comment": ["x" * 900]}


@pytest.fixture(scope="module", autouse=True)
def _known_better(running: Dashboard) -> None:
    """The files as they are, with some more known of two of them."""
    more = {"tempo_alternatives": [{"bpm": 61.0, "weight": 0.3}], "tempo_confidence": 0.8}
    frame = pd.DataFrame([{"path": "night.mp3", "tags": TAGS, **more}])
    running.catalog.add(frame, root=str(running.media))


def title(page: Page) -> Locator:
    return page.locator(".al-track-title")


def wave(page: Page) -> Locator:
    return page.get_by_role("slider", name="Waveform, seek")


def fact(page: Page, name: str) -> Locator:
    """A value, by its column."""
    return page.locator(f".al-value-row[data-field={name}]")


def click_at(page: Page, share: float) -> None:
    """Click at a place of the waveform, which has come to rest."""
    wave(page).scroll_into_view_if_needed()
    box = wave(page).bounding_box()
    assert box
    page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


@pytest.fixture
def night(page: Page, running: Dashboard) -> Iterator[Page]:
    """A track, opened by the details of its row."""
    page.locator("input[type=search]").fill("night drive")
    expect(page.locator(".al-track-list [data-track-id]")).to_have_count(1)
    page.get_by_role("button", name="Details").click()
    expect(title(page)).to_have_text("Night Drive")
    expect(wave(page)).to_be_visible()
    yield page
    page.evaluate("globalThis.__audiolab.audio.pause()")
    running.catalog.uncorrect(running.ids["night.mp3"], "tempo_bpm", "key", "genre_primary")


def test_details_have_an_address_and_lead_back(night: Page, running: Dashboard) -> None:
    assert f"track={running.ids['night.mp3']}" in night.url
    expect(night).to_have_title("Night Drive · audiolab")
    expect(title(night)).to_be_focused()
    expect(night.locator("input[type=search]")).to_be_hidden()
    night.go_back()
    expect(night.locator("input[type=search]")).to_have_value("night drive")
    expect(title(night)).to_have_count(0)
    night.go_forward()
    expect(title(night)).to_have_text("Night Drive")
    night.locator(".al-back").click()
    expect(night.locator("[data-track-id]")).to_have_count(1)
    expect(night).to_have_title("audiolab")
    assert "track=" not in night.url


def test_a_click_in_the_waveform_seeks(visit: Callable[..., Visit], running: Dashboard) -> None:
    night = visit(f"track={running.ids['night.mp3']}").page  # whose player has nothing yet
    expect(wave(night)).to_be_visible(timeout=30_000)
    click_at(night, 0.6)
    night.wait_for_function(f"!{PAUSED} && Math.abs({TIME} - {0.6 * SECONDS}) < 1.5")
    expect(night.get_by_role("button", name="Pause this track")).to_be_visible()
    click_at(night, 0.2)
    night.wait_for_function(f"Math.abs({TIME} - {0.2 * SECONDS}) < 1.5")
    night.get_by_role("button", name="Pause this track").click()
    night.wait_for_function(PAUSED)
    now = night.evaluate(TIME)  # it went on until the click
    assert float(wave(night).get_attribute("aria-valuenow") or 0) == pytest.approx(now, abs=1)
    played = night.evaluate("+document.querySelector('.al-played rect').getAttribute('width')")
    box = wave(night).bounding_box()
    assert box
    assert played / box["width"] == pytest.approx(now / SECONDS, abs=0.03)
    wave(night).press("End")
    night.wait_for_function(f"{TIME} > {SECONDS - 1}")
    wave(night).press("Home")
    wave(night).press("ArrowRight")
    night.wait_for_function(f"Math.abs({TIME} - 5) < 1")


def test_the_player_survives_the_way_back(night: Page) -> None:
    night.get_by_role("button", name="Play this track").click()
    night.wait_for_function(f"{TIME} > 0.2")
    night.locator(".al-back").click()
    expect(night.locator("[data-track-id]")).to_have_count(1)
    expect(night.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    assert not night.evaluate(PAUSED)


def test_tempo_is_corrected_and_the_correction_undone(night: Page) -> None:
    expect(fact(night, "tempo_bpm")).to_contain_text("122.0BPM")
    night.get_by_role("button", name="Correct BPM").click()
    expect(night.get_by_role("button", name="61", exact=True)).to_be_visible()
    night.get_by_role("button", name="Double the tempo").click()
    expect(fact(night, "tempo_bpm")).to_contain_text("244.0BPM")
    expect(fact(night, "tempo_bpm")).to_contain_text("the analysis says 122.0 BPM")
    expect(night.get_by_role("button", name="Correct BPM")).to_be_focused()
    toast = night.get_by_role("status").filter(has_text="BPM: 244.0 BPM")
    toast.get_by_role("button", name="Undo").click()
    expect(fact(night, "tempo_bpm")).to_contain_text("122.0BPM")
    expect(fact(night, "tempo_bpm")).not_to_contain_text("Corrected")


def test_tapping_a_tempo(night: Page) -> None:
    night.get_by_role("button", name="Correct BPM").click()
    night.evaluate("""() => { const button = document.querySelector(".al-tap");
      for (let tap = 0; tap < 8; tap++) { const event = new PointerEvent("pointerdown");
        Object.defineProperty(event, "timeStamp", { value: 1000 + tap * 480 + (tap % 2) * 8 });
        button.dispatchEvent(event); } }""")
    assert float(night.get_by_role("spinbutton", name="BPM").input_value()) == pytest.approx(
        125, abs=3
    )
    night.get_by_role("button", name="Use", exact=True).click()
    expect(fact(night, "tempo_bpm")).to_contain_text("Corrected")
    fact(night, "tempo_bpm").get_by_role("button", name="Undo").click()
    expect(fact(night, "tempo_bpm")).to_contain_text("122.0BPM")


def test_key_and_genre_are_corrected(night: Page) -> None:
    night.get_by_role("button", name="Correct Key").click()
    night.get_by_role("combobox", name="Key", exact=True).select_option("F# minor")
    fact(night, "key").get_by_role("button", name="Use").click()
    expect(fact(night, "key_camelot")).to_contain_text("11A")
    night.get_by_role("button", name="Correct Genre").click()
    night.get_by_role("combobox", name="Genre", exact=True).fill("<b>Dub</b>")
    night.keyboard.press("Enter")
    expect(fact(night, "genre_primary")).to_contain_text("<b>Dub</b>")
    fact(night, "genre_primary").get_by_role("button", name="Undo").click()
    expect(fact(night, "genre_primary")).not_to_contain_text("Dub")


def test_values_that_come_leave_what_is_being_typed(night: Page) -> None:
    night.get_by_role("button", name="Correct Genre").click()
    genre = night.get_by_role("combobox", name="Genre", exact=True)
    genre.fill("Du")
    night.locator("[data-claim=tempo_bpm]").get_by_role("button", name="Use the tag").click()
    expect(fact(night, "tempo_bpm")).to_contain_text("61.0BPM")
    expect(genre).to_have_value("Du")
    genre.press("Escape")
    expect(genre).to_have_count(0)


def test_tags_beside_the_analysis(night: Page) -> None:
    tempo = night.locator("[data-claim=tempo_bpm]")
    expect(tempo).to_contain_text("another level of the same pulse")
    expect(night.locator("[data-claim=key]")).to_contain_text("agree")
    expect(night.locator("[data-claim=genre_primary]")).to_contain_text("<i>Polka</i>")
    tempo.get_by_role("button", name="Use the tag").click()
    expect(fact(night, "tempo_bpm")).to_contain_text("61.0BPM")
    night.get_by_text("All 4 tags").click()
    expect(night.locator(".al-all-tags")).to_contain_text("initialkey")
    assert night.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_value_means(night: Page) -> None:
    tip = night.get_by_role("tooltip").filter(has_text="tap along")
    expect(tip).to_be_hidden()
    fact(night, "tempo_bpm").locator(".al-what").hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("Analysis of the sound")
    expect(tip).to_contain_text("Confidence: 80 %")


def test_pictures_of_the_part_that_is_seen(night: Page) -> None:
    night.get_by_role("button", name="Zoom in").click()
    expect(night.get_by_role("button", name="Zoom out")).to_be_enabled()
    night.get_by_role("button", name="Spectrogram", exact=True).click()
    figures = night.get_by_role("figure")
    expect(night.get_by_role("figure", name="Spectrogram")).to_be_visible()
    night.wait_for_function(f"{PLOTS}[0]?._fullData?.[0]?.type === 'heatmap'")
    span = f"(({{ x0, dx, z }}) => [x0, x0 + dx * z[0].length])({PLOTS}[0]._fullData[0])"
    seen = night.evaluate("document.querySelector('.al-stage .al-plot').layout.xaxis.range")
    assert seen[1] - seen[0] == pytest.approx(SECONDS / 2)
    assert night.evaluate(span) == pytest.approx(seen, abs=0.3)
    level = night.evaluate(
        "(({ y, z }) => { const column = [...z].map((row) => row[z[0].length >> 1]);"
        f" return y[column.indexOf(Math.max(...column))]; }})({PLOTS}[0]._fullData[0])"
    )
    assert float(level.removesuffix(" Hz")) == pytest.approx(220, rel=0.1)
    night.get_by_role("button", name="Chromagram").click()
    night.wait_for_function(f"{PLOTS}[1]?._fullData?.[0]?.type === 'heatmap'")
    expect(figures).to_have_count(3)
    night.get_by_role("button", name="Whole track").click()
    night.wait_for_function(f"(({{ x0 }}) => x0 < 1)({PLOTS}[0]._fullData[0])")
    for name in ("Spectrogram", "Chromagram"):
        night.get_by_role("button", name=name, exact=True).click()
    expect(figures).to_have_count(1)


def test_figures_follow_the_theme(night: Page) -> None:
    ink = "getComputedStyle(document.querySelector('.al-plot .xtick text')).fill"
    before = night.evaluate(ink)
    night.get_by_role("button", name="Light or dark").click()
    night.wait_for_function(f"{ink} !== '{before}'")
    night.get_by_role("button", name="Light or dark").click()
    night.wait_for_function(f"{ink} === '{before}'")


def test_similar_tracks(night: Page) -> None:
    rows = night.locator(".al-alike-row")
    expect(rows).to_have_count(12)
    expect(rows.first).to_contain_text("%")
    assert rows.first.get_by_role("button", name="Play", exact=True).count() == 1
    night.get_by_role("button", name="Key mixes with 8A").click()
    night.get_by_label("Filter similar tracks").fill("bpm:150..")
    expect(rows.filter(has_text="11A")).to_have_count(0)
    expect(rows).not_to_have_count(12)
    chosen = rows.first.locator(".al-title").inner_text()
    rows.first.locator(".al-title").click()
    expect(title(night)).to_have_text(chosen)
    expect(rows).to_have_count(12)
    night.go_back()
    expect(title(night)).to_have_text("Night Drive")
    night.get_by_role("button", name="Show all in the library").click()
    expect(night.locator("[data-total]")).to_contain_text("most similar tracks")


@pytest.mark.long
def test_an_address_opens_a_hostile_track(visit: Callable[..., Visit], running: Dashboard) -> None:
    opened = visit(f"track={running.ids['hostile.flac']}&q=lena")
    page = opened.page
    expect(title(page)).to_have_text(HOSTILE, timeout=30_000)
    expect(page).to_have_title(f"{HOSTILE} · audiolab")
    expect(wave(page)).to_be_visible()
    assert page.evaluate("globalThis.hacked") is None
    for width in (390, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".al-back").click()
    expect(page.locator("[data-track-id]")).to_have_count(2)
    assert opened.errors == []
    assert opened.outside == []


def show(page: Page, track_id: str) -> None:
    """Go to an address of a track as Back and Forward do."""
    page.evaluate(
        """id => { history.pushState({}, "", `${location.pathname}?track=${id}`);
        dispatchEvent(new PopStateEvent("popstate")); }""",
        track_id,
    )


def test_database_that_goes_away_and_comes_back(page: Page, running: Dashboard) -> None:
    with database_refusing(running):
        show(page, running.ids["night.mp3"])
        banner = page.get_by_role("alert").filter(has_text="The track cannot be shown")
        expect(banner).to_be_visible()
        expect(page.locator(".al-value-row")).to_have_count(0)
    banner.get_by_role("button", name="Try again").click()
    expect(title(page)).to_have_text("Night Drive")


@pytest.mark.long
def test_no_finding_of_axe(night: Page) -> None:
    night.get_by_role("button", name="Correct BPM").click()
    night.get_by_role("button", name="Chromagram").click()
    night.wait_for_function(f"{PLOTS}[0]?._fullData?.[0]?.type === 'heatmap'")
    night.get_by_text("All 4 tags").click()
    assert findings(night) == []
    night.get_by_role("button", name="Light or dark").click()
    night.set_viewport_size({"width": 390, "height": 844})
    assert findings(night) == []
    night.set_viewport_size({"width": 1440, "height": 900})
    night.get_by_role("button", name="Light or dark").click()
    night.get_by_role("button", name="Chromagram").click()


def test_long_right_to_left_and_nameless(page: Page, running: Dashboard) -> None:
    show(page, running.ids["long.ogg"])
    expect(title(page)).to_contain_text("שלום")
    box = title(page).bounding_box()
    assert box
    assert box["height"] < 200
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    show(page, running.ids["talk.m4a"])
    expect(title(page)).to_have_text("Talk")
    expect(fact(page, "tempo_bpm")).to_contain_text("unknown")
    expect(page.get_by_text("there is no embedding to compare by")).to_be_visible()


def test_unknown_tracks_and_files_that_have_gone(page: Page, running: Dashboard) -> None:
    show(page, "no-such-track")
    expect(title(page)).to_have_text("There is no such track")
    expect(page.locator(".al-group")).to_have_count(1)
    expect(page.locator(".al-group")).to_be_hidden()
    show(page, running.ids[GONE])
    expect(title(page)).to_have_text("Gone")
    page.get_by_role("button", name="Spectrogram", exact=True).click()
    expect(page.get_by_text("the file is no longer where it was")).to_be_visible()
    page.get_by_role("button", name="Spectrogram", exact=True).click()
