// One value: what it is called, what it is, how sure that is; where it comes from on hover.
import { h, icon, svg } from "./dom.js";
import { percent, t, written } from "./text.js";

let tips = 0;

/** A label that explains itself when it is pointed at or has the focus. */
function explained({ field, label, meaning, source, confidence }) {
  const id = `al-tip-${++tips}`;
  return h("span", { className: "al-explained" },
    h("span", { className: "al-what", tabIndex: 0, "aria-describedby": id, dataset: { keep: `what ${field}` } }, written(label)),
    h("span", { className: "al-tip", role: "tooltip", id }, h("span", {}, written(meaning)),
      h("span", { className: "al-tip-source" }, t("facts.source", { source })),
      confidence === null ? null : h("span", { className: "al-tip-source" }, t("facts.confidence_line", { percent: percent(confidence) }))));
}

const sureness = (share) => h("span", { className: "al-sure", role: "img", "aria-label": t("facts.confidence", { percent: percent(share) }), title: t("facts.confidence", { percent: percent(share) }), style: { "--share": String(share) } },
  h("i"), h("i"), h("i"), h("i"));

function profile(values) {
  const all = values.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const scale = 27 / (high - low || 1);
  const width = 100 / values.length;
  const bars = values.map(({ name, value }, place) => {
    const top = (high - Math.max(0, value)) * scale;
    const bar = svg("rect", { x: place * width + width * 0.12, y: top, width: width * 0.76, height: Math.max(0.5, Math.abs(value) * scale), rx: 0.6 });
    const tip = svg("title");
    tip.textContent = `${name}: ${value.toFixed(3)}`;
    bar.append(tip);
    return bar;
  });
  const named = values[0].name === "C";
  return h("span", { className: "al-profile" },
    svg("svg", { viewBox: "0 0 100 28", preserveAspectRatio: "none", role: "img", "aria-label": values.map(({ name, value }) => `${name} ${value.toFixed(2)}`).join(", ") }, ...bars),
    named ? h("span", { className: "al-profile-names", "aria-hidden": "true" }, values.map(({ name }) => h("i", {}, name))) : null);
}

/** `correction`: { shown, flip, undo, panel } where the value can be corrected, else null. */
export function factRow(fact, correction) {
  const { field, text, unit, share, confidence, corrected, analysed, value, profile: values } = fact;
  const unknown = value === null && !values && text?.key === "facts.unknown";
  const pencil = correction && h("button", { type: "button", className: "al-quiet al-pencil", title: t("correct.what"), "aria-label": t("correct.value", { label: fact.label }), "aria-expanded": String(correction.shown), dataset: { correct: field, keep: `correct ${field}`, writes: "" }, onclick: correction.flip }, icon("pencil"));
  const mark = corrected && h("p", { className: "al-corrected" }, icon("check"), h("span", {}, t("facts.corrected", { value: analysed })),
    correction ? h("button", { type: "button", className: "al-link", dataset: { writes: "" }, onclick: correction.undo }, t("all.undo")) : null);
  const shown = values ? profile(values) : [
    share === null ? null : h("span", { className: "al-meter", "aria-hidden": "true", style: { "--share": `${share * 100}%` } }, h("i")),
    h("span", { className: "al-number", dir: "auto" }, written(text)), unit ? h("span", { className: "al-unit" }, unit) : null];
  return h("div", { className: "al-value-row", dataset: { field } },
    h("dt", {}, explained(fact)),
    h("dd", { className: unknown ? "al-value al-unknown" : "al-value" }, shown, confidence === null || unknown ? null : sureness(confidence), pencil),
    mark || correction?.panel ? h("dd", { className: "al-below" }, mark || null, correction?.panel) : null);
}
