"""What plays next: the pure module, and the panel that shows it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from server.running_dashboard import Dashboard

# A list of five, played from its second; `ids` names what came one after the other.
SETTING = """async (script) => {
  const q = await import(new URL("queue.js", document.querySelector("[type=module]").src));
  const track = (id) => ({ id, title: id });
  const list = ["a", "b", "c", "d", "e"].map(track);
  const start = q.choose(q.empty, list[1], { list });
  const run = (state, how, most = 12) => {
    const ids = [];
    for (let next = state; next && ids.length < most; next = how(next)) ids.push(next.current.id);
    return ids.join("");
  };
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  return new Function("q", "track", "list", "start", "run", "random", `return ${script}`)(
    q, track, list, start, run, random);
}"""


@pytest.fixture
def js(shared_page: Page) -> Any:
    return lambda script: shared_page.evaluate(SETTING, script)


@pytest.fixture
def shared_page(shared_visit: Any) -> Page:
    page: Page = shared_visit.page
    return page


class TestOrder:
    """queue.js."""

    def test_the_list_in_order_and_back(self, js: Any) -> None:
        assert js("run(start, q.next)") == "bcde"
        assert js("run(q.next(q.next(start)), q.previous)") == "dcb" + "a"
        assert js("run(q.choose(start, track('x')), q.next)") == "x", "alone"
        assert js("run(q.choose(start, track('d')), q.next)") == "de", "in the list we are in"

    def test_the_queue_comes_first_and_the_list_goes_on(self, js: Any) -> None:
        queued = "q.playNext(q.enqueue(start, [track('x'), track('y')]), [track('z')])"
        assert js(f"run({queued}, q.next)") == "bzxycde"
        assert js(f"run(q.next(q.next({queued})), q.previous)") == "xzba"
        assert js("run(q.enqueue(start, [track('c'), track('c')]), q.next)") == "bcccde"

    def test_entries_move_and_go(self, js: Any) -> None:
        queued = "q.enqueue(start, ['x', 'y', 'z'].map(track))"
        order = "(s => s.queued.map(e => e.track.id).join(''))"
        assert js(f"{order}(q.move({queued}, 1, 2))") == "yzx"
        assert js(f"{order}(q.move({queued}, 3, -5))") == "zxy"
        assert js(f"{order}(q.move({queued}, 2, 99))") == "xzy"
        assert js(f"{order}(q.move({queued}, 77, 0))") == "xyz"
        assert js(f"{order}(q.remove({queued}, 2))") == "xz"
        assert js(f"{order}(q.clear({queued}))") == ""
        assert js(f"run(q.jump({queued}, 2), q.next)") == "yxzcde", "the others stay"
        assert js(f"{queued} === q.clear({queued})") is False
        assert js("start.queued.length") == 0, "nothing is changed in place"

    def test_repeat(self, js: Any) -> None:
        assert js("run(q.repeat(start, 'all'), q.next, 8)") == "bcdeabcd"
        assert js("run(q.repeat(start, 'one'), q.ended, 3)") == "bbb"
        assert js("run(q.repeat(start, 'one'), q.next, 3)") == "bcd", "a click goes on"

    def test_shuffle_plays_each_once(self, js: Any) -> None:
        played = js("run(q.shuffle(start, true, random), s => q.next(s, random))")
        assert played[0] == "b"
        assert sorted(played) == list("abcde")
        assert js("run(q.shuffle(q.shuffle(start, true, random), false), q.next)") == "bcde"
        orders = js("[1,2,3,4,5,6,7,8].map(() => run(q.shuffle(start, true, random), q.next))")
        assert len(set(orders)) > 3
        again = js("run(q.repeat(q.shuffle(start, true, random), 'all'), s => q.next(s, random))")
        assert sorted(again[:5]) == sorted(again[5:10]) == list("abcde")

    def test_what_is_behind_the_list_is_asked_for(self, js: Any) -> None:
        here = "q.choose(q.empty, list[4], { list, source: { query: 'x', sort: 'title' } })"
        assert js(f"q.wish({here})") == {"query": "x", "sort": "title", "after": "e"}
        assert js(f"run(q.append({here}, ['e', 'f', 'g'].map(track)), q.next)") == "efg"
        assert js(f"q.wish(q.append({here}, []))") is None
        mixed = f"q.shuffle({here}, true, random)"
        wish = js(f"q.wish({mixed})")
        assert wish["sort"].startswith("random:")
        assert wish["after"] is None
        assert js(f"run(q.append({mixed}, ['c', 'e', 'k'].map(track)), q.next)") == "eck"
        assert js(f"q.wish(q.append({mixed}, ['c', 'e'].map(track))).after") == "e"


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Queue")


def queued(page: Page) -> list[str]:
    names = panel(page).locator(".al-entry:has(.al-grip) .al-title")
    return names.all_inner_texts()


FILL = """async (ids) => {
  const { src } = document.querySelector("script[type=module]");
  const { change } = await import(new URL("playback.js", src));
  const { empty, enqueue } = await import(new URL("queue.js", src));
  const tracks = ["One", "Two", "Three"].map((title, place) => ({ id: ids[place], title }));
  change(enqueue(empty, tracks));
}"""


@pytest.fixture
def three(page: Page, running: Dashboard) -> Iterator[Page]:
    """Three tracks in the queue, whose panel is open."""
    ids = [running.ids[f"filler-{number}.ogg"] for number in (10, 11, 12)]
    page.evaluate(FILL, ids)
    page.get_by_role("button", name="Queue, 3").click()
    assert queued(page) == ["One", "Two", "Three"]
    yield page
    if panel(page).is_visible():
        page.get_by_role("button", name="Close the queue").click()
    page.evaluate(FILL.replace("enqueue(empty, tracks)", "empty"), ids)


def test_reorder_by_keyboard(three: Page) -> None:
    panel(three).get_by_role("button", name="Move Three", exact=True).focus()
    three.keyboard.press("ArrowUp")
    assert queued(three) == ["One", "Three", "Two"]
    expect(panel(three).get_by_text("Three: place 2 of 3")).to_be_attached()
    three.keyboard.press("Home")
    assert queued(three) == ["Three", "One", "Two"]
    expect(panel(three).get_by_role("button", name="Move Three", exact=True)).to_be_focused()
    three.keyboard.press("Delete")
    assert queued(three) == ["One", "Two"]
    expect(panel(three).get_by_role("button", name="Move One", exact=True)).to_be_focused()
    three.keyboard.press("Escape")
    expect(panel(three)).to_be_hidden()
    expect(three.get_by_role("button", name="Queue, 2")).to_be_focused()


def test_reorder_by_drag(three: Page) -> None:
    boxes = [three.get_by_role("button", name=f"Move {name}", exact=True).bounding_box() for name in
             ("One", "Three")]  # fmt: skip
    assert boxes[0]
    assert boxes[1]
    three.mouse.move(boxes[0]["x"] + 8, boxes[0]["y"] + 8)
    three.mouse.down()
    three.mouse.move(boxes[1]["x"] + 8, boxes[1]["y"] + 25, steps=6)
    three.mouse.up()
    assert queued(three) == ["Two", "Three", "One"]
    three.mouse.move(boxes[0]["x"] + 8, boxes[0]["y"] - 20)
    assert queued(three) == ["Two", "Three", "One"], "it was let go"


def test_remove_clear_and_undo(three: Page) -> None:
    panel(three).get_by_role("button", name="Remove Two").click()
    assert queued(three) == ["One", "Three"]
    panel(three).get_by_role("button", name="Clear", exact=True).click()
    assert queued(three) == []
    expect(panel(three).get_by_text("Nothing is queued")).to_be_visible()
    three.get_by_role("status").get_by_role("button", name="Undo").click()
    assert queued(three) == ["One", "Three"]


def test_hear_an_entry_now(three: Page) -> None:
    panel(three).locator(".al-entry-name").filter(has_text="Two").click()
    expect(three.get_by_role("region", name="Player").locator(".al-now")).to_contain_text("Two")
    three.wait_for_function("globalThis.__audiolab.audio.currentTime > 0")
    assert queued(three) == ["One", "Three"]
    three.evaluate("globalThis.__audiolab.audio.pause()")


@pytest.mark.parametrize("width", [390, 2560])
def test_the_panel_fits(three: Page, width: int) -> None:
    three.set_viewport_size({"width": width, "height": 844})
    box = panel(three).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert three.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("Shuffle", "Previous track", "Next track", "Mute"):
        expect(three.get_by_role("button", name=name)).to_be_in_viewport()
    three.set_viewport_size({"width": 1440, "height": 900})
