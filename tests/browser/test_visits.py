"""Visits from beginning to end: login, links, empty and broken libraries, kernels that end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from server.running_dashboard import TOKEN, Dashboard
from server.test_kernels import wait_for
from sqlalchemy import create_engine, text

from .conftest import RESET, Visit


def test_login_comes_first_and_leads_back(running: Dashboard, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{running.url}/?q=night")
    assert "/login?next=" in page.url
    field = page.get_by_label("Token")
    field.fill("not the token")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That is not the token of this dashboard.")
    field.fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.locator("[data-track-id]")).to_have_count(1, timeout=30_000)
    expect(page.locator("input[type=search]")).to_have_value("night")
    page.close(run_before_unload=True)


END_KERNEL = """async () => {
  const { kernelId } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  await fetch(`/voila/api/shutdown/${kernelId}`, { method: "POST" });
  const later = () => new Promise((resolve) => setTimeout(resolve, 100));
  while ((await fetch(`/api/kernels/${kernelId}`)).ok) await later();
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_deep_link_restores_and_survives_the_end_of_its_kernel(
    visit: Callable[..., Visit],
) -> None:
    page = visit("q=fillers&tag_genre=Folk&sort=-tempo_bpm&bpm=100..").page
    for _ in range(2):
        expect(page.locator("input[type=search]")).to_have_value("fillers", timeout=20_000)
        expect(page.get_by_role("checkbox", name="Folk")).to_be_checked()
        expect(page.locator("[data-track-id] .al-bpm").first).to_have_text("164")
        expect(page.get_by_role("slider", name="BPM from")).to_have_value("100")
        with page.expect_navigation(wait_until="commit"):
            page.evaluate(END_KERNEL)  # the page was asleep for long; now it is looked at again


@pytest.mark.long
def test_link_with_a_mistake_shows_the_library_of_now(
    running: Dashboard, visit: Callable[..., Visit]
) -> None:
    wait_for(running.kernels)  # heated before the change
    running.catalog.delete(running.ids["tone.wav"])
    try:
        page = visit("q=bpm:fast&page=nonsense&genre=&sort=evil").page
        expect(page.locator("[data-total]")).to_have_attribute("data-total", "60", timeout=20_000)
        expect(page.get_by_role("alert").filter(has_text="number")).to_be_visible()
    finally:
        running.catalog.restore(running.ids["tone.wav"])


def test_empty_library_says_what_to_do(running: Dashboard, page: Page) -> None:
    ids = list(running.ids.values())
    running.catalog.delete(ids)
    try:
        page.evaluate(RESET.replace("if (location", "if (false && location"))
        expect(page.get_by_text("Your library is empty")).to_be_visible()
        expect(page.get_by_text("audiolab scan ~/Music")).to_be_visible()
        assert page.locator("[data-track-id]").count() == 0
    finally:
        running.catalog.restore(ids)


@contextmanager
def database_refusing(running: Dashboard) -> Iterator[None]:
    """The database refuses everybody."""
    url = running.catalog._database.url
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )
        yield
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    admin.dispose()


def test_database_that_goes_away_and_comes_back(running: Dashboard, page: Page) -> None:
    banner = page.get_by_role("alert").filter(has_text="not up to date")
    with database_refusing(running):
        page.locator("input[type=search]").fill("lena")
        expect(banner).to_be_visible()
        expect(page.locator("[data-track-id]")).to_have_count(50)
    banner.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-track-id]")).to_have_count(2)
    expect(banner).to_be_hidden()


def test_a_kernel_ends_with_its_page(running: Dashboard, visit: Callable[..., Visit]) -> None:
    opened = visit()
    expect(opened.page.locator("[data-track-id]").first).to_be_visible(timeout=30_000)
    before = running.kernels()
    opened.page.context.close()
    assert wait_for(lambda: before - running.kernels(), 8)
