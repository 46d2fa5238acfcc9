// The player's keys: on our own page everywhere but in fields, in notebooks within the player only.
import { flipMute, setVolume } from "./loudness.js";
import { hub, inVoila } from "./page.js";
import { next, position, previous, seek, toggle } from "./playback.js";

const STEP = 5; // seconds an arrow key goes
const KEYS = {
  " ": toggle,
  ArrowLeft: () => seek(position() - STEP),
  ArrowRight: () => seek(position() + STEP),
  ArrowUp: () => setVolume(hub.volume + 0.05),
  ArrowDown: () => setVolume(hub.volume - 0.05),
  Home: () => seek(0),
  m: flipMute,
  n: next,
  p: previous,
};
const SCROLL = ["ArrowUp", "ArrowDown", "Home"];

export function playerKeys(bar, wave, signal) {
  const pressed = (event) => {
    const action = KEYS[event.key];
    if (!action || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const onWave = target === wave;
    if (!onWave && target.closest("input, select, textarea, [contenteditable], [role=checkbox], [role=menu]")) return;
    if (event.key === " " && target.closest("button, a, summary")) return;
    if (!onWave && !bar.contains(target) && SCROLL.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  (inVoila ? document : bar).addEventListener("keydown", pressed, { signal });
}
