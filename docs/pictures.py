"""Makes the pictures of these pages: the real dashboard on the demo library, in Chromium.

    python docs/pictures.py [FOLDER]     # by default docs/images

Each page in light and dark at 1440 pixels, the library at 390 too; in few colours, to be small.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
TOKEN = "a-token-for-pictures"
WIDE, PHONE = (1440, 900), (390, 844)
COLOURS = 256
SETTLE_MS = 1_500  # until what moves has come to rest
LIBRARY = "/?sort=artist"  # not the order in which a scan happened to end
SHOWN = "Neon Harbour"


@dataclass(frozen=True)
class Picture:
    """A page, and what is done on it before it is taken."""

    name: str
    address: str
    prepare: Callable[[Page], None]


def row(page: Page) -> Locator:
    """The row of the track that is shown."""
    found = page.locator("[data-track-id]").filter(has_text=SHOWN).first
    found.wait_for()
    return found


def play_one(page: Page) -> None:
    """Somebody listens."""
    row(page).get_by_role("button", name="Play").click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


def open_one(page: Page) -> None:
    """Everything about one track."""
    row(page).get_by_text(SHOWN).click()
    page.get_by_text("Similar tracks").wait_for()
    page.wait_for_timeout(3 * SETTLE_MS)


def keep_list(page: Page) -> None:
    """A playlist of one's own; it is there already in the dark."""
    name = "Sunday evening"
    row(page)
    if not page.get_by_role("link", name=name).count():
        rows = page.locator("[data-track-id]")
        rows.nth(1).locator(".al-time").click()
        rows.nth(6).locator(".al-time").click(modifiers=["Shift"])
        page.get_by_role("button", name="Playlist…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Save").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Move").first.wait_for(state="attached")
    page.reload()  # without what was said about it
    page.get_by_role("button", name="Move").first.wait_for(state="attached")


def see_map(page: Page) -> None:
    """What sounds alike is close together; made by the first who asks."""
    points, make = (
        page.locator("[data-points]:not([data-points='0'])"),
        page.get_by_role("button", name="Make the map"),
    )
    points.or_(make).first.wait_for()
    if make.is_visible():
        make.click()
    points.wait_for(timeout=120_000)
    page.get_by_label("Colour by").select_option(label="Key")
    page.wait_for_timeout(2 * SETTLE_MS)


def choose_folder(page: Page) -> None:
    """The folders of the library are there."""
    page.get_by_text("Listen for").wait_for()


def see_charts(page: Page) -> None:
    """The library at a glance."""
    page.get_by_text("Growth").wait_for()
    page.wait_for_timeout(3 * SETTLE_MS)


PICTURES = (
    Picture("library", LIBRARY, play_one),
    Picture("track", LIBRARY, open_one),
    Picture("playlist", LIBRARY, keep_list),
    Picture("map", "/voila/render/stats.ipynb?view=map", see_map),
    Picture("stats", "/voila/render/stats.ipynb", see_charts),
    Picture("scan", "/voila/render/scan.ipynb", choose_folder),
)


@contextmanager
def demo() -> Iterator[str]:
    """The address of a dashboard with nothing but the demo library."""
    with tempfile.TemporaryDirectory(prefix="audiolab-pictures-") as folder:
        Path(folder).chmod(0o755)  # under root, the database runs as another user
        environment = {
            **{name: value for name, value in os.environ.items() if "AUDIOLAB" not in name},
            "AUDIOLAB_DATA_DIR": folder,
            "AUDIOLAB_MODELS_DIR": f"{folder}/models",  # as it is before any is downloaded
            "AUDIOLAB_TOKEN": TOKEN,
        }
        command = [sys.executable, "-m", "audiolab"]
        served = subprocess.Popen(
            [*command, "demo", "--no-browser"], env=environment, text=True, stdout=subprocess.PIPE
        )
        try:
            assert served.stdout is not None
            yield served.stdout.readline().strip().split("/?")[0]
        finally:
            served.terminate()
            served.wait(30)
            subprocess.run([*command, "db", "stop"], env=environment, check=True)


def take(
    browser: Browser, base: str, picture: Picture, scheme: str, size: tuple[int, int]
) -> bytes:
    """One screenshot."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.request.get(f"{base}/?token={TOKEN}", max_redirects=0)  # for its cookie
    page = context.new_page()
    page.goto(f"{base}{picture.address}")
    picture.prepare(page)
    page.wait_for_timeout(SETTLE_MS)
    shot = page.screenshot()
    context.close()
    return shot


def save(shot: bytes, path: Path) -> None:
    """As a PNG of few colours."""
    path.write_bytes(shot)
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Take all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with demo() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--mute-audio"]
        )
        for picture in PICTURES:
            for scheme, suffix in (("light", ""), ("dark", "-dark")):
                shot = take(browser, base, picture, scheme, WIDE)
                save(shot, folder / f"{picture.name}{suffix}.png")
        save(take(browser, base, PICTURES[0], "light", PHONE), folder / "phone.png")
        browser.close()


if __name__ == "__main__":
    main()
