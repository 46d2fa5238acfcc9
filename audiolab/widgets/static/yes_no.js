// Yes, no or any: three buttons of which one is down.
import { h } from "./dom.js";
import { t } from "./text.js";

const NAMES = [[null, t("all.any")], ["yes", t("filters.yes")], ["no", t("filters.no")]];

export function yesNo({ label, name }, choose) {
  const radios = NAMES.map(([value, text]) => h("label", { className: "al-third" },
    h("input", { type: "radio", name: `al-${name}`, value: value ?? "", "aria-label": t("all.labelled", { label, value: text }), onchange: () => choose(value && [value]) }),
    h("span", {}, text)));
  const element = h("div", { className: "al-thirds" }, radios);
  const show = (value) => { for (const radio of element.querySelectorAll("input")) radio.checked = radio.value === (value?.at(-1) ?? ""); };
  show(null);
  return {
    element,
    update({ options }, value) {
      const tracks = new Map(options.map((one) => [one.value, one.count]));
      for (const third of radios) { const of = tracks.get(third.firstChild.value); third.title = of === undefined ? "" : t("all.tracks", { count: of }); }
      show(value);
    },
    show,
  };
}
