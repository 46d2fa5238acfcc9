// What somebody drew round some tracks, and what can be done with them.
import { h, icon, iconButton } from "./dom.js";
import { plural } from "./format.js";
import { inVoila, rendered, toast } from "./page.js";

/** `deeds`: `play()`, `keep(name)` (a promise), `narrow()`, `base()` (parameters of the filter), `clear()`. */
export function mapSelection(deeds) {
  const number = h("b", { "aria-live": "polite" });
  const way = (name, label) => h("a", { className: "al-word" }, icon(name), h("span", {}, label));
  const button = (name, label, onclick, dataset = {}) => h("button", { type: "button", className: "al-word", dataset, onclick }, icon(name), h("span", {}, label));
  const [library, similar] = [way("rows", "Open in the library"), way("similar", "More like these")];
  const name = h("input", { type: "text", maxLength: 200, required: true, placeholder: "Name of the playlist", "aria-label": "Name of the playlist" });
  const form = h("form", { className: "al-map-keep", hidden: true }, name, h("button", { className: "al-button al-primary al-small" }, "Save"));
  const element = h("div", { className: "al-selected al-map-selected", role: "toolbar", "aria-label": "Selected tracks", hidden: true }, number,
    button("play", "Play", () => deeds.play()), ...(inVoila ? [library] : []), button("filter", "Filter by these", () => deeds.narrow()), ...(inVoila ? [similar] : []),
    button("plus", "Playlist", () => { form.hidden = !form.hidden; if (!form.hidden) name.focus(); }, { writes: "" }), form,
    iconButton("clear", "Clear selection", { className: "al-quiet", onclick: () => deeds.clear() }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const kept = await deeds.keep(name.value).catch((error) => { toast(error.message, "error"); return null; });
    if (!kept) return;
    toast(`${plural(kept.tracks, "track", "tracks")} kept as the playlist ${kept.name}`);
    form.hidden = true;
    name.value = "";
  });
  element.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Escape") deeds.clear(); });
  return {
    element,
    show(selected) {
      element.hidden = !selected;
      if (!selected) { form.hidden = true; return; }
      number.textContent = `${plural(selected.tracks, "track", "tracks")} selected`;
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
