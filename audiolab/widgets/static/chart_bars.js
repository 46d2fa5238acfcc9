// Charts of bars: upright, growing, lying with names, and cells in a plane.
import { linked } from "./chart_link.js";
import { h } from "./dom.js";
import { count, t, written } from "./text.js";

const LEAST = 0.012; // height of a bar that is not empty

const share = (tracks, most) => (tracks ? Math.max(LEAST, tracks / most) : 0).toFixed(4);
const said = (bar) => t("chart.bar", { name: bar.text, count: bar.tracks });
const link = (base, bar, className, style, ...content) => h("a", { ...linked(base, bar.add, said(bar)), className: `${className}${bar.tracks ? "" : " al-none"}`, style, dataset: { text: written(bar.text), tracks: bar.tracks } }, ...content);

const scale = (ticks) => h("div", { className: "al-ticks", "aria-hidden": "true" }, ticks.map(({ at, text }) => h("span", { style: { "--at": `${(at * 100).toFixed(2)}%` } }, written(text))));

/** Bars from left to right over an axis. */
export function uprightBars({ bars, ticks }, base) {
  const most = Math.max(1, ...bars.map((bar) => bar.tracks));
  const row = h("div", { className: "al-upright" }, bars.map((bar) => link(base, bar, "al-bar", { "--tall": share(bar.tracks, most) })));
  return { element: h("div", {}, h("p", { className: "al-most", "aria-hidden": "true" }, count(most)), row, scale(ticks)), links: row, step: 1 };
}

/** The same, where bars add up: what was there before, and what came. */
export function growingBars({ bars, ticks }, base) {
  const most = Math.max(1, bars.at(-1)?.total ?? 1);
  const row = h("div", { className: "al-upright al-growing" }, bars.map((bar) => link(base, bar, "al-bar", { "--tall": share(bar.total, most), "--new": bar.total ? (bar.tracks / bar.total).toFixed(4) : "0" })));
  return { element: h("div", {}, h("p", { className: "al-most", "aria-hidden": "true" }, count(most)), row, scale(ticks)), links: row, step: 1 };
}

/** Names from top to bottom. */
export function namedBars({ bars, of }, base) {
  const most = Math.max(1, ...bars.map((bar) => bar.tracks));
  const list = h("div", { className: "al-lying" }, bars.map((bar) => link(base, bar, "al-named", { "--tall": share(bar.tracks, most) },
    h("span", { dir: "auto" }, written(bar.text)), h("i"), h("b", {}, count(bar.tracks)))));
  const rest = of - bars.length;
  return { element: h("div", {}, list, rest > 0 ? h("p", { className: "al-hint" }, t("all.more", { count: rest })) : null), links: list, step: 1 };
}

/** Cells of a plane, the darker the more tracks. */
export function planeCells({ bars, columns, across, up }, base) {
  const most = Math.max(1, ...bars.map((bar) => bar.tracks));
  const cells = h("div", { className: "al-plane", style: { "--columns": String(columns) } }, bars.map((bar) => link(base, bar, "al-cell", { "--deep": Math.sqrt(bar.tracks / most).toFixed(3) })));
  return { element: h("div", { className: "al-plane-box" }, h("span", { className: "al-up", "aria-hidden": "true" }, `${written(up)} →`), cells, h("span", { className: "al-across", "aria-hidden": "true" }, `${written(across)} →`)), links: cells, step: columns };
}
