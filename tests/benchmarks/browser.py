"""How fast the library page is in Chromium with a large catalog behind it.

    python -m tests.benchmarks.browser --tracks 100000

A throw-away catalog is filled with synthetic tracks, one of which has a real mp3. Times are taken
inside the page, from the visitor's action to the frame after the rows have changed. `--data-dir`
keeps the catalog, so that the next run with the same folder need not fill it again.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import soundfile
from playwright.sync_api import Browser, Page, sync_playwright

from audiolab import Catalog
from audiolab.catalog.embedded import stop_server
from audiolab.config import load_settings
from tests.benchmarks.catalog import BATCH, GENRES, Library
from tests.server.running_dashboard import TOKEN, Dashboard, start
from tests.server.sample_library import RATE, tone

ROW = "[data-track-id]"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--mute-audio", "--no-first-run",
             "--disable-background-networking", "--autoplay-policy=no-user-gesture-required",
             "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]  # fmt: skip
# Milliseconds from an action to the frame after the rows have been replaced.
PAINTED = """async (action) => {
  const rows = document.querySelector(".al-rows");
  const drawn = new Promise((resolve) => {
    const seen = new MutationObserver(() => { seen.disconnect(); resolve(); });
    seen.observe(rows, { childList: true });
  });
  const start = performance.now();
  (0, eval)(action);
  await drawn;
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  return performance.now() - start;
}"""
AUDIBLE = """async () => {
  const { audio } = globalThis.__audiolab, start = performance.now();
  const plays = new Promise((go) => audio.addEventListener("playing", go, { once: true }));
  document.querySelector("[data-track-id] .al-tile").click();
  await plays;  // after a reload it goes on where it was: the time alone says nothing
  const from = audio.currentTime;
  while (audio.currentTime === from) await new Promise((next) => setTimeout(next, 1));
  return performance.now() - start;
}"""
SOUGHT = """async (share) => {
  const { audio } = globalThis.__audiolab, wave = document.querySelector(".al-player .al-wave");
  const box = wave.getBoundingClientRect();
  const done = new Promise((resolve) => audio.addEventListener("seeked", resolve, { once: true }));
  const start = performance.now();
  wave.dispatchEvent(new PointerEvent("pointerdown", { button: 0, pointerId: 1, bubbles: true,
    clientX: box.left + share * box.width, clientY: box.top + 5 }));
  await done;
  return performance.now() - start;
}"""


def fill(catalog: Catalog, folder: Path, tracks: int) -> None:
    """Synthetic tracks, and two that can be played, of which one has to be converted."""
    library = Library()
    for first in range(0, tracks - 2, BATCH):
        frame, _, peaks = library.batch(first, min(BATCH, tracks - 2 - first))
        catalog.add(frame, root=str(folder), waveforms=peaks)
    for name in ("real.mp3", "real.aiff"):
        soundfile.write(folder / name, tone(120.0), RATE)
    real = pd.DataFrame({"path": ["real.mp3", "real.aiff"], "title": ["Playable", "Convertible"]})
    real = real.assign(format=["mp3", "aiff"], duration_seconds=120.0)
    catalog.add(real, root=str(folder), waveforms=np.full((2, 800), 0.5, np.float32))
    catalog.maintain()


def report(name: str, milliseconds: list[float], unit: str = "ms") -> None:
    """One line: median, 95th percentile and how often it was measured."""
    p50, p95 = np.percentile(milliseconds, [50, 95])
    print(f"{name:44s} median {p50:7.0f} {unit}  p95 {p95:7.0f} {unit}  n {len(milliseconds)}",
          flush=True)  # fmt: skip


def memory(processes: set[int]) -> list[float]:
    """What each process holds, shared pages by their share, in MB."""
    return [psutil.Process(pid).memory_full_info().pss / 2**20 for pid in processes]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


def opened(browser: Browser, address: str) -> tuple[Page, float]:
    """A page with rows, and milliseconds until the first was there."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(ROW, timeout=60_000)
    return page, 1e3 * (time.perf_counter() - begin)


def changes(page: Page) -> None:
    """Filters, orders, pages and searches, one after the other."""
    page.wait_for_timeout(1500)
    click = (
        "document.querySelector('{}').dispatchEvent(new MouseEvent('click', {{bubbles: true}}))"
    ).format
    say = (
        "{{ const e = document.querySelector('{0}'); e.value = '{1}';"
        " e.dispatchEvent(new Event('{2}', {{bubbles: true}})); }}"
    ).format
    genres = page.locator(".al-choice input").count()
    kinds: dict[str, list[str]] = {
        "genre": [
            f"document.querySelectorAll('.al-choice input')[{i % min(genres, 5)}].click()"
            for i in range(10)
        ],
        "key": [click(f"[data-key=\"{i % 12 + 1}{'AB'[i % 2]}\"]") for i in range(8)] + [
            click(".al-chips .al-link")],
        "order": [say(".al-sort select", name, "change")
                  for name in ("title", "tempo_bpm", "energy", "artist", "key", "duration_seconds",
                               "added_at")],
        "page": [click('[aria-label="Next page"]') for _ in range(8)],
        "search": [
            say("input[type=search]", text, "input") +
            " document.querySelector('input[type=search]').dispatchEvent("
            "new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))"
            for text in ("kalo", "bpm:120..128", "key:8A", f'genre:"{GENRES[3]}"', "energy:>0.5",
                         "kalo bpm:100..130", "-key:8A", "")
        ],
    }  # fmt: skip
    everything = []
    for name, actions in kinds.items():
        taken = []
        for action in actions:
            taken.append(page.evaluate(PAINTED, action))
            page.wait_for_timeout(400)
        report(f"  {name} to painted rows", taken)
        everything += taken
    report("filter, order or page to painted rows", everything)


def listening(page: Page, address: str) -> None:
    """Click to audible, click to seek; click to audible where a file has to be converted."""
    for word, name in [("playable", "click to audible"), ("convertible", "  converted")]:
        page.goto(f"{address}&q={word}")
        page.wait_for_function(f"document.querySelectorAll('{ROW}').length === 1")
        audible = []
        for attempt in range(5):
            if attempt:
                page.reload()
                page.wait_for_selector(ROW, timeout=30_000)
            page.wait_for_timeout(1500)
            audible.append(page.evaluate(AUDIBLE))
        report(name, audible)
        if word == "playable":
            sought = [page.evaluate(SOUGHT, share / 10) for share in range(1, 10)]
            report("click to seek", sought)


def visitors(browser: Browser, board: Dashboard, address: str) -> None:
    """Twenty one after another, then ten at once."""
    one_after_another = []
    for _ in range(20):
        page, taken = opened(browser, address)
        one_after_another.append(taken)
        page.close(run_before_unload=True)
        page.context.close()
    report("twenty visitors in a row: first row", one_after_another)
    wait_until(lambda: len(board.kernels()) <= 1, 20)
    print(f"{'kernels left (one is ready for the next)':44s} {len(board.kernels())}", flush=True)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    pages = [context.new_page() for _ in range(10)]
    begin = time.perf_counter()
    for page in pages:
        page.goto(address, wait_until="commit", timeout=90_000)
    waits = []
    for page in pages:
        page.wait_for_selector(ROW, timeout=90_000)
        waits.append(1e3 * (time.perf_counter() - begin))
    report("ten visitors at once: first row", waits)
    report("memory per visitor, ten at once (PSS)", memory(board.kernels()), "MB")
    context.close()


@contextmanager
def served(folder: Path, tracks: int) -> Iterator[tuple[Dashboard, str]]:
    """A dashboard over the catalog in `folder`, which is filled if it is empty."""
    settings = load_settings(data_dir=folder)
    with Catalog.open(settings=settings) as catalog:
        if not catalog.count():
            begin = time.perf_counter()
            fill(catalog, folder, tracks)
            print(f"{'filling':44s} {time.perf_counter() - begin:7.0f} s", flush=True)
        process, printed = start(folder, AUDIOLAB_TOKEN=TOKEN)
        url = printed.split("/?")[0]
        board = Dashboard(url, process, folder, catalog, folder, folder)
        try:
            yield board, f"{url}/?token={TOKEN}"
        finally:
            board.stop()


def measure(board: Dashboard, address: str) -> None:
    """Everything, with one browser."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page, cold = opened(browser, address)
        report("first row, cold", [cold])
        page.context.close()
        for visit in range(3):
            wait_until(lambda: len(board.kernels()) == 1, 20)
            time.sleep(4)
            page, heated = opened(browser, address)
            report("first row, preheated", [heated])
            busy = board.kernels()
            if visit < 2:
                page.context.close()
        changes(page)
        report("memory of a visitor alone (PSS)", memory(busy), "MB")
        listening(page, address)
        page.context.close()
        visitors(browser, board, address)
        browser.close()


def main() -> None:
    """Fill, serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--data-dir", type=Path, help="keep the filled catalog here")
    arguments: Any = parser.parse_args()
    folder = arguments.data_dir or Path(tempfile.mkdtemp(prefix="audiolab-benchmark-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    with served(folder, arguments.tracks) as (board, address):
        measure(board, address)
    stop_server(folder)
    if not arguments.data_dir:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
