// The list of tracks: total and order above, rows, pages below; and what to do if there are none.
import { h, icon, iconButton } from "./dom.js";
import { count } from "./format.js";
import { header, row, skeleton } from "./track_row.js";
import { chipRow } from "./chips.js";
import { takeAway } from "./take_away.js";
import { emptyLibrary, noMatch } from "./empty_states.js";
import { hub, on, play, styled, toast } from "./page.js";

const SORTS = [["added_at", "Recently added"], ["title", "Title"], ["artist", "Artist"], ["tempo_bpm", "BPM"], ["key", "Key"], ["energy", "Energy"], ["duration_seconds", "Duration"]];
const WAIT = 150; // ms before the list shows that it is being brought up to date

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const total = h("p", { className: "al-total", dataset: { total: "" } });
  const select = h("select", { "aria-label": "Sort by" }, SORTS.map(([value, text]) => h("option", { value }, text)));
  const direction = iconButton("down", "Descending", { className: "al-quiet" });
  const take = takeAway(model);
  const head = h("div", { className: "al-toolbar" }, total, take.element, h("div", { className: "al-sort" }, h("span", { "aria-hidden": "true" }, "Sort by"), select, direction));
  const retry = h("button", { type: "button", className: "al-button" }, "Try again");
  const reason = h("span");
  const banner = h("div", { className: "al-banner", role: "alert", hidden: true }, icon("warning"), reason, retry);
  const rows = h("div", { role: "table", "aria-label": "Tracks", className: "al-rows" });
  const instead = h("div", { className: "al-instead" });
  const [previous, next] = [iconButton("previous", "Previous page", { className: "al-quiet" }), iconButton("next", "Next page", { className: "al-quiet" })];
  const place = h("span", { className: "al-place" });
  const pager = h("nav", { className: "al-pager", "aria-label": "Pages" }, previous, place, next);
  const chips = chipRow((message) => send(message));
  el.append(chips.element, head, banner, header(), rows, instead, pager);

  let tracks = new Map();
  let waiting = 0;
  const send = (message) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => rows.setAttribute("aria-busy", "true"), WAIT);
    model.send(message);
  };
  const arrived = () => { clearTimeout(waiting); rows.removeAttribute("aria-busy"); };

  const draw = () => {
    const view = model.get("view");
    arrived();
    document.getElementById("loading")?.remove(); // the page's own skeleton
    if (view.state === "loading") { rows.replaceChildren(...skeleton()); showTotal(null); return; }
    tracks = new Map(view.rows.map((track) => [track.id, track]));
    rows.replaceChildren(...view.rows.map(row));
    instead.replaceChildren(...(view.state === "empty" ? [emptyLibrary()] : view.state === "no_match" ? [noMatch(() => send({ type: "clear" }))] : []));
    el.classList.toggle("al-has-rows", view.total > 0);
    showTotal(view);
    showCurrent();
    showSelected();
  };
  const showTotal = (view) => {
    pager.hidden = head.hidden = !view || view.total === 0;
    if (!view) return;
    const exact = model.get("exact");
    const all = exact ?? view.total;
    const more = view.more && exact === null;
    const pages = Math.max(1, Math.ceil(all / view.size));
    const first = (view.page - 1) * view.size + 1;
    take.show(view);
    total.dataset.total = all;
    total.replaceChildren(`${count(first)}–${count(first + view.rows.length - 1)} of `, h("b", {}, count(all) + (more ? "+" : "")));
    select.value = view.sort.replace("-", "");
    const descending = view.sort.startsWith("-");
    direction.replaceChildren(icon(descending ? "down" : "up"));
    direction.ariaLabel = direction.title = descending ? "Descending" : "Ascending";
    previous.disabled = view.page <= 1;
    next.disabled = more ? view.rows.length < view.size : view.page >= pages;
    place.textContent = more ? `Page ${count(view.page)}` : `Page ${count(view.page)} of ${count(pages)}`;
    pager.hidden = pages === 1;
  };
  const showCurrent = () => {
    for (const element of rows.querySelectorAll("[data-track-id]")) {
      const current = element.dataset.trackId === hub.track?.id;
      const playing = current && !hub.audio.paused;
      element.classList.toggle("al-current", current);
      element.classList.toggle("al-playing", playing);
      element.querySelector(".al-tile").setAttribute("aria-pressed", String(playing));
    }
  };
  const showSelected = () => {
    const chosen = new Set(model.get("selected"));
    for (const element of rows.querySelectorAll("[data-track-id]")) element.setAttribute("aria-selected", String(chosen.has(element.dataset.trackId)));
  };
  const selectRow = (id, more) => {
    const chosen = model.get("selected");
    model.set("selected", more ? (chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]) : [id]);
    model.save_changes();
    showSelected();
  };
  const listen = (id) => {
    if (hub.track?.id === id && !hub.audio.paused) hub.audio.pause();
    else play(tracks.get(id));
  };
  const turn = (page) => { send({ type: "page", page }); el.scrollIntoView({ block: "start" }); };
  const sortBy = (field, descending) => send({ type: "sort", sort: `${descending ? "-" : ""}${field}` });

  rows.addEventListener("click", (event) => {
    const id = event.target.closest("[data-track-id]")?.dataset.trackId;
    if (!id) return;
    if (event.target.closest(".al-tile")) listen(id);
    else if (!event.target.closest("a")) selectRow(id, event.ctrlKey || event.metaKey);
  });
  rows.addEventListener("dblclick", (event) => {
    const id = event.target.closest("[data-track-id]")?.dataset.trackId;
    if (id && !event.target.closest("a, button")) play(tracks.get(id));
  });
  select.addEventListener("change", () => sortBy(select.value, select.value === "added_at"));
  direction.addEventListener("click", () => sortBy(select.value, !model.get("view").sort.startsWith("-")));
  previous.addEventListener("click", () => turn(model.get("view").page - 1));
  next.addEventListener("click", () => turn(model.get("view").page + 1));
  retry.addEventListener("click", () => send({ type: "retry" }));
  const explain = () => {
    const { message } = model.get("problem");
    arrived();
    banner.hidden = !message;
    reason.textContent = message ? `The list is not up to date. ${message}` : "";
    if (message) document.getElementById("loading")?.remove();
  };
  const told = (message) => { if (message.type === "toast") toast(message.text); };

  on("track", showCurrent, controller.signal);
  on("state", showCurrent, controller.signal);
  on("want", () => { const first = model.get("selected")[0] ?? tracks.keys().next().value; if (tracks.has(first)) play(tracks.get(first)); }, controller.signal);
  const counted = () => { if (model.get("view").state === "ready") showTotal(model.get("view")); };
  model.on("change:view", draw);
  model.on("change:exact", counted);
  const showChips = () => chips.show(model.get("chips"));
  model.on("change:chips", showChips);
  model.on("change:problem", explain);
  model.on("change:selected", showSelected);
  model.on("msg:custom", told);
  draw();
  showChips();
  explain();
  return () => {
    controller.abort();
    model.off("change:view", draw);
    model.off("change:exact", counted);
    model.off("change:chips", showChips);
    model.off("change:problem", explain);
    model.off("change:selected", showSelected);
    model.off("msg:custom", told);
  };
}
