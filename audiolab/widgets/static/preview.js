// The most characteristic 20 seconds of a track, from what the catalog has of it.
//
// A heuristic of ours, after the observation that a piece is recognised by its refrain, and that
// refrains are loud and begin with a step up: of all windows, those within 5 % of the energy (mean
// of the squared peaks) of the most energetic one are candidates, and of these the one that rises
// most over the seconds before it wins. It begins on the nearest beat, if there is one.
import { numbers } from "./numbers.js";

export const SECONDS = 20;
const AS_LOUD = 0.95;
const BEFORE = 0.5; // windows looked at before one, to see whether it is a rise
const NEAREST = 1; // seconds to a beat, at most

/** { start, end } in seconds; `peaks` are evenly spaced over the duration. */
export function characteristic(peaks, duration, beats = []) {
  if (!peaks?.length || !(duration > SECONDS)) return { start: 0, end: duration || SECONDS };
  const energy = Float64Array.from(peaks, (peak) => peak * peak);
  const sums = [0];
  for (const one of energy) sums.push(sums.at(-1) + one);
  const mean = (from, to) => (to > from ? (sums[to] - sums[from]) / (to - from) : 0);
  const width = Math.max(1, Math.round((SECONDS / duration) * peaks.length));
  const windows = Array.from({ length: peaks.length - width + 1 }, (_, place) => mean(place, place + width));
  const loud = Math.max(...windows) * AS_LOUD;
  const rise = (place) => windows[place] - mean(Math.max(0, place - Math.round(width * BEFORE)), place);
  let best = -1;
  windows.forEach((value, place) => { if (value >= loud && (best < 0 || rise(place) > rise(best))) best = place; });
  const start = Math.min(onBeat((best / peaks.length) * duration, beats), duration - SECONDS);
  return { start, end: start + SECONDS };
}

function onBeat(seconds, beats) {
  let nearest = null;
  for (const beat of beats) if (nearest === null || Math.abs(beat - seconds) < Math.abs(nearest - seconds)) nearest = beat;
  return nearest !== null && Math.abs(nearest - seconds) <= NEAREST ? nearest : seconds;
}

/** The same for a track, whose numbers are asked for. */
export async function previewOf(track) {
  const [peaks, beats] = await Promise.all([numbers("waveform", track.id), numbers("beats", track.id)]);
  return characteristic(peaks, track.duration, beats ?? []);
}
