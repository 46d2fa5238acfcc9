// The search box: offers ways on while typing, waits until it pauses, shows where a mistake is.
import { debounce, h, icon, iconButton } from "./dom.js";
import { inVoila, styled } from "./page.js";
import { suggestionStrip } from "./suggestions.js";
import { t, written } from "./text.js";

const PAUSE = 300;

/** What lies before, in and after the word that begins at a position (in characters). */
function around(text, position) {
  const characters = [...text];
  const rest = characters.slice(position).join("");
  const word = rest.match(/^(?:"[^"]*"?|[^\s"])+/)?.[0] ?? "";
  return [characters.slice(0, position).join(""), word, rest.slice(word.length)];
}

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const input = h("input", {
    type: "search", placeholder: t("search.placeholder"), autocomplete: "off", spellcheck: false,
    "aria-label": t("search.label"), "aria-describedby": "al-search-problem", value: model.get("value"), enterKeyHint: "search",
  });
  const clear = iconButton("clear", t("search.clear"), { className: "al-quiet" });
  const problem = h("p", { id: "al-search-problem", className: "al-problem", role: "alert" });
  const mistake = h("span", { className: "al-mistake" });
  const mirror = h("div", { className: "al-mirror", "aria-hidden": "true" }); // the text again, for the line under it
  const field = h("div", { className: "al-field" }, icon("search"), h("div", { className: "al-typing" }, mirror, input), clear);
  const strip = suggestionStrip(model, input, (text, done) => { input.value = text; tidy(); if (done) commit(); input.focus(); });
  el.append(h("search", { role: "search" }, field, strip.element, problem));

  const commit = () => { later.cancel(); model.set("value", input.value); model.save_changes(); };
  const later = debounce(commit, PAUSE);
  const scrolled = () => { mirror.scrollLeft = input.scrollLeft; };
  const underline = () => {
    const { message, position } = model.get("problem");
    const here = Boolean(message) && typeof position === "number" && input.value === model.get("value");
    mirror.replaceChildren();
    if (!here) return;
    const [before, word, after] = around(input.value, position);
    mistake.textContent = word || "\u00a0";
    mirror.append(before, mistake, after);
    scrolled();
  };
  const tidy = () => { clear.hidden = input.value === ""; underline(); strip.typed(); };
  const replace = (text) => { input.value = text; tidy(); commit(); input.focus(); };
  const fromKernel = () => { if (model.get("value") !== input.value) { input.value = model.get("value"); later.cancel(); } tidy(); };
  const explain = () => {
    const { message, suggestion } = model.get("problem");
    field.classList.toggle("al-wrong", Boolean(message));
    input.setAttribute("aria-invalid", String(Boolean(message)));
    problem.replaceChildren(...(message ? [icon("warning"), h("span", {}, written(message))] : []));
    if (message && suggestion && suggestion.includes(":")) problem.append(h("button", { type: "button", className: "al-link", onclick: () => replace(suggestion) }, suggestion));
    underline();
  };

  input.addEventListener("input", () => { tidy(); later(); });
  input.addEventListener("scroll", scrolled);
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") commit();
    if (event.key === "ArrowDown" && strip.enter()) event.preventDefault();
    if (event.key === "Escape" && input.value) { event.preventDefault(); replace(""); }
  });
  clear.addEventListener("click", () => replace(""));
  if (inVoila) document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest?.("input, select, textarea")) return;
    event.preventDefault();
    input.select();
  }, { signal: controller.signal });
  model.on("change:value", fromKernel);
  model.on("change:problem", explain);
  tidy();
  explain();
  return () => { later.cancel(); strip.remove(); controller.abort(); model.off("change:value", fromKernel); model.off("change:problem", explain); };
}
