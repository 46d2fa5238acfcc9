// How loud: the visitor's volume, times the gain that makes tracks equally loud.
//
// The gain is ReplayGain's (the catalog's, to -18 LUFS), and never more than the track's true peak
// leaves room for, so nothing clips. Up to full scale it is done by the element's own volume, which
// needs nobody's leave. Only a quiet track at a high volume needs more than that: then the sound
// goes through a GainNode, once the browser lets an AudioContext run, which it does after a click.
import { hub, on } from "./page.js";
import { keep, kept } from "./memory.js";

const { audio } = hub;
hub.volume ??= Math.min(1, Math.max(0, Number(kept("volume", 0.8)) || 0));

const MOST_GAIN = 12; // dB: what is fainter is mostly noise, which nobody wants to hear louder

/** Gain of a track in dB, as it is applied; null where it is not known. */
export function gainOf(track) {
  if (typeof track?.gain !== "number") return null;
  return Math.min(track.gain, -(track.peak ?? 0), MOST_GAIN);
}

const factor = () => (hub.modes.even ? 10 ** ((gainOf(hub.track) ?? 0) / 20) : 1);

export function setVolume(volume) {
  hub.volume = Math.min(1, Math.max(0, volume));
  audio.muted = false;
  keep("volume", hub.volume);
  keep("muted", false);
  apply();
}

export function flipMute() {
  audio.muted = !audio.muted;
  keep("muted", audio.muted);
}

export function apply() {
  const level = hub.volume * factor();
  audio.volume = Math.min(1, level);
  if (level > 1 && !hub.amplifier) amplify();
  if (hub.amplifier) hub.amplifier.gain.value = Math.max(1, level);
}

async function amplify() {
  if (hub.amplifying || !globalThis.AudioContext || !navigator.userActivation?.hasBeenActive) return;
  hub.amplifying = true;
  const context = new AudioContext({ latencyHint: "playback" });
  await context.resume();
  if (context.state !== "running") { hub.amplifying = false; context.close(); return; }
  hub.amplifier = context.createGain();
  context.createMediaElementSource(audio).connect(hub.amplifier).connect(context.destination);
  apply();
}

/** Keep the volume right, whatever plays. */
export function watchLoudness(signal) {
  audio.muted = kept("muted", false) === true;
  for (const name of ["track", "modes"]) on(name, apply, signal);
  audio.addEventListener("play", () => { hub.amplifier?.context.resume(); apply(); }, { signal });
  apply();
}
