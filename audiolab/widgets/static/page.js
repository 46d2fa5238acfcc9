// What all our widgets on one page share: the address of the server, the hub, toasts.
import { h, icon } from "./dom.js";
import { t } from "./text.js";

const options = document.getElementById("jupyter-config-data");
const base = (options && JSON.parse(options.textContent).baseUrl) || "/";

/** Whether this is our own page (Voila), not a notebook in JupyterLab. */
export const inVoila = document.body.dataset.voila !== undefined;

// Set by the loader (part.py) where no server of ours answers: name of a file -> its address.
const files = globalThis.__audiolabFiles;
/** Whether everything comes through the kernel, as in VS Code and Colab. */
export const carried = files !== undefined;

/** Address of one of our handlers, e.g. address("stream", id). */
export const address = (kind, name) => new URL(`${base}audiolab/${kind}/${name}`, location.href).href;

/** Address of another page of the dashboard, e.g. rendered("scan"); for pages only, not notebooks. */
export const rendered = (name) => `${base}voila/render/${name}.ipynb`;

/** Address of a view of this page, e.g. pageOf({ track: id }); null in notebooks, where it has none. */
export const pageOf = (params) => (inVoila ? `${location.pathname}?${new URLSearchParams(params)}` : null);

/** Link the stylesheets once; resolves when they apply. Our own pages have all of them in one. */
const sheets = ["tokens.css", "controls.css", "browser.css", "filters.css", "tracks.css", "cards.css", "player.css", "queue.css", "playlists.css", "scan.css", "plots.css", "track.css", "stats.css", "map.css"];
export const styled = Promise.all(inVoila ? [] : sheets.map((name) => {
  const href = files?.[name] ?? new URL(`./${name}`, import.meta.url).href;
  if ([...document.querySelectorAll("link[rel=stylesheet]")].some((link) => link.href === href)) return null;
  return new Promise((resolve) => {
    const link = h("link", { rel: "stylesheet", href });
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}));

/**
 * One per page: `audio`, the one audio element; `bus`; and `track`, what is in the player (a row's
 * dict, or null). playback.js steers it, and says on the bus:
 *   track   another track is in the player        state  it plays or pauses
 *   time    it goes on, or somebody sought        queue  the queue, the list, shuffle or repeat changed
 *   modes   a switch of the player was turned     want   play, but nothing is chosen: who has rows?
 */
export const hub = (globalThis.__audiolab ??= { audio: new Audio(), bus: new EventTarget(), track: null });

export const emit = (type, detail) => hub.bus.dispatchEvent(new CustomEvent(type, { detail }));
/** Listen until the widget's view is removed. */
export const on = (type, listener, signal) => hub.bus.addEventListener(type, listener, { signal });

const TITLE = document.title;

/** Title of the page: the track that is looked at (null: none, nothing: the same), else what plays. */
export function retitle(viewed = hub.viewed) {
  const { audio, track } = hub;
  hub.viewed = viewed ?? null;
  const name = hub.viewed ?? (track && !audio.paused && !audio.ended ? track.title : null);
  if (inVoila) document.title = name === null ? TITLE : `${name} · audiolab`;
}

/** A passing message, read out by screen readers; with `undo`, a button that takes it back. */
export function toast(text, kind = "note", undo = null) {
  let box = document.querySelector(".al-toasts");
  if (!box) document.body.append((box = h("div", { className: "al-toasts", role: "status", ariaLive: "polite" })));
  const message = h("div", { className: kind === "error" ? "al-toast al-error" : "al-toast" }, icon(kind === "error" ? "warning" : "note"), h("span", { dir: "auto" }, text),
    undo ? h("button", { type: "button", className: "al-undo", onclick: () => { message.remove(); if (before?.isConnected) before.focus(); undo(); } }, t("all.undo")) : null);
  let before = null; // what had the focus: it gets it back
  message.addEventListener("focusin", ({ relatedTarget }) => { if (!message.contains(relatedTarget)) before = relatedTarget; });
  box.append(message);
  const end = () => { if (message.matches(":hover, :focus-within")) setTimeout(end, 2000); else message.remove(); };
  setTimeout(end, undo ? 8000 : 5000);
}
