// Saving as a playlist, adding to one, and renaming: one dialog, which stays until it is done.
import { h, icon } from "./dom.js";
import { plural } from "./format.js";

const KINDS = [
  ["smart", "Follows the filter", "Tracks that match later are in it by themselves."],
  ["fixed", "These tracks", "As they are now, to be put in order by hand."],
  ["sequence", "A sequence", "Each track goes well with the one before, in sound, key and tempo."],
];
const CURVES = [["warm-up", "up to a peak at the end"], ["arc", "up to a peak, then down again"], ["wind-down", "down"], ["level", "level"], ["none", "as it comes"]];
const LENGTH = 20;

export function playlistDialog(model, el, send) {
  let mode = "save";
  let ids = null;
  let renamed = "";
  const title = h("h2", { id: "al-playlist-title" });
  const name = h("input", { type: "text", maxLength: 200, required: true, autocomplete: "off", className: "al-text-field" });
  const problem = h("p", { className: "al-problem", role: "alert" });
  const kinds = KINDS.map(([value, label, hint]) => h("label", { className: "al-kind", dataset: { kind: value } },
    h("input", { type: "radio", name: "al-kind", value, onchange: () => showKind() }), h("span", {}, h("b", {}, label), h("small", {}, hint))));
  const curve = h("select", {}, CURVES.map(([value, text]) => h("option", { value }, text)));
  const length = h("input", { type: "number", min: 1, max: 200, value: LENGTH, className: "al-text-field" });
  const making = h("div", { className: "al-making" }, h("label", {}, "Tempo ", curve), h("label", {}, "Tracks ", length));
  const choice = h("fieldset", { className: "al-kinds" }, h("legend", {}, "What is in it"), kinds, making);
  const there = h("ul", { className: "al-there" });
  const existing = h("section", { "aria-label": "Playlists" }, there, h("h3", {}, "Or a new one"));
  const save = h("button", { type: "submit", className: "al-button al-primary" }, "Save");
  const cancel = h("button", { type: "button", className: "al-button", onclick: () => element.close() }, "Cancel");
  const form = h("form", { method: "dialog" }, title, existing, h("label", { className: "al-named" }, h("span", {}, "Name"), name), choice, problem, h("div", { className: "al-choose" }, save, cancel));
  const element = h("dialog", { className: "al-dialog", "aria-labelledby": "al-playlist-title" }, form);

  const kind = () => form.querySelector("input[name=al-kind]:checked")?.value ?? "fixed";
  const showKind = () => { making.hidden = kind() !== "sequence"; };
  const into = (list) => h("li", {}, h("button", { type: "button", className: "al-item", onclick: () => send({ type: "add", name: list.name, ids }) }, icon("queue"), h("span", { dir: "auto" }, list.name), h("span", { className: "al-count" }, String(list.tracks))));
  const explain = (text) => { problem.replaceChildren(...(text ? [icon("warning"), h("span", {}, text)] : [])); save.disabled = false; };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    if (mode === "rename") send({ type: "rename", name: renamed, to: name.value });
    else send({ type: "save", name: name.value, kind: kind(), ids, curve: curve.value, length: length.valueAsNumber || LENGTH });
  });
  element.addEventListener("keydown", (event) => event.stopPropagation());
  element.addEventListener("click", (event) => { if (event.target === element) element.close(); });

  return {
    element,
    explain,
    /** `how`: "save" (what is shown), "add" (tracks, by their ids) or "rename" (a playlist, by its name). */
    open(how, what = null) {
      mode = how;
      ids = how === "add" ? what : null;
      renamed = how === "rename" ? what : "";
      const fixed = model.get("lists").filter((list) => !list.smart);
      const follows = how === "save" && model.get("follows");
      title.textContent = { save: "Save as a playlist", add: `Add ${plural(ids?.length ?? 0, "track", "tracks")} to a playlist`, rename: "Rename the playlist" }[how];
      existing.hidden = how !== "add" || fixed.length === 0;
      there.replaceChildren(...(existing.hidden ? [] : fixed.map(into)));
      choice.hidden = how === "rename" || ids?.length === 1;
      kinds[0].hidden = !follows;
      kinds[follows ? 0 : 1].querySelector("input").checked = true;
      length.value = ids ? ids.length : LENGTH;
      name.value = renamed;
      showKind();
      explain("");
      (el.closest(".al-browser") ?? el).append(element);
      element.showModal();
      if (existing.hidden) name.select(); else there.querySelector("button").focus();
    },
    close: () => element.close(),
  };
}
