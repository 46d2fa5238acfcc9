// What all our widgets on one page share: the address of the server, the one audio element, toasts.
import { h, icon } from "./dom.js";

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

/** Link the stylesheets once; resolves when they apply. */
const sheets = ["tokens.css", "controls.css", "browser.css", "filters.css", "tracks.css", "player.css"];
export const styled = Promise.all(sheets.map((name) => {
  const href = files?.[name] ?? new URL(`./${name}`, import.meta.url).href;
  if ([...document.querySelectorAll("link[rel=stylesheet]")].some((link) => link.href === href)) return null;
  return new Promise((resolve) => {
    const link = h("link", { rel: "stylesheet", href });
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}));

const create = () => ({ audio: new Audio(), bus: new EventTarget(), track: null });
/** { audio, bus, track, carry }: one per page. The bus says "track", "state", "time" and "want". */
export const hub = (globalThis.__audiolab ??= create());
const { audio, bus } = hub;

export const emit = (type, detail) => bus.dispatchEvent(new CustomEvent(type, { detail }));
/** Listen until the widget's view is removed. */
export const on = (type, listener, signal) => bus.addEventListener(type, listener, { signal });

if (!hub.wired) {
  hub.wired = true;
  audio.preload = "metadata";
  for (const name of ["play", "playing", "pause", "ended", "waiting"]) audio.addEventListener(name, () => emit("state"));
  for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) audio.addEventListener(name, () => emit("time"));
  audio.addEventListener("error", () => { if (hub.track) explain(hub.track); });
}

/** Play a track from its beginning, or go on with it if it is the current one. */
export function play(track) {
  if (hub.coming === track.id) return;
  if (hub.track?.id === track.id && audio.src) { start(); return; }
  hub.track = track;
  if (carried) { carry(track); return; }
  audio.src = address("stream", track.id);
  emit("track");
  start();
}

function start() {
  audio.play().catch((error) => {
    if (error.name === "NotAllowedError") toast("The browser waits for a click before it plays.");
    emit("state");
  });
}

/** Play a track that comes through the kernel. */
async function carry(track) {
  hub.coming = track.id;
  if (audio.src.startsWith("blob:")) URL.revokeObjectURL(audio.src);
  audio.removeAttribute("src");
  audio.load();
  emit("track");
  emit("state");
  const failed = (error) => toast(`${track.title}: ${error.message}`, "error");
  const href = await hub.carry("stream", track.id).catch((error) => { if (hub.track === track) failed(error); });
  if (hub.coming === track.id) hub.coming = null;
  if (hub.track !== track) { if (href) URL.revokeObjectURL(href); return; } // another one was chosen meanwhile
  if (href) { audio.src = href; start(); }
}

/** Pause or go on; with nothing to play, ask the list for a track. */
export function toggle() {
  if (!hub.track) emit("want");
  else if (audio.paused) play(hub.track);
  else audio.pause();
}

/** Length of the current track in seconds; the file's own word, else the catalog's. */
export const duration = () => (Number.isFinite(audio.duration) && audio.duration) || hub.track?.duration || 0;

export function seek(seconds) {
  if (!hub.track) return;
  audio.currentTime = Math.min(Math.max(0, seconds), Math.max(0, duration() - 0.05));
  emit("time");
}

/** Why the current track cannot be played, in the server's words. */
async function explain(track) {
  let reason = "this browser cannot play the file";
  if (!audio.src.startsWith("blob:")) try {
    const answer = await fetch(address("stream", track.id), { headers: { Range: "bytes=0-0" } });
    if (answer.status === 404 && hub.carry) { carry(track); return; } // the server has another catalog
    if (!answer.ok) reason = (await answer.json()).detail ?? reason;
  } catch { reason = "the server does not answer"; }
  if (hub.track?.id === track.id) { emit("state"); toast(`${track.title}: ${reason}`, "error"); }
}

/** A passing message, read out by screen readers. */
export function toast(text, kind = "note") {
  let box = document.querySelector(".al-toasts");
  if (!box) document.body.append((box = h("div", { className: "al-toasts", role: "status", ariaLive: "polite" })));
  const message = h("div", { className: `al-toast al-${kind}` }, icon(kind === "error" ? "warning" : "note"), h("span", { dir: "auto" }, text));
  box.append(message);
  setTimeout(() => message.remove(), 5000);
}
