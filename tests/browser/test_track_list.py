"""What can be done with the tracks of the list: by mouse, by keyboard, one and several."""

from playwright.sync_api import Locator, Page, expect
from server.running_dashboard import Dashboard

from .downloads import content


def rows(page: Page) -> Locator:
    return page.locator("[data-track-id]")


def row(page: Page, running: Dashboard, name: str) -> Locator:
    return page.locator(f"[data-track-id='{running.ids[name]}']")


def selected(page: Page) -> Locator:
    return page.locator("[data-track-id][aria-selected=true]")


def expect_total(page: Page, number: int) -> None:
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(number))


def search(page: Page, query: str, number: int) -> None:
    page.locator("input[type=search]").fill(query)
    expect_total(page, number)


def menu(page: Page, item: str) -> None:
    page.get_by_role("menuitem", name=item).click()


def test_a_badge_filters_and_takes_its_filter_back(page: Page) -> None:
    search(page, "night drive", 1)
    rows(page).get_by_role("button", name="calm").click()
    expect(page.get_by_role("button", name="Remove filter Mood: calm")).to_be_visible()
    page.wait_for_url("**mood=calm*")
    rows(page).get_by_role("button", name="calm").click()
    expect(page.get_by_role("button", name="Remove filter Mood: calm")).to_have_count(0)
    page.wait_for_url("**?q=night+drive")


def test_rows_have_a_waveform_and_cards_are_remembered(page: Page) -> None:
    drawn = rows(page).first.locator(".al-mini path").get_attribute("d") or ""
    assert drawn.count("M") == 48
    page.get_by_role("button", name="Cards").click()
    first, second = (rows(page).nth(place).bounding_box() for place in (0, 1))
    assert first
    assert second
    assert first["y"] == second["y"], "beside each other"
    assert first["height"] > 200
    assert page.evaluate("localStorage['audiolab.list']") == '"cards"'
    page.get_by_role("button", name="Rows").click()
    box = rows(page).first.bounding_box()
    assert box
    assert box["height"] < 80


def test_keyboard(page: Page) -> None:
    page.keyboard.press("ArrowDown")
    expect(rows(page).nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(rows(page).nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(rows(page).nth(1).get_by_role("button", name="Play", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(rows(page).nth(49)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("input[type=search]")).to_be_focused()


def test_several_are_selected(page: Page) -> None:
    bar = page.get_by_role("toolbar", name="Selected tracks")
    spot = {"x": 300.0, "y": 4.0}
    rows(page).nth(1).click(position=spot)
    expect(selected(page)).to_have_count(1)
    expect(bar).to_be_hidden()
    rows(page).nth(4).click(position=spot, modifiers=["Shift"])
    expect(bar).to_contain_text("4 tracks selected")
    rows(page).nth(2).click(position=spot, modifiers=["ControlOrMeta"])
    expect(selected(page)).to_have_count(3)
    rows(page).nth(0).focus()
    page.keyboard.press("ControlOrMeta+a")
    expect(bar).to_contain_text("50 tracks selected")
    page.keyboard.press("Escape")
    expect(selected(page)).to_have_count(0)
    page.keyboard.press("Shift+ArrowDown")
    expect(selected(page)).to_have_count(2)
    bar.get_by_role("button", name="Clear selection").click()
    expect(bar).to_be_hidden()


def test_the_menu_of_a_row(page: Page, running: Dashboard) -> None:
    search(page, "night drive", 1)
    night = row(page, running, "night.mp3")
    night.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem")).to_have_count(8)
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Remove from the catalog")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem")).to_have_count(0)
    expect(night.get_by_role("button", name="More")).to_be_focused()
    page.keyboard.press("Enter")
    with page.expect_download() as started:
        menu(page, "Download")
    assert started.value.suggested_filename == "night.mp3"
    night.get_by_role("button", name="More").click()
    menu(page, "Select")
    expect(night).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")


def test_removed_and_brought_back(page: Page, running: Dashboard) -> None:
    search(page, "night drive", 1)
    row(page, running, "night.mp3").get_by_role("button", name="More").click()
    menu(page, "Remove from the catalog")
    expect_total(page, 0)
    expect(page.get_by_text("No track matches")).to_be_visible()
    said = page.get_by_role("status").filter(has_text="1 track removed")
    said.get_by_role("button", name="Undo").click()
    expect_total(page, 1)
    expect(row(page, running, "night.mp3")).to_be_visible()
    assert (running.media / "night.mp3").exists()


def test_what_was_removed_can_be_found_and_brought_back(page: Page, running: Dashboard) -> None:
    running.catalog.delete(running.ids["tone.wav"])
    try:
        search(page, "state:excluded file:tone.wav", 1)
        tone = row(page, running, "tone.wav")
        expect(tone).to_contain_text("Removed")
        tone.get_by_role("button", name="More").click()
        menu(page, "Bring back")
        expect_total(page, 0)
        assert running.catalog.count("file:tone.wav") == 1
    finally:
        running.catalog.restore(running.ids["tone.wav"])


def test_similar_tracks(page: Page, running: Dashboard) -> None:
    search(page, "night drive", 1)
    row(page, running, "night.mp3").hover()
    row(page, running, "night.mp3").get_by_role("button", name="Similar tracks").click()
    expect(page.locator("[data-total]")).to_contain_text("most similar tracks")
    expect(rows(page).first).to_contain_text("very long title")
    like = rows(page).first.locator(".al-like")
    assert "Sound" in (like.get_attribute("title") or "")
    assert f"similar={running.ids['night.mp3']}" in page.url
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Playlist (m3u8)").click()
    lines = content(page, started.value).decode().splitlines()
    assert started.value.suggested_filename == "audiolab-tracks.m3u8"
    assert next(line for line in lines if line[0] != "#") == "long.ogg"
    page.get_by_role("button", name="Remove filter Similar: Like Night Drive").click()
    expect_total(page, 61)
    page.go_back()
    expect(page.locator("[data-total]")).to_contain_text("most similar tracks")


def test_nothing_to_compare(page: Page, running: Dashboard) -> None:
    search(page, "talk", 1)
    row(page, running, "talk.m4a").hover()
    row(page, running, "talk.m4a").get_by_role("button", name="Similar tracks").click()
    expect(page.get_by_text("embedding")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect_total(page, 61)


def test_jump_to_a_page(page: Page) -> None:
    number = page.get_by_role("textbox", name="Go to page")
    number.fill("2")
    number.press("Enter")
    expect(page.locator("[data-total]")).to_have_text("51–61 of 61")
    number.fill("900")
    number.press("Enter")
    expect(number).to_have_value("2")
    number.fill("x")
    number.press("Enter")
    expect(number).to_have_value("2")


def test_shuffled(page: Page) -> None:
    def titles() -> list[str]:
        return rows(page).locator(".al-title").all_text_contents()

    def differ(before: list[str]) -> None:
        page.wait_for_function(
            """before => [...document.querySelectorAll('[data-track-id] .al-title')]
            .map(title => title.textContent).join() !== before""",
            arg=",".join(before),
        )

    before = titles()
    page.get_by_role("combobox", name="Sort by").select_option("random")
    again = page.get_by_role("button", name="Shuffle again")
    expect(again).to_be_visible()
    differ(before)
    shuffled = titles()
    again.click()
    differ(shuffled)
    assert "sort=random" in page.url
