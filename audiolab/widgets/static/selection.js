// The selected rows, and what can be done with all of them.
import { h, icon, iconButton } from "./dom.js";
import { t } from "./text.js";

/**
 * `order()` gives the ids of the rows from top to bottom, `deeds` is a list of
 * [icon, label, action(ids), dataset].
 */
export function selection(model, order, deeds) {
  const number = h("b", { "aria-live": "polite" });
  const clear = iconButton("clear", t("all.clear_selection"), { className: "al-quiet", onclick: () => put([]) });
  const buttons = deeds.map(([name, label, deed, dataset = {}]) => h("button", { type: "button", className: "al-word", title: label, dataset, onclick: () => deed(get()) }, icon(name), h("span", {}, label)));
  const element = h("div", { className: "al-selected", role: "toolbar", "aria-label": t("all.selected_tracks"), hidden: true }, number, buttons, clear);
  let from = null; // where a range begins

  const get = () => model.get("selected");
  const put = (ids) => { model.set("selected", ids); model.save_changes(); };
  const range = (id) => {
    const ids = order();
    const [a, b] = [ids.indexOf(from), ids.indexOf(id)].sort((one, other) => one - other);
    return a < 0 ? [id] : ids.slice(a, b + 1);
  };
  const flip = (id) => put(get().includes(id) ? get().filter((one) => one !== id) : [...get(), id]);
  return {
    element,
    get,
    clear: () => put([]),
    all: () => put(order()),
    flip(id) { from = id; flip(id); },
    /** A click on a row, or the focus moving there by an arrow key with Shift. */
    pick(id, { shiftKey = false, ctrlKey = false, metaKey = false } = {}) {
      if (shiftKey) { from ??= id; put(range(id)); return; }
      from = id;
      if (ctrlKey || metaKey) flip(id);
      else put([id]);
    },
    /** Mark the rows, and offer what several tracks are for. */
    show(rows) {
      const chosen = new Set(get());
      for (const row of rows) row.setAttribute("aria-selected", String(chosen.has(row.dataset.trackId)));
      element.hidden = chosen.size < 2;
      number.textContent = t("all.tracks_selected", { count: chosen.size });
    },
  };
}
