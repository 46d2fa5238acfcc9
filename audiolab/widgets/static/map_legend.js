// What the colours of the map mean.
import { h } from "./dom.js";
import { keyName } from "./format.js";
import { namedColours, othersColour, scaleGradient } from "./map_colours.js";
import { count, t } from "./text.js";

const entry = (colour, name, tracks) => h("li", {}, h("i", { style: { background: colour } }), h("span", { dir: "auto", title: name }, name), h("b", {}, count(tracks)));

export function mapLegend() {
  const element = h("div", { className: "al-map-legend" });
  return {
    element,
    show(legend) {
      const value = (number) => {
        const rounded = Number(number.toPrecision(3));
        return legend.unit ? t("all.with_unit", { value: rounded, unit: legend.unit }) : count(rounded);
      };
      if (legend.kind === "scale") {
        element.replaceChildren(h("div", { className: "al-map-scale" }, h("i", { style: { background: scaleGradient() } }), h("span", {}, value(legend.low)), h("span", {}, value(legend.high))),
          legend.unknown ? h("ul", {}, entry(othersColour, t("map.not_known"), legend.unknown)) : "");
        return;
      }
      const colours = namedColours(legend);
      const named = (name) => (legend.kind === "keys" ? `${name} · ${keyName(name)}` : name);
      const shown = legend.names.map(({ name, tracks }, at) => (tracks ? entry(colours[at], named(name), tracks) : null)).filter(Boolean);
      if (legend.others) shown.push(entry(othersColour, t("map.others"), legend.others));
      if (legend.unknown) shown.push(entry(othersColour, t("map.not_known"), legend.unknown));
      element.replaceChildren(h("ul", { className: legend.kind === "keys" ? "al-map-keys" : "" }, shown));
    },
  };
}
