"""How fast the statistics page and the similarity map are in Chromium with a large catalog.

    python -m tests.benchmarks.maps --tracks 100000 --data-dir /var/tmp/hundred-thousand
    python -m tests.benchmarks.stats_page --data-dir /var/tmp/hundred-thousand

The first fills the catalog and makes its map. Times are taken inside the page, from the visitor's
action to the frame after what it changes; Chromium draws on the CPU. A kernel is ready when the
page is opened, as it is for everybody who comes a few seconds after the one before.
"""

import argparse
import os
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from audiolab.catalog.embedded import stop_server
from audiolab.config import load_settings
from tests.benchmarks.browser import ARGUMENTS, report, served, wait_until

VISITS = 3
CHANGED = """async (action) => {
  const charts = document.querySelector(".al-stats-page"), start = performance.now();
  const drawn = new Promise((resolve) => {
    const seen = new MutationObserver(() => { seen.disconnect(); resolve(); });
    seen.observe(charts, { childList: true });
  });
  (0, eval)(action);
  await drawn;
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  return performance.now() - start;
}"""
# Until a point of the canvas is no longer clear.
SHOWN = """async () => {
  const start = performance.now();
  document.querySelector("[data-view=map]").click();
  for (;;) {
    await new Promise(requestAnimationFrame);
    const canvas = document.querySelector(".al-map-points");
    if (!canvas?.width || !document.querySelector(".al-map-whole:not([hidden])")) continue;
    const told = document.querySelector(".al-map-told").textContent;
    if (/[1-9]/.test(told)) return performance.now() - start;
  }
}"""
MOVED = """async ([kind, at]) => {
  const stage = document.querySelector(".al-map-stage"), box = stage.getBoundingClientRect();
  const place = { bubbles: true, cancelable: true, pointerId: 1, button: 0,
    clientX: box.left + box.width * (0.3 + 0.04 * at), clientY: box.top + box.height * 0.5 };
  const start = performance.now();
  if (kind === "zoom") stage.dispatchEvent(new WheelEvent("wheel", { ...place, deltaY: at % 2 ? 120 : -120 }));
  if (kind === "pan") stage.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
  if (kind === "hover") stage.dispatchEvent(new PointerEvent("pointermove", place));
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  return performance.now() - start;
}"""  # noqa: E501


def opened(browser: Browser, address: str) -> tuple[Page, float]:
    """The page with its charts, and milliseconds until they were there."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("[data-chart]", timeout=90_000)
    return page, 1e3 * (time.perf_counter() - begin)


def changes(page: Page) -> None:
    """Filters, one after the other, each with counts that nobody has asked for before."""
    page.wait_for_selector(".al-choice input")
    page.wait_for_timeout(2000)
    say = (
        "{{ const e = document.querySelector('input[type=search]'); e.value = '{}';"
        " e.dispatchEvent(new Event('input', {{bubbles: true}}));"
        " e.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true}})); }}"
    ).format
    kinds = {
        "genre": [f"document.querySelectorAll('.al-choice input')[{at}].click()" for at in (0, 1)],
        "a third of the tracks": [say(f"bpm:90..{130 + at}") for at in range(4)],
        "nine tenths of them": [say(f"energy:>0.1{at}") for at in range(4)],
    }
    for name, actions in kinds.items():
        taken = []
        for action in actions:
            taken.append(page.evaluate(CHANGED, action))
            page.wait_for_timeout(2500)  # the panel's counts come after the charts
        report(f"  filter to painted charts: {name}", taken)
    page.evaluate(CHANGED, "document.querySelector('.al-chips .al-link')?.click();" + say(""))
    page.wait_for_timeout(2500)


def on_the_map(page: Page) -> None:
    """All points, and looking round among them."""
    report("map: points after the click", [page.evaluate(SHOWN)])
    page.wait_for_timeout(1000)
    for kind in ("zoom", "pan", "hover"):
        taken = [page.evaluate(MOVED, [kind, at]) for at in range(12)]
        report(f"  {kind} to painted frame", taken)


def main() -> None:
    """Serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--data-dir", type=Path, required=True)
    arguments = parser.parse_args()
    folder: Path = arguments.data_dir
    with served(folder, arguments.tracks) as (board, address), sync_playwright() as play:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        address = address.replace("/?", "/voila/render/stats.ipynb?")
        taken = []
        for visit in range(VISITS):
            wait_until(lambda: len(board.kernels()) == 1, 30)
            time.sleep(8)  # it has imported everything by then
            page, waited = opened(browser, address)
            taken.append(waited)
            if visit < VISITS - 1:
                page.context.close()
                time.sleep(2)
        report("first charts", taken)
        changes(page)
        on_the_map(page)
        browser.close()
        assert board.process.poll() is None
    stop_server(load_settings(data_dir=folder).data_dir)


if __name__ == "__main__":
    main()
