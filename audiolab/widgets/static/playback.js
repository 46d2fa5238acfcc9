// Steering the page's one audio element. Whoever shows tracks plays them by this, from any widget:
//
//   import { play, enqueue, playNext } … "./playback.js"
//   play(track, { list, source })  play a row's dict from its beginning, or go on with it if it is
//                                  the current one. `list` (rows) follows it in order, and `source`
//                                  ({ query, sort }) says what the catalog has behind the list.
//                                  Without a list: the one we are in if it has the track, else alone.
//   enqueue(track), playNext(track)  one or several, at the end of the queue or before it; toasts.
//   toggle(), next(), previous(), seek(seconds), position(), duration()
//
// `hub.track` is what is in the player, `hub.queue` the state of queue.js; on("track" | "state" |
// "time" | "queue", …) of page.js tells when they change. Time is the track's: `position()`, not
// the audio element's, which starts anew where a converted file is sought in (source.js).
import { emit, hub, inVoila, toast } from "./page.js";
import * as line from "./queue.js";
import { keep, kept, leave, left } from "./memory.js";
import { previewOf } from "./preview.js";
import { letGo, open, position, seekIn } from "./source.js";
import { t } from "./text.js";

export { position };

const AGAIN = 3; // seconds after which "previous" means the beginning of this track
const TRIES = 5; // tracks in a row that may fail before nothing more is tried
const { audio } = hub;

if (!hub.queue) {
  const { queue, at } = left();
  hub.queue = { ...line.empty, shuffle: kept("shuffle", false), repeat: kept("repeat", "off"), ...queue };
  hub.track = hub.queue.current;
  hub.pending = hub.track ? at : null;
}
hub.modes ??= { even: kept("even", true), preview: kept("preview", false), beats: kept("beats", false) };
hub.failures ??= 0;

/** Length of the current track in seconds; the file's own word, else the catalog's. */
export const duration = () => (!hub.converted && Number.isFinite(audio.duration) && audio.duration) || hub.track?.duration || 0;
export const playing = () => !audio.paused && !audio.ended;

export function play(track, context = {}) {
  const same = hub.track?.id === track.id;
  hub.failures = 0;
  hub.alone = true; // nothing else instead, should it fail
  change(line.choose(hub.queue, track, context));
  if (same && hub.coming === track.id) return; // it is on its way
  if (same && audio.src && !audio.error && !audio.ended) start();
  else begin(same && !audio.ended ? position() : 0);
}

export function toggle() {
  if (playing()) audio.pause();
  else if (hub.track) play(hub.track);
  else if (hub.queue.queued.length) next();
  else emit("want");
}

export function seek(seconds) {
  if (!hub.track) return;
  hub.window = null; // who seeks wants to hear it there, preview or not
  seekIn(Math.min(Math.max(0, seconds), Math.max(0, duration() - 0.05)));
  emit("time");
}

export const next = () => follow(line.next);

export function previous() {
  const before = position() > AGAIN ? null : line.previous(hub.queue);
  if (before) go(before);
  else if (hub.track) begin();
}

const several = (tracks) => (Array.isArray(tracks) ? tracks : [tracks]);
const named = (tracks) => (tracks.length === 1 ? tracks[0].title : t("all.tracks", { count: tracks.length }));

export function enqueue(tracks) {
  change(line.enqueue(hub.queue, several(tracks)));
  toast(t("player.added", { name: named(several(tracks)) }));
}

export function playNext(tracks) {
  change(line.playNext(hub.queue, several(tracks)));
  toast(t("player.plays_next", { name: named(several(tracks)) }));
}

/** Play an entry of the queue now; go on to a place of the line. */
export const jump = (key) => go(line.jump(hub.queue, key));
export const goTo = (at) => go(line.goTo(hub.queue, at));

/** Another state of the queue, made by queue.js: `change(remove(hub.queue, key))`. */
export function change(state) {
  const other = state.current !== hub.track;
  if (state.current?.id !== hub.track?.id) [hub.window, hub.pending, hub.recovered] = [null, 0, null];
  hub.queue = state;
  hub.track = state.current;
  keep("shuffle", state.shuffle);
  keep("repeat", state.repeat);
  if (other) emit("track");
  emit("queue");
  if (line.rest(state, 2).length < 2) extend();
}

/** Turn a switch of the player: "even" loudness, "preview" or "beats". */
export function setMode(name, on) {
  hub.modes = { ...hub.modes, [name]: on };
  keep(name, on);
  if (name === "preview") hub.window = null;
  if (name === "preview" && on && hub.track) { if (playing()) begin(); else letGo(0); }
  emit("modes");
}

function go(state) {
  change(state);
  hub.alone = false;
  begin();
}

async function follow(how) {
  const state = how(hub.queue);
  if (state) go(state);
  else if (await extend()) follow(how);
  else emit("state");
}

/** Ask the catalog for more of the line; resolves to whether something follows. */
async function extend() {
  const wish = line.wish(hub.queue);
  if (!wish || !hub.behind) return false;
  const { line: before } = hub.queue;
  if (hub.extending?.line !== before) hub.extending = { line: before, answer: hub.behind(wish).catch(() => []) };
  const tracks = await hub.extending.answer;
  if (hub.queue.line !== before) return line.next(hub.queue) !== null;
  change(line.append(hub.queue, tracks));
  return line.next(hub.queue) !== null || extend(); // they may all have been known
}

function begin(at = 0) {
  if (hub.modes.preview && !at) beginPreview(hub.track);
  else openAt(at);
}

async function beginPreview(track) {
  hub.coming = track.id;
  audio.pause();
  const window = await previewOf(track);
  if (hub.track?.id !== track.id) return; // another one was chosen meanwhile
  const sought = hub.pending > 0; // somebody wants to hear another place
  hub.coming = null;
  hub.window = sought ? null : window;
  openAt(sought ? hub.pending : window.start);
}

function openAt(at) {
  const { track } = hub;
  const opening = open(track, at);
  if (opening) opening.then((ready) => { if (ready && hub.track?.id === track.id) start(); });
  else start();
  emit("state");
}

function start() {
  audio.play().catch((error) => {
    if (error.name === "NotAllowedError") toast(t("player.click_first"));
    emit("state");
  });
}

function failed({ track, reason }) {
  toast(t("player.failed", { title: track.title, reason }), "error");
  emit("state");
  hub.failures += 1;
  if (!hub.alone && hub.failures < TRIES) next();
}

function again({ at, going }) {
  if (going) openAt(at);
  else letGo(at); // who pauses for long is not kept connected
}

/** A preview ends where its window does. */
function watchWindow() {
  if (!hub.window || !playing() || position() < hub.window.end) return;
  hub.window = null;
  audio.pause();
  follow(line.ended);
}

if (!hub.wired) {
  hub.wired = true;
  audio.preload = "metadata";
  for (const name of ["play", "playing", "pause", "ended", "waiting"]) audio.addEventListener(name, () => emit("state"));
  for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) audio.addEventListener(name, () => emit("time"));
  audio.addEventListener("playing", () => { hub.failures = 0; });
  audio.addEventListener("ended", () => follow(line.ended));
  // Voila ends the kernel before the page is hidden, and then nobody is there to be told anything.
  if (inVoila) addEventListener("beforeunload", () => { hub.left = true; });
  addEventListener("pagehide", () => { hub.left = true; leave({ queue: { ...hub.queue, past: [] }, at: position() }); });
  addEventListener("pageshow", () => { hub.left = false; });
  hub.bus.addEventListener("time", watchWindow);
  hub.bus.addEventListener("failed", (event) => failed(event.detail));
  hub.bus.addEventListener("again", (event) => again(event.detail));
}
