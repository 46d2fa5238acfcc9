// One line under the search box with ways on from the word being typed. It has its place always,
// so nothing below it moves.
import { debounce, h } from "./dom.js";
import { t } from "./text.js";

const PAUSE = 120;
const WORD = /(?:[^\s"]|"[^"]*"?)+$/; // up to the end of the text
const ways = (list) => list.map(({ text, label }, place) => h("button", { type: "button", className: "al-way", title: label, tabIndex: place === 0 ? 0 : -1, dir: "auto", dataset: { text } }, text));

/** `put(text, done)` is called with the whole new text, and whether it can be searched for. */
export function suggestionStrip(model, input, put) {
  const element = h("div", { className: "al-ways", role: "group", "aria-label": t("search.suggestions") });
  const word = () => input.value.match(WORD)?.[0] ?? "";
  const ask = debounce(() => { model.set("typed", word()); model.save_changes(); }, PAUSE);
  const show = () => {
    const items = model.get("suggestions").filter((item) => item.text !== word());
    element.replaceChildren(...ways(items));
  };
  const move = (step) => {
    const all = [...element.children];
    (all[all.indexOf(document.activeElement) + step] ?? input).focus();
  };
  element.addEventListener("click", (event) => {
    const text = event.target.closest(".al-way")?.dataset.text;
    if (text === undefined) return;
    const waits = text.endsWith(":");
    put(input.value.replace(WORD, "") + text + (waits ? "" : " "), !waits);
  });
  element.addEventListener("keydown", (event) => {
    const action = { ArrowRight: () => move(1), ArrowLeft: () => move(-1), ArrowUp: () => input.focus(), Escape: () => input.focus() }[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  model.on("change:suggestions", show);
  show();
  return {
    element,
    typed: () => { if (word() !== model.get("typed")) ask(); else ask.cancel(); },
    /** Go from the box into the strip; whether there is anything. */
    enter: () => { element.firstChild?.focus(); return Boolean(element.firstChild); },
    remove: () => { ask.cancel(); model.off("change:suggestions", show); },
  };
}
