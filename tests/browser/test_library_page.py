"""The library page as a visitor uses it: find."""

import pytest
from playwright.sync_api import Locator, Page, expect
from server.sample_library import HOSTILE

from .downloads import content


def rows(page: Page) -> Locator:
    return page.locator("[data-track-id]")


def titles(page: Page) -> list[str]:
    return page.locator("[data-track-id] .al-title").all_text_contents()


def search(page: Page, query: str) -> None:
    page.locator("input[type=search]").fill(query)


def test_rows_hold_to_the_contract(page: Page) -> None:
    assert page.get_by_role("row").count() == rows(page).count() == 50
    for row in (rows(page).nth(0), rows(page).nth(49)):
        assert row.get_attribute("role") == "row"
        assert row.get_by_role("button", name="Play", exact=True).count() == 1
    for label in (
        "Genre in the file", "Key", "BPM", "Energy", "Mood", "Instrument", "Vocals",
        "Loudness", "Duration", "Year", "Format",
    ):  # fmt: skip
        expect(page.get_by_role("group", name=label, exact=True)).to_be_visible()
    expect(page.get_by_role("slider", name="Seek")).to_be_visible()
    assert "token" not in page.url
    links = page.evaluate(
        """() => [...document.querySelectorAll('link, script, img, a')].map(e => e.href || e.src)
        .filter(address => address && !address.startsWith(location.origin))"""
    )
    assert links == []


def test_search_waits_until_typing_pauses(page: Page) -> None:
    page.evaluate("""() => { globalThis.draws = 0; new MutationObserver(() => globalThis.draws++)
      .observe(document.querySelector('.al-rows'), {childList: true}); }""")
    page.locator("input[type=search]").press_sequentially("lena", delay=30)
    expect(rows(page)).to_have_count(2)
    assert sorted(titles(page)) == ["Night Drive", "Tone"]
    assert page.evaluate("globalThis.draws") == 1
    page.get_by_role("button", name="Clear search").click()
    expect(rows(page)).to_have_count(50)


def test_query_language_and_its_mistakes(page: Page) -> None:
    search(page, "bpm:121..123 artist:lena")
    expect(rows(page)).to_have_count(1)
    search(page, "bpm:fast")
    expect(page.get_by_role("alert").filter(has_text="number")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    search(page, "")
    expect(page.get_by_role("alert").filter(has_text="number")).to_have_count(0)
    expect(rows(page)).to_have_count(50)


def test_a_mistake_is_underlined_and_repaired(page: Page) -> None:
    search(page, "house bmp:120 night")
    expect(page.locator(".al-mistake")).to_have_text("bmp:120")
    page.get_by_role("button", name="house bpm:120 night").click()
    expect(page.locator("input[type=search]")).to_have_value("house bpm:120 night")
    expect(page.locator(".al-mistake")).to_have_count(0)


def test_suggestions_while_typing(page: Page) -> None:
    box = page.locator("input[type=search]")
    ways = page.get_by_role("group", name="Suggestions").get_by_role("button")
    expect(ways.first).to_have_text("genre:")
    box.press_sequentially("bpm:60.. len", delay=10)
    expect(ways.first).to_have_text('artist:="Lena Hart"')
    box.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value('bpm:60.. artist:="Lena Hart" ')
    expect(rows(page)).to_have_count(2)
    expect(box).to_be_focused()


def test_copy_as_code_and_export(page: Page) -> None:
    search(page, "artist:lena")
    page.get_by_role("combobox", name="Sort by").select_option("title")
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Copy as code").click()
    code = "cat.tracks(where=Filter(artist='lena'), sort='title')"
    expect(page.get_by_role("status").filter(has_text=code)).to_be_visible()
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Playlist (m3u8)").click()
    assert started.value.suggested_filename == "audiolab-tracks.m3u8"
    listed = content(page, started.value).decode().splitlines()
    assert [line for line in listed if not line.startswith("#")] == ["night.mp3", "tone.wav"]


def test_filters_narrow_and_clear(page: Page) -> None:
    page.get_by_role("checkbox", name="Folk").check()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "20")
    page.get_by_role("checkbox", name="8A, A minor").click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "5")
    expect(page.locator("[data-track-id] .al-key-chip")).to_have_text(["8A"] * 5)
    page.get_by_role("slider", name="BPM from").fill("100")
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "3")
    assert "tag_genre=Folk&key=8A&bpm=100.." in page.url
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "61")


def test_chips_vocals_and_compatible_keys(page: Page) -> None:
    total = page.locator("[data-total]")
    page.get_by_role("radio", name="Vocals: Yes").check()
    expect(total).to_have_attribute("data-total", "30")
    page.get_by_role("checkbox", name="8A, A minor").click()
    expect(total).to_have_attribute("data-total", "0")
    page.get_by_role("switch", name="Compatible keys too").check()
    expect(total).to_have_attribute("data-total", "15")
    assert "key=%7E8A&vocals=yes" in page.url.replace("~", "%7E")
    page.get_by_role("button", name="Remove filter Vocals: Vocals: yes").click()
    expect(total).to_have_attribute("data-total", "46")
    expect(page.get_by_role("radio", name="Vocals: Any")).to_be_checked()
    page.get_by_role("button", name="Remove filter Key: 8A and compatible").click()
    expect(total).to_have_attribute("data-total", "61")
    expect(page.get_by_role("button", name="Clear all")).to_have_count(0)


def test_histograms_are_drawn(page: Page) -> None:
    tempo = page.get_by_role("group", name="BPM", exact=True)
    heights = "group => [...group.querySelectorAll('.al-bars-above i')].map(i => i.clientHeight)"
    # Counts come after rows, and bars take a moment to grow.
    page.wait_for_function(
        f"group => Math.max(...({heights})(group)) > 20", arg=tempo.element_handle()
    )
    assert min(tempo.evaluate(heights)) == 0
    page.get_by_role("slider", name="BPM from").fill("150")
    expect(tempo.locator(".al-within")).to_have_count(14)
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "61")


def test_counts_follow_the_other_filters(page: Page) -> None:
    folk = page.locator("label").filter(has_text="Folk")
    expect(folk).to_contain_text("20")
    search(page, "fillers bpm:100..110")
    expect(rows(page)).to_have_count(6)
    expect(folk).to_contain_text("2")


def test_sort(page: Page) -> None:
    page.get_by_role("combobox", name="Sort by").select_option("tempo_bpm")
    expect(page.locator("[data-track-id] .al-bpm").first).to_have_text("60")
    page.get_by_role("button", name="Ascending").click()
    expect(page.locator("[data-track-id] .al-bpm").first).to_have_text("166")


def test_pages(page: Page) -> None:
    expect(page.locator("[data-total]")).to_have_text("1–50 of 61")
    first = titles(page)
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("[data-total]")).to_have_text("51–61 of 61")
    assert not set(first) & set(titles(page))
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    page.get_by_role("button", name="Previous page").click()
    expect(page.locator("[data-total]")).to_have_text("1–50 of 61")


def test_html_in_a_title_is_text(page: Page) -> None:
    search(page, "tables")
    expect(rows(page)).to_have_count(1)
    assert titles(page) == [HOSTILE]
    assert page.locator("[data-track-id] .al-artist").inner_text() == "Bobby <b>Tables</b>"
    assert page.evaluate("globalThis.hacked") is None


def test_long_and_right_to_left_titles_stay_in_their_place(page: Page) -> None:
    search(page, "ünïcödé")
    expect(rows(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = rows(page).first.bounding_box()
    assert box
    assert box["height"] < 80


def test_back_and_forward(page: Page) -> None:
    page.get_by_role("checkbox", name="Folk").check()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "20")
    page.get_by_role("checkbox", name="House").check()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "41")
    page.go_back()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "20")
    expect(page.get_by_role("checkbox", name="House")).not_to_be_checked()
    page.go_forward()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "41")


def test_nothing_matches(page: Page) -> None:
    search(page, "there is no such track")
    expect(page.get_by_text("No track matches")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(rows(page)).to_have_count(50)
    expect(page.locator("input[type=search]")).to_have_value("")


@pytest.mark.parametrize("width", [390, 2560])
def test_fits_every_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(rows(page).first).to_be_visible()
    expect(page.get_by_role("slider", name="Seek")).to_be_visible()
    if width < 900:
        page.get_by_role("button", name="Filters").click()
        expect(page.get_by_role("checkbox", name="Folk")).to_be_visible()
        page.get_by_role("button", name="Filters").click()
    page.set_viewport_size({"width": 1440, "height": 900})


def test_light_and_dark(page: Page) -> None:
    def paper() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    before = paper()
    page.get_by_role("button", name="Light or dark").click()
    assert paper() != before
    page.get_by_role("button", name="Light or dark").click()
    assert paper() == before
