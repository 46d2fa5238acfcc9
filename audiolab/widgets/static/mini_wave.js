// The small waveform of a row: the peaks as the characters 0 to z (rows.py), drawn as one path.
import { svg } from "./dom.js";

const HEIGHT = 35; // of the largest peak

export function miniWave(bars = "") {
  const path = [...bars].map((character, place) => {
    const tall = Math.max(1, Number.parseInt(character, 36));
    return `M${place + 0.5} ${(HEIGHT - tall) / 2}v${tall}`;
  }).join("");
  return svg("svg", { viewBox: `0 0 ${bars.length || 1} ${HEIGHT}`, preserveAspectRatio: "none", class: "al-mini-wave" }, svg("path", { d: path }));
}
