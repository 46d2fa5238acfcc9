// The search box: waits until typing pauses, says what is wrong with a query.
import { debounce, h, icon, iconButton } from "./dom.js";
import { inVoila, styled } from "./page.js";

const PAUSE = 300;

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const input = h("input", {
    type: "search", placeholder: "Search titles, artists, or bpm:120..128 key:8A", autocomplete: "off", spellcheck: false,
    "aria-label": "Search", "aria-describedby": "al-search-problem", value: model.get("value"), enterKeyHint: "search",
  });
  const clear = iconButton("clear", "Clear search", { className: "al-quiet" });
  const problem = h("p", { id: "al-search-problem", className: "al-problem", role: "alert" });
  const field = h("div", { className: "al-field" }, icon("search"), input, clear);
  el.append(h("search", { role: "search" }, field, problem));

  const commit = () => { later.cancel(); model.set("value", input.value); model.save_changes(); };
  const later = debounce(commit, PAUSE);
  const tidy = () => { clear.hidden = input.value === ""; };
  const replace = (text) => { input.value = text; tidy(); commit(); input.focus(); };
  const fromKernel = () => { if (model.get("value") !== input.value) { input.value = model.get("value"); later.cancel(); } tidy(); };
  const explain = () => {
    const { message, suggestion } = model.get("problem");
    field.classList.toggle("al-wrong", Boolean(message));
    input.setAttribute("aria-invalid", String(Boolean(message)));
    problem.replaceChildren(...(message ? [icon("warning"), h("span", {}, message)] : []));
    if (message && suggestion && suggestion.includes(":")) problem.append(h("button", { type: "button", className: "al-link", onclick: () => replace(suggestion) }, suggestion));
  };

  input.addEventListener("input", () => { tidy(); later(); });
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") commit();
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
  return () => { later.cancel(); controller.abort(); model.off("change:value", fromKernel); model.off("change:problem", explain); };
}
