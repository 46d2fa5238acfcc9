// The list by keyboard: up and down from row to row, Enter plays, Shift selects on, Delete removes.
// One row at a time can be reached by Tab, and the buttons in it.
import { inVoila } from "./page.js";

const ROW = "[data-track-id]";
const INSIDE = "button, a";

export function listKeys(rows, { play, remove, selected }, signal) {
  let active = null;
  const all = () => [...rows.querySelectorAll(ROW)];
  const reach = (row, how) => { row.tabIndex = how; for (const one of row.querySelectorAll(INSIDE)) one.tabIndex = how; };
  const activate = (row) => {
    if (row === active) return;
    if (active) reach(active, -1);
    active = row;
    if (active) reach(active, 0);
  };
  const go = (row) => {
    activate(row);
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const move = (from, row, extend) => {
    if (!row) return;
    if (extend && selected.get().length === 0) selected.pick(from.dataset.trackId);
    go(row);
    if (extend) selected.pick(row.dataset.trackId, { shiftKey: true });
  };

  rows.addEventListener("focusin", (event) => { const row = event.target.closest(ROW); if (row) activate(row); });
  rows.addEventListener("keydown", (event) => {
    const row = event.target.closest(ROW);
    if (!row || event.altKey) return;
    const list = all();
    const here = list.indexOf(row);
    const onRow = event.target === row;
    const step = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: list.length - 1 }[event.key];
    const ids = selected.get().includes(row.dataset.trackId) ? selected.get() : [row.dataset.trackId];
    if (step !== undefined && !event.ctrlKey && !event.metaKey) move(row, list[step], event.shiftKey);
    else if (event.key === "Enter" && onRow) play(row.dataset.trackId);
    else if (event.key === "Delete" && onRow) remove(ids);
    else if (event.key === "Escape" && selected.get().length) selected.clear();
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selected.all();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // From nowhere on the page, the arrows lead into the list.
  if (inVoila) document.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target !== document.body || event.defaultPrevented) return;
    const row = active?.isConnected ? active : all()[0];
    if (!row || !row.offsetParent) return;
    event.preventDefault();
    go(row);
  }, { signal });
  return {
    /** The rows have been drawn anew: the focus stays at its place in the list. */
    renew(place) {
      active = null;
      const list = all();
      activate(list[Math.max(0, place)] ?? list[0] ?? null);
      if (place >= 0) active?.focus({ preventScroll: true });
    },
    /** Where in the list the focus is; -1 if it is elsewhere. */
    place: () => all().indexOf(document.activeElement?.closest?.(ROW)),
  };
}
