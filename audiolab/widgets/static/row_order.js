// The tracks of a playlist put in order: dragged by their grips, or with Alt and the arrow keys.
import { h, iconButton } from "./dom.js";
import { dragging } from "./queue_drag.js";
import { t } from "./text.js";

const ROW = "[data-track-id]";

/** `move(id, place)` is called with a new place on the page, -1 for the page before; `view()` gives the list's. */
export function rowOrder(rows, move, view) {
  const said = h("p", { className: "al-unseen", ariaLive: "polite" });
  let on = false;
  let before = -1; // where what is dragged was
  const all = () => [...rows.querySelectorAll(ROW)];
  const put = (row, place) => {
    const others = all().filter((one) => one !== row);
    rows.insertBefore(row, others[place] ?? null);
  };
  const tell = (row, place) => {
    const { page, size, total } = view();
    said.textContent = t("queue.place", { title: row.querySelector(".al-title").textContent, place: (page - 1) * size + place + 1, all: total });
  };
  const done = (row) => {
    const place = all().indexOf(row);
    if (place !== before) { move(row.dataset.trackId, place); tell(row, place); }
  };
  rows.addEventListener("pointerdown", (event) => { before = all().indexOf(event.target.closest(ROW)); });
  dragging(rows, put, done, ROW);
  rows.addEventListener("keydown", (event) => {
    const row = event.target.closest(ROW);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!on || !row || !event.altKey || step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { page, size, total } = view();
    const place = all().indexOf(row) + step;
    const whole = (page - 1) * size + place;
    if (whole < 0 || whole >= total) return;
    const focused = document.activeElement;
    if (place >= 0 && place < rows.children.length) { put(row, place); focused.focus(); }
    move(row.dataset.trackId, place);
    tell(row, place);
  });
  const grip = (row) => h("span", { role: "gridcell", className: "al-grip-cell" },
    iconButton("grip", t("queue.move", { title: row.querySelector(".al-title").textContent }), { className: "al-quiet al-grip", title: t("queue.drag_row"), tabIndex: -1 }));
  return {
    said,
    /** The rows have been drawn anew. */
    show(movable) {
      on = movable;
      rows.classList.toggle("al-movable", on);
      if (on) for (const row of all()) row.prepend(grip(row));
    },
  };
}
