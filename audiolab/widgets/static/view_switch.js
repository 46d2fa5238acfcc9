// Rows or cards, as remembered from the last visit.
import { h, iconButton } from "./dom.js";
import { keep, kept } from "./memory.js";
import { t } from "./text.js";

const KINDS = ["rows", "cards"];

export function viewSwitch(list) {
  const buttons = KINDS.map((kind) => iconButton(kind, t(`views.${kind}`), { className: "al-quiet", onclick: () => { keep("list", kind); show(kind); } }));
  const show = (kind) => {
    list.classList.toggle("al-as-cards", kind === "cards");
    KINDS.forEach((name, place) => buttons[place].setAttribute("aria-pressed", String(name === kind)));
  };
  show(kept("list", "rows") === "cards" ? "cards" : "rows");
  return h("div", { className: "al-switch", role: "group", "aria-label": t("list.show_as") }, buttons);
}
