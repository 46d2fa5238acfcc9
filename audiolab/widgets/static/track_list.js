// The list of tracks: total and order above, rows or cards, pages below; and what to do if there are none.
import { chipRow } from "./chips.js";
import { h, icon } from "./dom.js";
import { emptyLibrary, emptyPlaylist, noMatch } from "./empty_states.js";
import { listKeys } from "./list_keys.js";
import { address, carried, emit, hub, on, styled, toast } from "./page.js";
import { pager } from "./pager.js";
import { enqueue, play, playing, playNext } from "./playback.js";
import { rowOrder } from "./row_order.js";
import { rowMenu } from "./row_menu.js";
import { selection } from "./selection.js";
import { sorting } from "./sorting.js";
import { takeAway } from "./take_away.js";
import { parts, t, written } from "./text.js";
import { header, row, skeleton } from "./track_row.js";
import { viewSwitch } from "./view_switch.js";

const WAIT = 150; // ms before the list shows that it is being brought up to date
const AGAIN = 5000; // ms until a list that is not up to date tries again by itself
const ROW = "[data-track-id]";
const ROW_HEIGHT = 60; // px at least
// Safari has none.
const whenIdle = (work) => (globalThis.requestIdleCallback ? requestIdleCallback(work, { timeout: 300 }) : setTimeout(work, 50));

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const { signal } = controller;
  let tracks = new Map();
  let drawn = null;
  let waiting = 0;
  let trying = 0;
  const send = (message) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => rows.setAttribute("aria-busy", "true"), WAIT);
    model.send(message);
  };
  const rowsOf = (ids) => ids.map((id) => tracks.get(id)).filter(Boolean);

  // What can be done with tracks.
  const playHere = (id) => { const { rows: list, query, order, similar, described } = model.get("view"); play(tracks.get(id), { list, source: similar?.length || described ? null : { query, sort: order } }); };
  const listen = (id) => { if (hub.track?.id === id && playing()) hub.audio.pause(); else playHere(id); };
  const similarTo = (ids) => send({ type: "similar", ids });
  const remove = (ids) => send({ type: "remove", ids });
  const collect = (ids) => emit("collect", { ids });
  const takeOut = (ids) => send({ type: "take_out", ids });
  const inList = () => { const { playlist } = model.get("view"); return Boolean(playlist) && playlist.smart === false; };
  const open = (id) => send({ type: "open", id });
  const choose = ({ name, value }) => send({ type: "choose", name, value });
  const isRemoved = (id) => model.get("view").standing[id]?.[0] === "excluded";
  const menu = rowMenu((id) => [
    ["next", t("all.play_next"), () => playNext(rowsOf([id]))],
    ["queue", t("all.queue_up"), () => enqueue(rowsOf([id]))],
    ["plus", t("row.add_to_playlist"), () => collect([id]), { writes: "" }],
    ...(inList() ? [["minus", t("row.remove_from_list"), () => takeOut([id]), { writes: "" }]] : []),
    ["similar", t("all.similar_tracks"), () => similarTo([id])],
    ["info", t("all.details"), () => open(id)],
    ["check", selected.get().includes(id) ? t("row.deselect") : t("row.select"), () => selected.flip(id)],
    ...(carried ? [] : [["download", t("all.download"), `${address("stream", id)}?download=1`]]),
    isRemoved(id) ? ["undo", t("row.bring_back"), () => send({ type: "restore", ids: [id] }), { writes: "" }] : ["remove", t("row.remove"), () => remove([id]), { writes: "" }],
  ]);
  const selected = selection(model, () => [...tracks.keys()], [
    ["next", t("all.play_next"), (ids) => playNext(rowsOf(ids))],
    ["queue", t("all.queue"), (ids) => enqueue(rowsOf(ids))],
    ["plus", t("row.playlist"), collect, { writes: "" }],
    ["similar", t("row.similar"), similarTo],
    ["minus", t("row.several_remove_from_list"), takeOut, { writes: "", inside: "" }],
    ["remove", t("row.several_remove"), remove, { writes: "", outside: "" }],
  ]);

  const total = h("p", { className: "al-total", dataset: { total: "" } });
  const order = sorting(send);
  const take = takeAway(model);
  const head = h("div", { className: "al-toolbar" }, total, take.element, order.element, viewSwitch(el));
  const retry = h("button", { type: "button", className: "al-button", onclick: () => send({ type: "retry" }) }, t("all.try_again"));
  const reason = h("span");
  const banner = h("div", { className: "al-banner", role: "alert", hidden: true }, icon("warning"), reason, retry);
  const rows = h("div", { role: "grid", "aria-label": t("list.tracks"), "aria-multiselectable": "true", className: "al-rows" });
  const instead = h("div", { className: "al-instead" });
  const pages = pager((page) => { send({ type: "page", page }); el.scrollIntoView({ block: "start" }); });
  const chips = chipRow(send);
  const keys = listKeys(rows, { play: playHere, remove: (ids) => (inList() ? takeOut(ids) : remove(ids)), selected }, signal);
  const heads = h("div", { className: "al-heads" }, head, selected.element);
  const arranging = rowOrder(rows, (id, place) => { const { page, size } = model.get("view"); send({ type: "move", id, place: (page - 1) * size + place }); }, () => model.get("view"));
  el.append(chips.element, heads, banner, header(), rows, instead, pages.element, menu.element, arranging.said);

  const arrived = () => { clearTimeout(waiting); rows.removeAttribute("aria-busy"); };
  const draw = () => {
    const view = model.get("view");
    drawn = view;
    arrived();
    document.getElementById("loading")?.remove(); // the page's own skeleton
    if (view.state === "loading") { rows.replaceChildren(...skeleton()); showTotal(null); return; }
    const place = keys.place();
    menu.close();
    tracks = new Map(view.rows.map((track) => [track.id, track]));
    const make = (some) => some.map((track) => row(track, view.bars[track.id], view.standing[track.id]));
    const seen = inSight(place);
    rows.replaceChildren(...make(view.rows.slice(0, seen)));
    rows.hidden = view.rows.length === 0;
    el.classList.toggle("al-in-list", inList());
    arranging.show(Boolean(view.playlist?.movable));
    instead.replaceChildren(...(view.state === "empty" ? [emptyLibrary()] : view.state === "no_match" ? [view.playlist ? emptyPlaylist(() => send({ type: "playlist", name: "" }), view.playlist.why) : noMatch(() => send({ type: "clear" }), view.why)] : []));
    el.classList.toggle("al-has-rows", view.total > 0);
    el.classList.toggle("al-by-likeness", view.similar.length > 0 || Boolean(view.described));
    keys.renew(place);
    showTotal(view);
    showCurrent();
    showSelected();
    // The others when these are painted.
    if (view.rows.length > seen) requestAnimationFrame(() => whenIdle(() => {
      if (drawn !== view) return;
      rows.append(...make(view.rows.slice(seen)));
      showCurrent();
      showSelected();
    }));
  };
  // How many rows are drawn at once: all, where somebody is further down.
  const inSight = (place) => (place > 0 || scrollY > 0 || el.classList.contains("al-as-cards") ? Infinity : Math.ceil(innerHeight / ROW_HEIGHT));
  const showTotal = (view) => {
    pages.element.hidden = head.hidden = !view || view.total === 0;
    total.dataset.total = view?.total ?? "";
    if (!view || view.total === 0) return;
    const exact = model.get("exact");
    const all = exact ?? view.total;
    const more = view.more && exact === null;
    const first = (view.page - 1) * view.size + 1;
    take.show(view);
    order.show(view.sort, Boolean(view.playlist));
    total.dataset.total = all;
    const kind = view.similar.length ? "most_similar" : view.described ? "best_fits" : more ? "range_more" : "range";
    total.replaceChildren(...parts(`total.${kind}`, { count: all, first, last: first + view.rows.length - 1 }, (text, name) => (name === "count" ? h("b", {}, text) : text)));
    const number = more ? Infinity : Math.ceil(all / view.size);
    pages.show(view.page, number, view.page < number && view.rows.length === view.size);
  };
  const showCurrent = () => {
    for (const element of rows.querySelectorAll(ROW)) {
      const current = element.dataset.trackId === hub.track?.id;
      const sounds = current && playing();
      element.classList.toggle("al-current", current);
      element.classList.toggle("al-playing", sounds);
      element.querySelector(".al-tile").setAttribute("aria-pressed", String(sounds));
    }
  };
  const showSelected = () => selected.show(rows.querySelectorAll(ROW));
  const explain = () => {
    const { message } = model.get("problem");
    arrived();
    clearTimeout(trying);
    banner.hidden = !message;
    reason.textContent = message ? t("list.not_current", { reason: message }) : "";
    if (!message) return;
    document.getElementById("loading")?.remove();
    trying = setTimeout(() => send({ type: "retry" }), AGAIN);
  };
  const told = (message) => {
    if (message.type === "toast") toast(written(message.text));
    if (message.type === "removed") toast(t("list.removed", { count: message.number }), "note", () => send({ type: "restore", ids: message.ids }));
  };

  const deeds = { similar: similarTo, open: ([id]) => open(id), more: ([id], button) => menu.toggle(button, id), choose: (_, button) => choose(button.dataset) };
  rows.addEventListener("click", (event) => {
    const id = event.target.closest(ROW)?.dataset.trackId;
    if (!id || event.target.closest(".al-grip")) return;
    const button = event.target.closest("[data-deed]");
    if (event.target.closest(".al-tile")) listen(id);
    else if (button && !(button.href && (event.ctrlKey || event.metaKey || event.shiftKey))) { event.preventDefault(); deeds[button.dataset.deed]([id], button); }
    else if (!button) selected.pick(id, event);
  });
  rows.addEventListener("mousedown", (event) => { if (event.shiftKey && event.target.closest(ROW)) event.preventDefault(); }); // no text is marked
  rows.addEventListener("dblclick", (event) => {
    const id = event.target.closest(ROW)?.dataset.trackId;
    if (id && !event.target.closest("a, button")) playHere(id);
  });

  on("track", showCurrent, signal);
  on("state", showCurrent, signal);
  on("collected", (event) => { if (String(event.detail) === String(selected.get())) selected.clear(); }, signal);
  on("want", () => { if (!el.checkVisibility()) return; const first = selected.get()[0] ?? tracks.keys().next().value; if (tracks.has(first)) playHere(first); }, signal);
  on("failed", (event) => {
    const artist = rows.querySelector(`[data-track-id="${CSS.escape(event.detail.track.id)}"] .al-artist`);
    if (artist) artist.dataset.fails = t("row.unplayable");
  }, signal);
  const listeners = {
    "change:view": draw,
    "change:exact": () => { if (model.get("view").state === "ready") showTotal(model.get("view")); },
    "change:chips": () => chips.show(model.get("chips")),
    "change:problem": explain,
    "change:selected": showSelected,
    "msg:custom": told,
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  draw();
  listeners["change:chips"]();
  explain();
  return () => {
    controller.abort();
    clearTimeout(trying);
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
  };
}
