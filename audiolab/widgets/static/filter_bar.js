// The filter panel: one section per field, built from what the kernel declares.
import { h, icon } from "./dom.js";
import { choiceList } from "./choice_list.js";
import { keyWheel } from "./key_wheel.js";
import { note } from "./note.js";
import { rangeSlider } from "./range_slider.js";
import { styled } from "./page.js";
import { t, written } from "./text.js";
import { yesNo } from "./yes_no.js";

const BUILDERS = { choice: choiceList, key: keyWheel, note, range: rangeSlider, yes_no: yesNo };

export async function render({ model, el }) {
  await styled;
  const shown = new Map(); // field -> { section, control }
  const number = h("span", { className: "al-badge" });
  const opener = h("button", { type: "button", className: "al-opener", "aria-expanded": "false" }, icon("filter"), t("filters.heading"), number);
  const head = h("div", { className: "al-panel-head" }, h("h2", {}, t("filters.heading")));
  const sections = h("div", { className: "al-sections" });
  const panel = h("div", { className: "al-panel" }, head, sections);
  el.append(opener, panel);

  const choose = (name, value) => {
    const chosen = { ...model.get("value") };
    if (!value || value.length === 0) delete chosen[name];
    else chosen[name] = value;
    model.set("value", chosen);
    model.save_changes();
    showValues();
  };
  const add = (declared) => {
    const control = BUILDERS[declared.kind](declared, (value) => choose(declared.name, value));
    const section = h("fieldset", { className: "al-section" }, h("legend", {}, written(declared.label)), control.element);
    shown.set(declared.name, { section, control });
    return section;
  };
  const showSections = () => {
    const declared = model.get("sections");
    const names = declared.map((one) => one.name).join();
    if (names !== [...shown.keys()].join()) {
      shown.clear();
      sections.replaceChildren(...declared.map(add));
    }
    for (const one of declared) shown.get(one.name).control.update(one, model.get("value")[one.name] ?? null);
  };
  const showValues = () => {
    const value = model.get("value");
    for (const [name, { control }] of shown) control.show(value[name] ?? null);
    const active = Object.keys(value).length;
    number.textContent = active || "";
    number.hidden = active === 0;
  };
  opener.addEventListener("click", () => opener.setAttribute("aria-expanded", String(el.classList.toggle("al-open"))));
  model.on("change:sections", showSections);
  model.on("change:value", showValues);
  showSections();
  showValues();
  return () => { model.off("change:sections", showSections); model.off("change:value", showValues); };
}
