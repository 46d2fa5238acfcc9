// Whether some tracks are everybody's neighbours: a diagnostic of the sound space, and of a cure.
import { h } from "./dom.js";
import { count, plural } from "./format.js";
import { inVoila, rendered } from "./page.js";

const percent = (share) => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
const figure = (label, value, note) => h("div", { className: "al-figure" }, h("dt", {}, label), h("dd", {}, h("b", {}, value), h("small", {}, note)));

const verdict = (skewness) => (skewness > 3 ? "strong" : skewness > 1 ? "moderate" : "weak");

export function mapHubness(ask) {
  const figures = h("dl", { className: "al-figures" });
  const corrected = h("input", { type: "checkbox", role: "switch" });
  const list = h("ol", { className: "al-map-hubs" });
  const words = h("p", { className: "al-hint" });
  const element = h("details", { className: "al-map-hubness", hidden: true }, h("summary", {}, "Hubs: tracks that turn up everywhere"),
    h("p", { className: "al-hint" }, "In a space of many dimensions some tracks are among the nearest of very many others, whether or not they sound like them, and others of none."),
    h("label", { className: "al-map-switch" }, corrected, h("span", {}, "With mutual proximity, which asks how near two tracks are for each of them")), figures, words, h("h4", {}, "Most frequent neighbours"), list);
  let known = null;

  const draw = () => {
    const found = known?.[corrected.checked ? "corrected" : "none"];
    if (!found) return;
    figures.replaceChildren(
      figure("Hubness", verdict(found.skewness), `skewness ${found.skewness.toFixed(2)} of ${found.k}-occurrence`),
      figure("Hubs", percent(found.hubs), `of the tracks; they take ${percent(found.hub_places)} of all places`),
      figure("Reached", percent(found.coverage), "of the tracks are a near neighbour of another"),
      figure("Largest", count(found.largest), `tracks that one is a neighbour of; the mean is ${found.k}`));
    words.textContent = `Measured among the ${found.k} nearest of ${plural(found.tracks, "track", "tracks")} when the map was made.`;
  };
  const hub = (row) => h("li", {}, h(inVoila ? "a" : "span", { className: "al-title", dir: "auto", href: inVoila ? `${rendered("library")}?${new URLSearchParams({ track: row.id })}` : null }, row.title), h("small", { dir: "auto" }, row.artist ?? ""), h("b", {}, count(row.of)));
  corrected.addEventListener("change", draw);
  element.addEventListener("toggle", async () => {
    if (!element.open) return;
    const { message } = await ask({ type: "hubs" });
    list.replaceChildren(...message.rows.map(hub));
  });
  return {
    element,
    show(hubness) { known = hubness ?? null; element.hidden = !known; draw(); },
  };
}
