// The statistics page: totals, what is worth a look, and the charts.
import { growingBars, namedBars, planeCells, uprightBars } from "./chart_bars.js";
import { leadsTo, travel } from "./chart_link.js";
import { wheelWedges } from "./chart_wheel.js";
import { h, icon } from "./dom.js";
import { emptyLibrary, noMatch } from "./empty_states.js";
import { inVoila, styled } from "./page.js";
import { count, t, written } from "./text.js";

const DRAWN = { bars: uprightBars, growth: growingBars, names: namedBars, plane: planeCells, wheel: wheelWedges };

const total = ({ label, value, note }) => h("div", { className: "al-figure" }, h("dt", {}, written(label)), h("dd", {}, h("b", {}, written(value)), note ? h("small", {}, written(note)) : null));

function doubt({ label, why, tracks, add }, base, narrow) {
  const content = [h("span", { className: "al-doubt-name" }, label), h("small", {}, why), h("b", {}, count(tracks))];
  return h("li", {}, inVoila ? h("a", { className: "al-doubt", href: leadsTo(base, add) }, content)
    : h("button", { type: "button", className: "al-doubt", onclick: () => narrow(add) }, content));
}

function chart(declared, base, narrow) {
  const known = declared.bars.some((bar) => bar.tracks > 0);
  const readout = h("span", { className: "al-readout", "aria-hidden": "true" });
  const name = `al-chart-${declared.name}`;
  const section = h("section", { className: `al-chart al-chart-${declared.kind}`, dataset: { chart: declared.name }, "aria-labelledby": name },
    h("div", { className: "al-chart-head" }, h("h3", { id: name }, written(declared.label)), readout));
  if (!known) {
    section.classList.add("al-unknown-chart");
    section.append(h("p", { className: "al-hint" }, t("stats.not_known")));
    return section;
  }
  const { element, links, step } = DRAWN[declared.kind](declared, base);
  const tell = (event) => {
    const at = event.target.closest("a")?.dataset;
    readout.textContent = at ? t("chart.bar", { name: at.text, count: Number(at.tracks) }) : "";
  };
  for (const type of ["pointerover", "focusin"]) links.addEventListener(type, tell);
  for (const type of ["pointerleave", "focusout"]) links.addEventListener(type, () => { readout.textContent = ""; });
  travel(links, step, (place) => narrow(declared.bars[place].add));
  section.append(element);
  return section;
}

export async function render({ model, el }) {
  await styled;
  const narrow = (add) => model.send({ type: "narrow", add });
  const page = h("div", { className: "al-stats-page" });
  el.append(page);

  const draw = () => {
    const view = model.get("view");
    if (view.state === "loading") return;
    document.getElementById("loading")?.remove(); // the page's own skeleton
    const focus = [document.activeElement?.closest("[data-chart]")?.dataset.chart, document.activeElement?.dataset?.text];
    if (view.state !== "ready") { page.replaceChildren(view.state === "empty" ? emptyLibrary() : noMatch(() => model.send({ type: "clear" }))); return; }
    const worth = h("section", { className: "al-doubts", "aria-labelledby": "al-doubts" }, h("h3", { id: "al-doubts" }, t("stats.worth")),
      view.doubts.length ? h("ul", {}, view.doubts.map((one) => doubt(one, view.base, narrow))) : h("p", { className: "al-hint" }, icon("check"), t("stats.nothing_odd")));
    page.replaceChildren(h("dl", { className: "al-figures" }, view.totals.map(total)),
      view.approximate ? h("p", { className: "al-hint" }, t("stats.sampled")) : "",
      h("div", { className: "al-charts" }, view.charts.slice(0, 1).map((one) => chart(one, view.base, narrow)), worth, view.charts.slice(1).map((one) => chart(one, view.base, narrow))));
    if (focus[0]) [...page.querySelectorAll(`[data-chart="${focus[0]}"] a`)].find((one) => one.dataset.text === focus[1])?.focus();
  };
  model.on("change:view", draw);
  draw();
  return () => model.off("change:view", draw);
}
