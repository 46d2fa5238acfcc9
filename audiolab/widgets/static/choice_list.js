// Values to tick, with counts; the long tail behind "Show all".
import { h } from "./dom.js";
import { count, t } from "./text.js";

const FIRST = 6;

export function choiceList(_, choose) {
  const list = h("div", { className: "al-choices" });
  const more = h("button", { type: "button", className: "al-link" });
  const nothing = h("p", { className: "al-hint" }, t("filters.nothing"));
  const element = h("div", {}, list, more, nothing);
  let options = [];
  let chosen = [];
  let all = false;

  const item = ({ value, count: tracks }) => h("label", { className: "al-choice" },
    h("input", { type: "checkbox", value, checked: chosen.includes(value) }),
    h("span", { className: "al-choice-name", dir: "auto", title: value }, value),
    h("span", { className: "al-count", "aria-label": t("all.tracks", { count: tracks }) }, count(tracks)));
  const draw = () => {
    const gone = chosen.filter((value) => !options.some((one) => one.value === value)).map((value) => ({ value, count: 0 }));
    const known = [...gone, ...options];
    const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
    const first = [...known.filter((one) => one.count > 0), ...known].slice(0, FIRST); // those that lead nowhere only to fill up
    list.replaceChildren(...known.filter((one) => all || first.includes(one) || chosen.includes(one.value)).map(item));
    if (focused !== null) [...list.querySelectorAll("input")].find((box) => box.value === focused)?.focus();
    more.hidden = known.length <= FIRST;
    more.textContent = all ? t("all.show_fewer") : t("all.show_all", { count: known.length });
    nothing.hidden = known.length > 0;
  };
  list.addEventListener("change", (event) => {
    const { value, checked } = event.target;
    choose(checked ? [...chosen, value] : chosen.filter((one) => one !== value));
  });
  more.addEventListener("click", () => { all = !all; draw(); });
  return {
    element,
    update(declared, value) { options = declared.options; chosen = value ?? []; draw(); },
    show(value) { if (String(value ?? []) !== String(chosen)) { chosen = value ?? []; draw(); } },
  };
}
