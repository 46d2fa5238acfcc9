// The player: shows and steers the page's one audio element. Nothing here waits for the kernel.
import { h, icon, iconButton } from "./dom.js";
import { clock, tempo } from "./format.js";
import { carrier } from "./carry.js";
import { address, carried, emit, hub, inVoila, on, styled } from "./page.js";
import { duration, next, play, playing, position, previous, seek, toggle } from "./playback.js";
import { cover, keyChip } from "./track_row.js";
import { waveform } from "./waveform.js";

const STEP = 5; // seconds an arrow key goes
const VOLUME = "audiolab.volume";

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const { signal } = controller;
  const { audio } = hub;
  const button = h("button", { type: "button", className: "al-play", "aria-label": "Play" });
  const now = h("div", { className: "al-now" });
  const [elapsed, whole] = [h("span", { className: "al-clock" }, "0:00"), h("span", { className: "al-clock" }, "–:––")];
  const wave = waveform(seek);
  const mute = iconButton("volume", "Mute", { className: "al-quiet" });
  const volume = h("input", { type: "range", className: "al-volume", min: 0, max: 1, step: 0.01, "aria-label": "Volume" });
  const download = h("a", { className: "al-quiet", title: "Download", "aria-label": "Download", download: "" }, icon("download"));
  const bar = h("section", { className: "al-player-bar", "aria-label": "Player" }, now, button,
    h("div", { className: "al-seek" }, elapsed, wave.element, whole), h("div", { className: "al-side" }, download, mute, volume));
  if (carried) el.append(h("p", { className: "al-carried", role: "note" }, "There is no audiolab server here, so the sound comes through the notebook's kernel: it starts late, waits while a cell runs, and cannot be downloaded."));
  bar.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's keys stay out
  el.append(bar);

  hub.carry = carrier(model);
  const showTrack = () => {
    const { track } = hub;
    bar.classList.toggle("al-idle", !track);
    if (!track) { now.replaceChildren(h("span", { className: "al-hint" }, "Nothing plays yet")); download.hidden = true; return; }
    now.replaceChildren(cover(track),
      h("span", { className: "al-name" }, h("span", { className: "al-title", dir: "auto", title: track.title }, track.title), h("span", { className: "al-artist", dir: "auto" }, track.artist ?? "Unknown artist")),
      h("span", { className: "al-facts" }, track.camelot ? keyChip(track) : null, track.bpm ? h("span", { className: "al-bpm" }, `${tempo(track.bpm)} BPM`) : null));
    download.hidden = carried;
    if (!carried) {
      download.href = `${address("stream", track.id)}?download=1`;
      wave.load(address("waveform", track.id));
    } else hub.carry("waveform", track.id).then((href) => { if (hub.track === track) wave.load(href); }, () => null);
    model.set("track", track);
    model.save_changes();
  };
  const showState = () => {
    const going = playing();
    button.replaceChildren(icon(going ? "pause" : "play"));
    button.ariaLabel = button.title = going ? "Pause" : "Play";
    if (inVoila) document.title = going ? `${hub.track.title} · audiolab` : "audiolab";
    if (model.get("playing") !== going) { model.set("playing", going); model.save_changes(); }
    if (going) follow();
    else showTime();
  };
  const showTime = () => {
    elapsed.textContent = clock(position());
    whole.textContent = hub.track ? clock(duration()) : "–:––";
    wave.show(position(), duration());
  };
  let frame = 0;
  const follow = () => {
    cancelAnimationFrame(frame);
    showTime();
    if (!audio.paused && !signal.aborted) frame = requestAnimationFrame(follow);
  };
  const loud = (value) => {
    audio.volume = Math.min(1, Math.max(0, value));
    audio.muted = false;
  };
  const showVolume = () => {
    volume.value = audio.muted ? 0 : audio.volume;
    volume.style.setProperty("--share", `${volume.value * 100}%`);
    mute.replaceChildren(icon(audio.muted || audio.volume === 0 ? "muted" : "volume"));
    mute.ariaLabel = mute.title = audio.muted ? "Unmute" : "Mute";
    try { localStorage.setItem(VOLUME, String(audio.volume)); } catch { /* private window */ }
  };

  const keys = {
    " ": toggle,
    ArrowLeft: () => seek(position() - STEP),
    ArrowRight: () => seek(position() + STEP),
    ArrowUp: () => loud(audio.volume + 0.05),
    ArrowDown: () => loud(audio.volume - 0.05),
    Home: () => seek(0),
    n: next,
    p: previous,
    m: () => { audio.muted = !audio.muted; },
  };
  const pressed = (event) => {
    const action = keys[event.key];
    if (!action || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const onWave = target === wave.element;
    if (!onWave && target.closest("input, select, textarea, [contenteditable], [role=checkbox]")) return;
    if (event.key === " " && target.closest("button, a, summary")) return;
    if (!onWave && !bar.contains(target) && ["ArrowUp", "ArrowDown", "Home"].includes(event.key)) return; // they scroll
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  button.addEventListener("click", toggle);
  mute.addEventListener("click", () => { audio.muted = !audio.muted; });
  volume.addEventListener("input", () => loud(Number(volume.value)));
  audio.addEventListener("volumechange", showVolume, { signal });
  (inVoila ? document : bar).addEventListener("keydown", pressed, { signal });
  on("track", showTrack, signal);
  on("state", showState, signal);
  on("time", showTime, signal);
  const told = (message) => {
    if (message.type === "play") play(message.track);
    if (message.type === "pause") audio.pause();
    if (message.type === "seek") seek(message.seconds);
  };
  model.on("msg:custom", told);
  let kept = null;
  try { kept = localStorage.getItem(VOLUME); } catch { /* private window */ }
  loud(kept === null ? 0.8 : Number(kept));
  showVolume();
  showTrack();
  showState();
  hub.players = (hub.players ?? 0) + 1;
  return () => {
    controller.abort();
    cancelAnimationFrame(frame);
    wave.remove();
    model.off("msg:custom", told);
    hub.players -= 1;
    if (hub.players === 0) { audio.pause(); emit("state"); }
  };
}
