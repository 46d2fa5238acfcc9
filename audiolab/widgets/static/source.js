// Where the sound of a track comes from: its file as it is; converted to Ogg/Opus by the server if
// the browser cannot play it, or finds out that it can't; or through the kernel, where no server
// of ours has it. A converted file arrives as it is made, without an end: seeking asks for it anew
// from there, and `hub.from` is the second of the track at which the element's time is 0.
import { address, carried, emit, hub } from "./page.js";
import { t } from "./text.js";

const TYPES = { mp3: "audio/mpeg", wav: "audio/wav", flac: "audio/flac", m4a: "audio/mp4", aac: "audio/aac", ogg: "audio/ogg", oga: "audio/ogg", opus: "audio/ogg", aif: "audio/aiff", aiff: "audio/aiff" };
const PACE = 200; // milliseconds between two requests while somebody drags through a converted file

const { audio } = hub;
hub.from ??= 0;
hub.refused ??= new Set(); // ids of tracks that the browser did not play
hub.byKernel ??= new Set(); // ids of tracks that the server does not know
hub.pending ??= null; // where to go on, while nothing is open there yet
hub.recovered ??= null; // where a lost connection was taken up again

const plays = (track) => !hub.refused.has(track.id) && (!(track.format in TYPES) || audio.canPlayType(TYPES[track.format]) !== "");
const current = (track) => hub.track?.id === track.id;
const throughKernel = (track) => carried || hub.byKernel.has(track.id);

/** Where the music is, in seconds of the track. */
export const position = () => hub.pending ?? hub.from + audio.currentTime;

/** Let the audio element have a track, from a second on; resolves to whether it has (at once, but through the kernel). */
export function open(track, at = 0) {
  hub.converted = !plays(track);
  hub.opened = performance.now();
  if (throughKernel(track)) return carry(track, at);
  [hub.pending, hub.from, hub.coming] = [null, hub.converted ? at : 0, null];
  forget();
  audio.src = hub.converted ? `${address("opus", track.id)}?start=${at.toFixed(2)}` : address("stream", track.id);
  if (at && !hub.converted) audio.currentTime = at;
  return null;
}

/** Go to a second of the open track. */
export function seekIn(at) {
  clearTimeout(hub.seeking);
  if (!audio.src || hub.coming) hub.pending = at;
  else if (!hub.converted || audio.src.startsWith("blob:")) { hub.pending = null; audio.currentTime = at; }
  else {
    hub.pending = at;
    hub.seeking = setTimeout(reopen, Math.max(0, hub.opened + PACE - performance.now()), hub.track);
  }
}

/** Nothing is open any more; it will go on from there. */
export function letGo(at) {
  hub.pending = at;
  forget();
  audio.removeAttribute("src");
  audio.load();
}

function reopen(track) {
  if (!current(track) || hub.pending === null) return;
  const going = !audio.paused;
  open(track, hub.pending);
  if (going) audio.play().catch(() => null); // what is wrong, "error" tells
}

async function carry(track, at) {
  hub.coming = track.id;
  letGo(at);
  const href = await hub.carry(hub.converted ? "opus" : "stream", track.id).catch((error) => { if (current(track)) emit("failed", { track, reason: error.message }); });
  if (hub.coming === track.id) hub.coming = null;
  if (!current(track)) { if (href) URL.revokeObjectURL(href); return false; } // another one was chosen meanwhile
  if (!href) return false;
  const start = hub.pending ?? 0;
  [hub.pending, hub.from, audio.src] = [null, 0, href];
  if (start) audio.currentTime = start;
  return true;
}

function forget() { if (audio.src.startsWith("blob:")) URL.revokeObjectURL(audio.src); }

// The element has given up: another way to the same sound, or a reason.
async function recover() {
  const { track, converted } = hub;
  if (!track || !audio.getAttribute("src")) return;
  const [at, going, kernel] = [position(), !audio.paused, throughKernel(track)];
  const reason = kernel ? null : await trouble(track, converted);
  if (!current(track) || hub.converted !== converted) return;
  const moved = !kernel && throughKernel(track);
  const stuck = converted && !moved && (kernel || (hub.recovered !== null && at < hub.recovered + 1));
  if (reason || stuck) { emit("failed", { track, reason: reason || t("player.cannot") }); return; }
  if (converted) hub.recovered = at; // the connection was lost: go on from here
  else if (!moved) hub.refused.add(track.id);
  emit("again", { at, going });
}

/** What the server has to say about a track that does not play; null if nothing. */
async function trouble(track, converted) {
  try {
    const answer = await fetch(address(converted ? "opus" : "stream", track.id), { headers: { Range: "bytes=0-0" } });
    if (answer.ok) { answer.body?.cancel(); return null; }
    if (answer.status === 404 && hub.carry) { hub.byKernel.add(track.id); return null; } // it has another catalog
    return (await answer.json()).detail ?? answer.statusText;
  } catch { return t("player.no_server"); }
}

if (!hub.recovering) {
  hub.recovering = true;
  audio.addEventListener("error", recover);
}
