// What somebody drew round some tracks, and what can be done with them.
import { h, icon, iconButton } from "./dom.js";
import { inVoila, rendered, toast } from "./page.js";
import { t } from "./text.js";

/** `deeds`: `play()`, `keep(name)` (a promise), `narrow()`, `base()` (parameters of the filter), `clear()`. */
export function mapSelection(deeds) {
  const number = h("b", { "aria-live": "polite" });
  const way = (name, label) => h("a", { className: "al-word" }, icon(name), h("span", {}, label));
  const button = (name, label, onclick, dataset = {}) => h("button", { type: "button", className: "al-word", dataset, onclick }, icon(name), h("span", {}, label));
  const [library, similar] = [way("rows", t("map.open")), way("similar", t("map.similar"))];
  const name = h("input", { type: "text", maxLength: 200, required: true, placeholder: t("map.playlist_name"), "aria-label": t("map.playlist_name") });
  const form = h("form", { className: "al-map-keep", hidden: true }, name, h("button", { className: "al-button al-primary al-small" }, t("all.save")));
  const element = h("div", { className: "al-selected al-map-selected", role: "toolbar", "aria-label": t("all.selected_tracks"), hidden: true }, number,
    button("play", t("all.play"), () => deeds.play()), ...(inVoila ? [library] : []), button("filter", t("map.filter_by"), () => deeds.narrow()), ...(inVoila ? [similar] : []),
    button("plus", t("map.playlist"), () => { form.hidden = !form.hidden; if (!form.hidden) name.focus(); }, { writes: "" }), form,
    iconButton("clear", t("all.clear_selection"), { className: "al-quiet", onclick: () => deeds.clear() }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const kept = await deeds.keep(name.value).catch((error) => { toast(error.message, "error"); return null; });
    if (!kept) return;
    toast(t("map.kept", { count: kept.tracks, name: kept.name }));
    form.hidden = true;
    name.value = "";
  });
  element.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Escape") deeds.clear(); });
  return {
    element,
    show(selected) {
      element.hidden = !selected;
      if (!selected) { form.hidden = true; return; }
      number.textContent = t("all.tracks_selected", { count: selected.tracks });
      for (const one of element.querySelectorAll("button, a")) one.toggleAttribute("inert", selected.tracks === 0 && !one.classList.contains("al-quiet"));
      if (!inVoila) return;
      const params = new URLSearchParams();
      for (const [key, values] of Object.entries(deeds.base())) for (const one of values) if (key !== "region") params.append(key, one);
      const both = deeds.base().region ?? [];
      params.append("region", selected.region);
      if (both.length) params.set("q", [params.get("q"), ...both.map((one) => `region:${one}`)].filter(Boolean).join(" "));
      library.href = `${rendered("library")}?${params}`;
      similar.href = `${rendered("library")}?${new URLSearchParams(selected.seeds.map((id) => ["similar", id]))}`;
    },
  };
}
