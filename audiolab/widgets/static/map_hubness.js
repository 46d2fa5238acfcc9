// Whether some tracks are everybody's neighbours: a diagnostic of the sound space, and of a cure.
import { h } from "./dom.js";
import { inVoila, rendered } from "./page.js";
import { count, decimal, finePercent, t } from "./text.js";

const figure = (label, value, note) => h("div", { className: "al-figure" }, h("dt", {}, label), h("dd", {}, h("b", {}, value), h("small", {}, note)));

const verdict = (skewness) => (skewness > 3 ? "strong" : skewness > 1 ? "moderate" : "weak");

export function mapHubness(ask) {
  const figures = h("dl", { className: "al-figures" });
  const corrected = h("input", { type: "checkbox", role: "switch" });
  const list = h("ol", { className: "al-map-hubs" });
  const words = h("p", { className: "al-hint" });
  const element = h("details", { className: "al-map-hubness", hidden: true }, h("summary", {}, t("map.hubness_summary")),
    h("p", { className: "al-hint" }, t("map.hubness_explained")),
    h("label", { className: "al-map-switch" }, corrected, h("span", {}, t("map.mutual"))), figures, words, h("h4", {}, t("map.most_frequent")), list);
  let known = null;

  const draw = () => {
    const found = known?.[corrected.checked ? "corrected" : "none"];
    if (!found) return;
    figures.replaceChildren(
      figure(t("map.hubness"), t(`hubness.${verdict(found.skewness)}`), t("map.skewness", { skewness: decimal(found.skewness, 2), nearest: found.k })),
      figure(t("map.hubs"), finePercent(found.hubs), t("map.hub_places", { percent: finePercent(found.hub_places) })),
      figure(t("map.reached"), finePercent(found.coverage), t("map.reached_explained")),
      figure(t("map.largest"), count(found.largest), t("map.largest_explained", { mean: found.k })));
    words.textContent = t("map.measured", { nearest: found.k, count: found.tracks });
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
