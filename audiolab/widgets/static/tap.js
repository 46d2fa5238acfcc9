// A button to tap along on; the tempo is the median of the last intervals.
import { h } from "./dom.js";
import { decimal, t } from "./text.js";

const FORGET = 2500; // milliseconds without a tap: a new try
const KEPT = 12;

/** Beats per minute of taps at these times in milliseconds; null for fewer than three. */
export function tempoOf(times) {
  if (times.length < 3) return null;
  const gaps = times.slice(1).map((time, place) => time - times[place]).sort((a, b) => a - b);
  const middle = gaps.length >> 1;
  return 60_000 / (gaps.length % 2 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2);
}

/** `found(bpm)` is called with every tap from the third on. */
export function tapper(found) {
  let times = [];
  const button = h("button", { type: "button", className: "al-button al-small al-tap", title: t("correct.tap_hint") }, t("correct.tap"));
  const tap = (event) => {
    const now = event.timeStamp;
    if (now - (times.at(-1) ?? now) > FORGET) times = [];
    times = [...times, now].slice(-KEPT);
    const bpm = tempoOf(times);
    button.textContent = t("correct.tapped", { bpm: bpm === null ? "·".repeat(times.length) : decimal(bpm, 1) });
    if (bpm !== null) found(bpm);
  };
  button.addEventListener("pointerdown", tap);
  button.addEventListener("keydown", (event) => { if ((event.key === " " || event.key === "Enter") && !event.repeat) { event.preventDefault(); event.stopPropagation(); tap(event); } });
  return button;
}
