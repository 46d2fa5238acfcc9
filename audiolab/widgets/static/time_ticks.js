// Ticks of a time axis that read as a clock does, however far it is zoomed.
import { clock } from "./format.js";

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const APART = 110; // pixels from one to the next, at least

/** { vals, text } for a stretch in seconds that is `width` pixels wide. */
export function timeTicks([start, end], width) {
  const step = STEPS.find((one) => (one / (end - start)) * width >= APART) ?? STEPS.at(-1);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const first = Math.ceil(start / step - 1e-9);
  const vals = Array.from({ length: Math.max(0, Math.floor(end / step + 1e-9) - first + 1) }, (_, place) => (first + place) * step);
  const fraction = (seconds) => (seconds % 1).toFixed(digits).slice(1);
  return { vals, text: vals.map((seconds) => clock(seconds) + (digits ? fraction(seconds) : "")) };
}
