// The chosen filters above the list: each can be taken off, all at once too.
import { h, icon } from "./dom.js";
import { t, written } from "./text.js";

export function chipRow(send) {
  const element = h("div", { className: "al-chips", role: "group", "aria-label": t("chips.active") });
  const chip = ({ name, value, text, label }) => h("button", { type: "button", className: "al-chip", title: written(label), "aria-label": t("chips.remove", { label, text }),
    onclick: () => send({ type: "unchoose", name, value }) }, h("span", { dir: "auto" }, written(text)), icon("clear"));
  const all = () => h("button", { type: "button", className: "al-link", onclick: () => send({ type: "unchoose_all" }) }, t("chips.clear_all"));
  return { element, show: (chips) => { element.replaceChildren(...(chips.length ? [...chips.map(chip), all()] : [])); } };
}
