// The queue above the player: what comes next, to be moved, removed, or played at once.
import { h, icon, iconButton } from "./dom.js";
import { clock } from "./format.js";
import { emit, hub, on, toast } from "./page.js";
import { change, goTo, jump } from "./playback.js";
import { clear, move, remove, rest } from "./queue.js";
import { dragging } from "./queue_drag.js";
import { t } from "./text.js";
import { cover } from "./track_row.js";

const SHOWN = 20; // tracks of the list

const name = (track, action) => h("button", { type: "button", className: "al-entry-name", title: t("queue.hear"), onclick: action },
  h("span", { className: "al-title", dir: "auto" }, track.title), h("span", { className: "al-artist", dir: "auto" }, track.artist ?? t("all.unknown_artist")));
const time = (track) => h("span", { className: "al-time" }, clock(track.duration));

export function queuePanel(button, signal) {
  const said = h("p", { className: "al-unseen", ariaLive: "polite" });
  const all = h("button", { type: "button", className: "al-link" }, t("queue.clear"));
  const save = h("button", { type: "button", className: "al-link", dataset: { writes: "" }, onclick: () => emit("collect", { ids: hub.queue.queued.map((one) => one.track.id) }) }, t("queue.save"));
  const close = iconButton("clear", t("queue.close"), { className: "al-quiet" });
  const list = h("ol", { className: "al-entries" });
  const none = h("p", { className: "al-hint" }, t("queue.nothing"));
  const after = h("ol", { className: "al-entries" });
  const then = h("div", {}, h("h3", {}, t("queue.then")), after);
  const element = h("div", { className: "al-queue", role: "dialog", "aria-label": t("all.queue"), hidden: true },
    h("div", { className: "al-queue-head" }, h("h2", {}, t("all.queue")), save, all, close), h("div", { className: "al-queue-body" }, none, list, then), said);
  const made = new Map(); // key -> element, so that what has the focus, or is dragged, stays itself

  const entry = ({ key, track }) => {
    const grip = iconButton("grip", t("queue.move", { title: track.title }), { className: "al-quiet al-grip", title: t("queue.drag") });
    const out = iconButton("clear", t("queue.remove", { title: track.title }), { className: "al-quiet", title: t("queue.remove_hint"), onclick: () => drop(key) });
    return h("li", { className: "al-entry", dataset: { key } }, grip, cover(track), name(track, () => jump(key)), time(track), out);
  };
  const show = () => {
    const { queued, at } = hub.queue;
    button.show(queued.length);
    if (element.hidden) return;
    none.hidden = queued.length > 0;
    all.hidden = queued.length === 0;
    save.hidden = queued.length === 0 || !hub.collects;
    for (const one of queued) if (!made.has(one.key)) made.set(one.key, entry(one));
    for (const key of made.keys()) if (!queued.some((one) => one.key === key)) made.delete(key);
    arrange(list, queued.map((one) => made.get(one.key)));
    const coming = rest(hub.queue, SHOWN);
    then.hidden = coming.length === 0;
    after.replaceChildren(...coming.map((track, place) => h("li", { className: "al-entry" }, cover(track), name(track, () => goTo(at + 1 + place)), time(track))));
  };
  const to = (key, place) => {
    const title = hub.queue.queued.find((one) => one.key === key)?.track.title;
    change(move(hub.queue, key, place));
    said.textContent = t("queue.place", { title, place: placeOf(key) + 1, all: hub.queue.queued.length });
  };
  const placeOf = (key) => hub.queue.queued.findIndex((one) => one.key === key);
  const drop = (key) => {
    const place = placeOf(key);
    change(remove(hub.queue, key));
    (list.children[Math.min(place, list.children.length - 1)]?.querySelector(".al-grip") ?? close).focus();
  };
  const open = (on) => {
    element.hidden = !on;
    button.element.setAttribute("aria-expanded", String(on));
    show();
    (on ? close : button.element).focus();
  };

  dragging(list, (dragged, place) => to(Number(dragged.dataset.key), place));
  list.addEventListener("keydown", (event) => {
    const grip = event.target.closest(".al-grip");
    const key = Number(event.target.closest(".al-entry").dataset.key);
    const place = { ArrowUp: placeOf(key) - 1, ArrowDown: placeOf(key) + 1, Home: 0, End: Infinity }[event.key];
    if (event.key === "Delete") drop(key);
    else if (grip && place !== undefined) { to(key, place); grip.focus(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  element.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); open(false); } });
  all.addEventListener("click", () => {
    const { queued } = hub.queue;
    change(clear(hub.queue));
    close.focus();
    toast(t("queue.cleared"), "note", () => change({ ...hub.queue, queued: [...queued, ...hub.queue.queued] }));
  });
  close.addEventListener("click", () => open(false));
  button.element.addEventListener("click", () => open(element.hidden));
  on("queue", show, signal);
  show();
  return element;
}

/** The button that opens it, with how many are queued. */
export function queueButton() {
  const number = h("span", { className: "al-badge", hidden: true });
  const element = h("button", { type: "button", className: "al-quiet al-queue-button", title: t("all.queue"), "aria-label": t("all.queue"), "aria-expanded": "false" }, icon("queue"), number);
  return { element, show: (count) => { number.textContent = String(count); number.hidden = count === 0; element.ariaLabel = count ? t("queue.number", { count }) : t("all.queue"); } };
}

/** The children of a list, in order; those that are in their place are not touched. */
function arrange(list, children) {
  const focused = document.activeElement;
  children.forEach((child, place) => { if (list.children[place] !== child) list.insertBefore(child, list.children[place] ?? null); });
  while (list.children.length > children.length) list.lastElementChild.remove();
  if (list.contains(focused)) focused.focus();
}
