// Class scores of a head as bars, the likeliest first; the rest on demand.
import { h } from "./dom.js";
import { finePercent, t } from "./text.js";

const bar = ({ name, share }) => h("li", { className: "al-score" },
  h("span", { className: "al-score-name", dir: "auto", title: name }, name),
  h("span", { className: "al-meter", "aria-hidden": "true", style: { "--share": `${share * 100}%` } }, h("i")),
  h("span", { className: "al-score-share" }, finePercent(share)));

/** `open` holds the heads whose lists are unfolded; `redraw` after it has changed. */
export function scoreBars({ head, label, first, total, classes }, open, redraw) {
  const all = open.has(head);
  const more = classes.length > first && first > 1;
  const flip = () => { if (all) open.delete(head); else open.add(head); redraw(); };
  return h("div", { className: "al-scores" },
    h("ul", { "aria-label": t("facts.scores", { name: label }) }, classes.slice(0, all ? undefined : first).map(bar)),
    more ? h("button", { type: "button", className: "al-link", "aria-expanded": String(all), dataset: { keep: `more ${head}` }, onclick: flip }, all ? t("all.show_fewer") : classes.length === total ? t("all.show_all", { count: total }) : t("facts.show_scores", { count: classes.length, total })) : null);
}
