// A line that says why something is not offered, and what to do about it.
import { h } from "./dom.js";
import { written } from "./text.js";

export function note() {
  const element = h("p", { className: "al-section-note" });
  return { element, update({ text }) { element.textContent = written(text); }, show() {} };
}
