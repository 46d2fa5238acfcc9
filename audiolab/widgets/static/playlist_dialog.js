// Saving as a playlist, adding to one, and renaming: one dialog, which stays until it is done.
import { h, icon } from "./dom.js";
import { t, written } from "./text.js";

const KINDS = ["smart", "fixed", "sequence"];
const CURVES = ["warm-up", "arc", "wind-down", "level", "none"];
const LENGTH = 20;

export function playlistDialog(model, el, send) {
  let mode = "save";
  let ids = null;
  let renamed = "";
  const title = h("h2", { id: "al-playlist-title" });
  const name = h("input", { type: "text", maxLength: 200, required: true, autocomplete: "off", className: "al-text-field" });
  const problem = h("p", { className: "al-problem", role: "alert" });
  const kinds = KINDS.map((value) => h("label", { className: "al-kind", dataset: { kind: value } },
    h("input", { type: "radio", name: "al-kind", value, onchange: () => showKind() }), h("span", {}, h("b", {}, t(`kinds.${value}`)), h("small", {}, t(`kinds.${value}_hint`)))));
  const curve = h("select", {}, CURVES.map((value) => h("option", { value }, t(`curves.${value}`))));
  const length = h("input", { type: "number", min: 1, max: 200, value: LENGTH, className: "al-text-field" });
  const making = h("div", { className: "al-making" }, h("label", {}, t("all.tempo"), " ", curve), h("label", {}, t("playlists.length"), " ", length));
  const choice = h("fieldset", { className: "al-kinds" }, h("legend", {}, t("playlists.what")), kinds, making);
  const there = h("ul", { className: "al-there" });
  const existing = h("section", { "aria-label": t("all.playlists") }, there, h("h3", {}, t("playlists.new")));
  const save = h("button", { type: "submit", className: "al-button al-primary" }, t("all.save"));
  const cancel = h("button", { type: "button", className: "al-button", onclick: () => element.close() }, t("all.cancel"));
  const form = h("form", { method: "dialog" }, title, existing, h("label", { className: "al-dialog-name" }, h("span", {}, t("all.name")), name), choice, problem, h("div", { className: "al-choose" }, save, cancel));
  const element = h("dialog", { className: "al-dialog", "aria-labelledby": "al-playlist-title" }, form);

  const kind = () => form.querySelector("input[name=al-kind]:checked")?.value ?? "fixed";
  const showKind = () => { making.hidden = kind() !== "sequence"; };
  const into = (list) => h("li", {}, h("button", { type: "button", className: "al-item", onclick: () => send({ type: "add", name: list.name, ids }) }, icon("queue"), h("span", { dir: "auto" }, list.name), h("span", { className: "al-count" }, String(list.tracks))));
  const explain = (text) => { problem.replaceChildren(...(text ? [icon("warning"), h("span", {}, written(text))] : [])); save.disabled = false; };

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
      title.textContent = { save: t("playlists.save_title"), add: t("playlists.add_tracks", { count: ids?.length ?? 0 }), rename: t("playlists.rename_title") }[how];
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
    /** Ids of the tracks that are being added, while they are. */
    adding: () => (element.open && mode === "add" ? ids : null),
    close: () => element.close(),
  };
}
