// Switches of the player, behind one button: even loudness, preview, beats.
import { h, icon } from "./dom.js";
import { gainOf } from "./loudness.js";
import { hub, on } from "./page.js";
import { setMode } from "./playback.js";
import { SECONDS } from "./preview.js";
import { decimal, t } from "./text.js";

const SWITCHES = [
  ["even", () => t("modes.even_hint")],
  ["preview", () => t("modes.preview_hint", { seconds: SECONDS })],
  ["beats", () => t("modes.beats_hint")],
];

const decibels = (gain) => t("player.gain", { gain: `${gain < 0 ? "−" : "+"}${decimal(Math.abs(gain), 1)}` });

export function playerMenu(signal) {
  const rows = SWITCHES.map(([name, hint]) => {
    const label = t(`modes.${name}`);
    const box = h("input", { type: "checkbox", role: "switch", "aria-label": label, onchange: () => setMode(name, box.checked) });
    const note = h("small", {}, hint());
    return { name, box, note, hint, element: h("label", { className: "al-toggle" }, h("span", {}, h("b", {}, label), note), box) };
  });
  const summary = h("summary", { className: "al-quiet", title: t("player.sound"), "aria-label": t("player.sound") }, icon("tune"));
  const element = h("details", { className: "al-menu al-player-menu" }, summary, h("div", { className: "al-items" }, rows.map((row) => row.element)));
  const show = () => {
    for (const { name, box, note, hint } of rows) {
      box.checked = hub.modes[name];
      const gain = name === "even" && hub.modes.even && hub.track ? gainOf(hub.track) : null;
      note.textContent = gain === null ? hint() : decibels(gain);
    }
    element.classList.toggle("al-preview-on", hub.modes.preview);
  };
  element.addEventListener("focusout", (event) => { if (event.relatedTarget && !element.contains(event.relatedTarget)) element.open = false; });
  document.addEventListener("pointerdown", (event) => { if (!element.contains(event.target)) element.open = false; }, { signal });
  element.addEventListener("keydown", (event) => { if (event.key === "Escape" && element.open) { element.open = false; summary.focus(); event.stopPropagation(); } });
  for (const name of ["modes", "track"]) on(name, show, signal);
  show();
  return element;
}
