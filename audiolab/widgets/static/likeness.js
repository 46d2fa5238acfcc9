// How like a track is, and in what: one number, and a bar for each reason.
import { h } from "./dom.js";

const REASONS = [["embedding", "Sound"], ["tempo", "Tempo"], ["key", "Key"], ["mood", "Mood"]];
const percent = (share) => `${Math.round(share * 100)} %`;

export function likeness({ similarity, like }) {
  const known = REASONS.filter(([name]) => like[name] !== null);
  const words = known.map(([name, label]) => `${label} ${percent(like[name])}`).join(", ");
  return h("span", { className: "al-energy al-like", role: "gridcell", title: words, "aria-label": `Similar: ${percent(similarity)}. ${words}` },
    h("span", { className: "al-reasons", "aria-hidden": "true" }, known.map(([name]) => h("i", { style: { "--tall": String(Math.max(0.06, like[name])) } }))),
    percent(similarity));
}
