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
import { emit, hub, toast } from "./page.js";
import * as line from "./queue.js";
import { kept, keep } from "./memory.js";
import { open, position, seekIn } from "./source.js";

export { position };

const AGAIN = 3; // seconds after which "previous" means the beginning of this track
const TRIES = 5; // tracks in a row that may fail before nothing more is tried
const { audio } = hub;

hub.queue ??= { ...line.empty, shuffle: kept("shuffle", false), repeat: kept("repeat", "off") };
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
  else if (hub.track) { seek(0); start(); }
}

const several = (tracks) => (Array.isArray(tracks) ? tracks : [tracks]);
const named = (tracks) => (tracks.length === 1 ? tracks[0].title : `${tracks.length} tracks`);

export function enqueue(tracks) {
  change(line.enqueue(hub.queue, several(tracks)));
  toast(`Added to the queue: ${named(several(tracks))}`);
}

export function playNext(tracks) {
  change(line.playNext(hub.queue, several(tracks)));
  toast(`Plays next: ${named(several(tracks))}`);
}

/** Play an entry of the queue now. */
export const jump = (key) => go(line.jump(hub.queue, key));

/** Another state of the queue, made by queue.js: `change(remove(hub.queue, key))`. */
export function change(state) {
  const other = state.current !== hub.track;
  if (state.current?.id !== hub.track?.id) hub.window = hub.pending = hub.recovered = null;
  hub.queue = state;
  hub.track = state.current;
  keep("shuffle", state.shuffle);
  keep("repeat", state.repeat);
  if (other) emit("track");
  emit("queue");
}

/** Turn a switch of the player: "even" loudness, "preview" or "beats". */
export function setMode(name, on) {
  hub.modes = { ...hub.modes, [name]: on };
  keep(name, on);
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

/** Ask for what the catalog has behind the list; resolves to whether something follows. */
async function extend() {
  const { source, list } = hub.queue;
  if (!source || !hub.behind) return false;
  hub.extending ??= hub.behind(source, list.at(-1).id).catch(() => []).finally(() => { hub.extending = null; });
  const tracks = await hub.extending;
  if (hub.queue.list === list) change(line.append(hub.queue, tracks));
  return line.next(hub.queue) !== null;
}

function begin(at = 0) {
  const { track } = hub;
  const opening = open(track, at);
  if (opening) opening.then((ready) => { if (ready && hub.track === track) start(); });
  else start();
  emit("state");
  if (line.rest(hub.queue, 2).length < 2) extend();
}

function start() {
  audio.play().catch((error) => {
    if (error.name === "NotAllowedError") toast("The browser waits for a click before it plays.");
    emit("state");
  });
}

function failed({ track, reason }) {
  toast(`${track.title}: ${reason}`, "error");
  emit("state");
  hub.failures += 1;
  if (!hub.alone && hub.failures < TRIES) next();
}

function again({ at, going }) {
  const opening = open(hub.track, at);
  if (!going) return;
  if (opening) opening.then((ready) => { if (ready) start(); });
  else start();
}

if (!hub.wired) {
  hub.wired = true;
  audio.preload = "metadata";
  for (const name of ["play", "playing", "pause", "ended", "waiting"]) audio.addEventListener(name, () => emit("state"));
  for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) audio.addEventListener(name, () => emit("time"));
  audio.addEventListener("playing", () => { hub.failures = 0; });
  audio.addEventListener("ended", () => follow(line.ended));
  hub.bus.addEventListener("failed", (event) => failed(event.detail));
  hub.bus.addEventListener("again", (event) => again(event.detail));
}
