// Writing into the file's tags: what would change first, then a button that does it.
import { h, icon } from "./dom.js";
import { styled, toast } from "./page.js";
import { t, written } from "./text.js";

const NOTATIONS = ["name", "camelot", "open"];

export async function render({ model, el }) {
  await styled;
  const send = (message) => model.send(message);
  let waits = false; // for what was asked: the button that did it has lost the focus by then
  const choices = new Map(); // field -> whether somebody wants it
  const isTicked = (row) => choices.get(row.field) ?? row.ticked;
  const button = (text, action, props = {}) => h("button", { type: "button", className: "al-button", onclick: action, ...props }, text);

  const offer = () => [h("p", { className: "al-hint" }, t("writing.hint")),
    h("div", { className: "al-choose" }, button(t("writing.start"), () => send({ type: "look" }), { dataset: { first: "" } }))];
  const line = (row, changed) => h("tr", { dataset: { write: row.field } },
    h("th", { scope: "row" }, h("label", { className: "al-choice" }, h("input", { type: "checkbox", checked: isTicked(row), onchange: (event) => { choices.set(row.field, event.target.checked); changed(); } }), h("span", { className: "al-choice-name" }, written(row.label)))),
    h("td", { dir: "auto" }, row.old ?? h("span", { className: "al-hint" }, t("writing.nothing"))),
    h("td", { dir: "auto" }, row.new));
  const notation = (view) => h("label", { className: "al-notation" }, h("span", { className: "al-hint" }, t("writing.keys_as")),
    h("select", { "aria-label": t("writing.notation"), dataset: { keep: "" }, onchange: (event) => send({ type: "look", notation: event.target.value }) },
      NOTATIONS.map((name) => h("option", { value: name, selected: name === view.notation }, t(`notations.${name}`)))));
  const cancel = () => button(t("all.cancel"), () => send({ type: "close" }));
  const plan = (view) => {
    if (view.reason) return [h("p", { className: "al-wrong-text" }, icon("warning"), h("span", {}, t("writing.impossible", { reason: view.reason }))), cancel()];
    if (!view.rows.length) return [h("p", { className: "al-hint" }, t("writing.nothing_new")), h("div", { className: "al-choose" }, notation(view), cancel())];
    const write = button(t("writing.write"), () => { waits = true; write.disabled = true; send({ type: "write", fields: view.rows.filter(isTicked).map((row) => row.field), notation: view.notation }); }, { className: "al-button al-primary", dataset: { first: "" } });
    const changed = () => { write.disabled = !view.rows.some(isTicked); };
    changed();
    const heads = ["", t("writing.file_says"), t("writing.would_say")];
    return [h("div", { className: "al-claims" }, h("table", {},
      h("thead", {}, h("tr", {}, heads.map((text) => (text ? h("th", { scope: "col" }, text) : h("td"))))),
      h("tbody", {}, view.rows.map((row) => line(row, changed))))),
      h("div", { className: "al-choose" }, write, cancel(), notation(view))];
  };

  let before = model.get("view").state;
  const draw = () => {
    const view = model.get("view");
    const focused = el.contains(document.activeElement) || (waits && document.activeElement === document.body);
    waits = false;
    el.hidden = view.state === "off";
    el.replaceChildren(...(el.hidden ? [] : [h("section", { className: "al-group", "aria-labelledby": "al-group-write" },
      h("h3", { id: "al-group-write" }, t("writing.heading")), ...(view.state === "plan" ? plan(view) : offer()))]));
    const same = before === view.state && view.state === "plan";
    if (focused) el.querySelector(same ? "[data-keep]" : "[data-first], button")?.focus();
    before = view.state;
  };
  const told = (message) => { if (message.type === "toast") toast(written(message.text), "note", message.undo ? () => send(message.undo) : null); };
  model.on("change:view", draw);
  model.on("msg:custom", told);
  draw();
  return () => { model.off("change:view", draw); model.off("msg:custom", told); };
}
