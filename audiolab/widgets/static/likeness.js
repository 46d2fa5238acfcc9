// How like a track is, and in what: one number, and a bar for each reason.
import { h } from "./dom.js";
import { percent, t, written } from "./text.js";

/** What tracks can be alike in, and its name. */
export const REASONS = [["embedding", t("alike.sound")], ["tempo", t("all.tempo")], ["key", t("all.key")], ["mood", t("all.mood")]];

export function likeness({ similarity, like }) {
  const known = REASONS.filter(([name]) => like[name] !== null);
  const words = written(known.map(([name, label]) => t("alike.reason", { name: label, percent: percent(like[name]) })));
  return h("span", { className: "al-energy al-like", role: "gridcell", title: words, "aria-label": t("alike.similar", { percent: percent(similarity), reasons: words }) },
    h("span", { className: "al-reasons", "aria-hidden": "true" }, known.map(([name]) => h("i", { style: { "--tall": String(Math.max(0.06, like[name])) } }))),
    percent(similarity));
}
