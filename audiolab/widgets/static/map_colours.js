// Colours of points: those of plots/style.py, which everybody can tell apart, and of the key wheel.
import { hue } from "./format.js";

const NAMES = {
  light: ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"],
  dark: ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2"],
};
const OTHERS = "#8A8D96";
// Cividis (Nuñez, Anderton & Renslow, PLOS ONE 13, 2018), for amounts.
const CIVIDIS = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];
const UNKNOWN = 255;

export const theme = () => (document.body.dataset.jpThemeLight === "false" ? "dark" : "light");

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** [red, green, blue] of any colour that CSS knows. */
export function rgb(colour) {
  probe.fillStyle = "#000";
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

const mixed = (from, to, share) => from.map((value, at) => Math.round(value + (to[at] - value) * share));

const keyColour = (code) => {
  const minor = code.endsWith("A");
  return `oklch(${(theme() === "dark" ? 0.62 : 0.55) + (minor ? 0 : 0.16)} 0.13 ${hue(code)})`;
};
const code = (at) => `${(at % 12) + 1}${at < 12 ? "A" : "B"}`;

/** CSS colours of a legend's names, in order. */
export const namedColours = ({ kind, names }) => names.map((_, at) => (kind === "keys" ? keyColour(code(at)) : NAMES[theme()][at]));
export const othersColour = OTHERS;
/** Without its darkest part on dark paper, where nobody would see it. */
const amounts = () => (theme() === "dark" ? CIVIDIS.slice(2) : CIVIDIS);
export const scaleGradient = () => `linear-gradient(to right, ${amounts().join(", ")})`;

/** Colours of the 256 codes, as red, green, blue in a row. */
export function palette(legend) {
  const colours = new Uint8Array(256 * 3);
  const put = (at, colour) => colours.set(colour, at * 3);
  const others = rgb(OTHERS);
  for (let at = 0; at < 256; at += 1) put(at, others);
  if (legend.kind === "scale") {
    const stops = amounts().map(rgb);
    for (let at = 0; at < UNKNOWN; at += 1) {
      const place = (at / (UNKNOWN - 1)) * (stops.length - 1);
      const low = Math.min(stops.length - 2, Math.floor(place));
      put(at, mixed(stops[low], stops[low + 1], place - low));
    }
  } else namedColours(legend).forEach((colour, at) => put(at, rgb(colour)));
  return colours;
}
