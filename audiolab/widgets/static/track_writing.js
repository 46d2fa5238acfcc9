// Writing into the file's tags: what would change first, then a button that does it.
import { h, icon } from "./dom.js";
import { styled, toast } from "./page.js";

const NOTATIONS = [["name", "F#m"], ["camelot", "11A"], ["open", "4m"]];

export async function render({ model, el }) {
  await styled;
  const send = (message) => model.send(message);
  const choices = new Map(); // field -> whether somebody wants it
  const isTicked = (row) => choices.get(row.field) ?? row.ticked;
  const button = (text, action, props = {}) => h("button", { type: "button", className: "al-button", onclick: action, ...props }, text);

  const offer = () => [h("p", { className: "al-hint" }, "Puts what audiolab knows into the tags of the file. Its sound stays as it is, and it can be undone."),
    h("div", { className: "al-choose" }, button("Write to the file…", () => send({ type: "look" }), { dataset: { first: "" } }))];
  const line = (row, changed) => h("tr", { dataset: { write: row.field } },
    h("th", { scope: "row" }, h("label", { className: "al-choice" }, h("input", { type: "checkbox", checked: isTicked(row), onchange: (event) => { choices.set(row.field, event.target.checked); changed(); } }), h("span", { className: "al-choice-name" }, row.label))),
    h("td", { dir: "auto" }, row.old ?? h("span", { className: "al-hint" }, "nothing")),
    h("td", { dir: "auto" }, row.new));
  const notation = (view) => h("label", { className: "al-notation" }, h("span", { className: "al-hint" }, "Keys as"),
    h("select", { "aria-label": "Notation of keys", onchange: (event) => send({ type: "look", notation: event.target.value }) },
      NOTATIONS.map(([name, text]) => h("option", { value: name, selected: name === view.notation }, text))));
  const cancel = () => button("Cancel", () => send({ type: "close" }));
  const plan = (view) => {
    if (view.reason) return [h("p", { className: "al-wrong-text" }, icon("warning"), h("span", {}, `Nothing can be written: ${view.reason}.`)), cancel()];
    if (!view.rows.length) return [h("p", { className: "al-hint" }, "The file says all of it already."), h("div", { className: "al-choose" }, notation(view), cancel())];
    const write = button("Write", () => { write.disabled = true; send({ type: "write", fields: view.rows.filter(isTicked).map((row) => row.field), notation: view.notation }); }, { className: "al-button al-primary", dataset: { first: "" } });
    const changed = () => { write.disabled = !view.rows.some(isTicked); };
    changed();
    const heads = ["", "The file says", "It would say"];
    return [h("div", { className: "al-claims" }, h("table", {},
      h("thead", {}, h("tr", {}, heads.map((text) => (text ? h("th", { scope: "col" }, text) : h("td"))))),
      h("tbody", {}, view.rows.map((row) => line(row, changed))))),
      h("div", { className: "al-choose" }, write, cancel(), notation(view))];
  };

  let before = model.get("view").state;
  const draw = () => {
    const view = model.get("view");
    const focused = el.contains(document.activeElement);
    el.hidden = view.state === "off";
    el.replaceChildren(...(el.hidden ? [] : [h("section", { className: "al-group", "aria-labelledby": "al-group-write" },
      h("h3", { id: "al-group-write" }, "Write tags"), ...(view.state === "plan" ? plan(view) : offer()))]));
    if (focused && before !== view.state) el.querySelector("[data-first], button")?.focus();
    before = view.state;
  };
  const told = (message) => { if (message.type === "toast") toast(message.text, "note", message.undo ? () => send(message.undo) : null); };
  model.on("change:view", draw);
  model.on("msg:custom", told);
  draw();
  return () => { model.off("change:view", draw); model.off("msg:custom", told); };
}
