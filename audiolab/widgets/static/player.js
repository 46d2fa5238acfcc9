// The player: shows and steers the page's one audio element. Only the kernel's own wishes, and what
// it is told of them, pass through the kernel; nothing here waits for it.
import { carrier } from "./carry.js";
import { h, icon } from "./dom.js";
import { clock, tempo } from "./format.js";
import { asker } from "./kernel.js";
import { watchLoudness } from "./loudness.js";
import { mediaKeys } from "./media_keys.js";
import { numbers } from "./numbers.js";
import { address, carried, emit, hub, on, retitle, styled } from "./page.js";
import { change, duration, play, playing, position, seek } from "./playback.js";
import { playerKeys } from "./player_keys.js";
import { playerMenu } from "./player_menu.js";
import { enqueue, playNext } from "./queue.js";
import { queueButton, queuePanel } from "./queue_panel.js";
import { t } from "./text.js";
import { cover, keyChip } from "./track_row.js";
import { transport, volumeControl } from "./transport.js";
import { waveform } from "./waveform.js";

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const { signal } = controller;
  const { audio } = hub;
  const ask = asker(model);
  hub.carry = carrier(ask);
  hub.behind = async (wish) => (await ask({ type: "behind", ...wish })).message.rows;

  const now = h("div", { className: "al-now" });
  const [elapsed, whole] = [h("span", { className: "al-clock" }, "0:00"), h("span", { className: "al-clock" }, "–:––")];
  const wave = waveform(seek);
  const download = h("a", { className: "al-quiet", title: t("all.download"), "aria-label": t("all.download"), download: "" }, icon("download"));
  const queue = queueButton();
  const bar = h("section", { className: "al-player-bar", "aria-label": t("player.heading") }, now, transport(signal),
    h("div", { className: "al-seek" }, elapsed, wave.element, whole),
    h("div", { className: "al-side" }, queue.element, playerMenu(signal), download, volumeControl(signal)), queuePanel(queue, signal));
  if (carried) el.append(h("p", { className: "al-carried", role: "note" }, t("player.by_kernel")));
  bar.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's keys stay out
  el.append(bar);

  const tell = (name, value) => {
    if (hub.left) return; // the page is being closed, and its kernel with it
    model.set(name, value);
    model.save_changes();
  };
  const showTrack = () => {
    const { track } = hub;
    bar.classList.toggle("al-idle", !track);
    download.hidden = carried || !track;
    if (!track) { now.replaceChildren(h("span", { className: "al-hint" }, t("player.idle"))); return; }
    now.replaceChildren(cover(track),
      h("span", { className: "al-name" }, h("span", { className: "al-title", dir: "auto", title: track.title }, track.title), h("span", { className: "al-artist", dir: "auto" }, track.artist ?? t("all.unknown_artist"))),
      h("span", { className: "al-facts" }, track.camelot ? keyChip(track) : null, track.bpm ? h("span", { className: "al-bpm" }, t("all.bpm", { number: tempo(track.bpm) })) : null));
    if (!carried) download.href = `${address("stream", track.id)}?download=1`;
    wave.load(track.id);
    showBeats();
    tell("track", track);
  };
  const showBeats = async () => {
    const { track, modes } = hub;
    const beats = track && modes.beats ? await numbers("beats", track.id) : null;
    if (hub.track === track && hub.modes.beats === modes.beats) wave.mark(beats ?? []);
  };
  const showState = () => {
    const going = playing();
    retitle();
    if (model.get("playing") !== going) tell("playing", going);
    if (going) follow();
    else showTime();
  };
  const showTime = () => {
    elapsed.textContent = clock(hub.track ? position() : 0);
    whole.textContent = hub.track ? clock(duration()) : "–:––";
    wave.limit(hub.window ?? null);
    wave.show(hub.track ? position() : 0, hub.track ? duration() : 0);
  };
  let frame = 0;
  const follow = () => {
    cancelAnimationFrame(frame);
    showTime();
    if (!audio.paused && !signal.aborted) frame = requestAnimationFrame(follow);
  };
  const showQueue = () => {
    const ids = hub.queue.queued.map((entry) => entry.track.id);
    if (String(ids) !== String(model.get("queued"))) tell("queued", ids);
  };
  const told = (message) => {
    if (message.type === "play") { const same = hub.track?.id === message.track.id; play(message.track); if (same) seek(0); }
    if (message.type === "pause") audio.pause();
    if (message.type === "seek") seek(message.seconds);
    if (message.type === "queue") change((message.next ? playNext : enqueue)(hub.queue, message.tracks));
  };

  playerKeys(bar, wave.element, signal);
  mediaKeys(signal);
  watchLoudness(signal);
  for (const [name, show] of Object.entries({ track: showTrack, state: showState, time: showTime, queue: showQueue, modes: showBeats })) on(name, show, signal);
  model.on("msg:custom", told);
  showTrack();
  showState();
  showQueue();
  hub.players = (hub.players ?? 0) + 1;
  return () => {
    hub.players -= 1;
    controller.abort();
    cancelAnimationFrame(frame);
    wave.remove();
    model.off("msg:custom", told);
    if (hub.players === 0) { audio.pause(); emit("state"); }
  };
}
