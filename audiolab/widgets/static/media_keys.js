// Media keys, headphones and the lock screen, by the Media Session API.
import { address, carried, hub, on } from "./page.js";
import { duration, next, playing, position, previous, seek, toggle } from "./playback.js";

const STEP = 10; // seconds, where the system does not say

const ACTIONS = {
  play: () => { if (!playing()) toggle(); },
  pause: () => hub.audio.pause(),
  stop: () => hub.audio.pause(),
  previoustrack: previous,
  nexttrack: next,
  seekbackward: ({ seekOffset }) => seek(position() - (seekOffset || STEP)),
  seekforward: ({ seekOffset }) => seek(position() + (seekOffset || STEP)),
  seekto: ({ seekTime }) => seek(seekTime),
};

export function mediaKeys(signal) {
  const { mediaSession: session } = navigator;
  if (!session) return;
  for (const [name, action] of Object.entries(ACTIONS)) {
    try { session.setActionHandler(name, action); } catch { /* this browser has no such key */ }
  }
  const show = () => {
    const { track } = hub;
    const artwork = track?.artwork && !carried ? [{ src: address("artwork", track.id) }] : [];
    session.metadata = track && new MediaMetadata({ title: track.title, artist: track.artist ?? "", album: track.album ?? "", artwork });
  };
  const showState = () => {
    session.playbackState = hub.track ? (playing() ? "playing" : "paused") : "none";
    const [whole, at] = [duration(), position()];
    if (whole > 0 && at <= whole) session.setPositionState?.({ duration: whole, position: at });
  };
  on("track", show, signal);
  on("state", showState, signal);
  hub.audio.addEventListener("seeked", showState, { signal });
  show();
  signal.addEventListener("abort", () => {
    if (hub.players > 0) return; // another one on this page
    for (const name of Object.keys(ACTIONS)) { try { session.setActionHandler(name, null); } catch { /* as above */ } }
    session.metadata = null;
  });
}
