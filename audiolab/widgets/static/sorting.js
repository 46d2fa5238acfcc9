// The order of the list.
import { h, icon, iconButton } from "./dom.js";

const SORTS = [["added_at", "Recently added"], ["title", "Title"], ["artist", "Artist"], ["tempo_bpm", "BPM"], ["key", "Key"], ["energy", "Energy"], ["duration_seconds", "Duration"], ["year", "Year"], ["random", "Shuffled"]];
const OWN = "relevance";

export function sorting(send) {
  const select = h("select", { "aria-label": "Sort by" }, SORTS.map(([value, text]) => h("option", { value }, text)));
  const own = h("option", { value: OWN }, "Playlist order");
  const direction = iconButton("down", "Descending", { className: "al-quiet" });
  const element = h("div", { className: "al-sort" }, h("span", { "aria-hidden": "true" }, "Sort by"), select, direction);
  let descending = true;
  const sort = (field, down) => send({ type: "sort", sort: field === "random" || field === OWN ? field : `${down ? "-" : ""}${field}` });
  select.addEventListener("change", () => sort(select.value, select.value === "added_at"));
  direction.addEventListener("click", () => sort(select.value, !descending));
  return {
    element,
    show(order, inList) {
      if (inList) select.prepend(own); else own.remove();
      direction.hidden = order === OWN;
      const shuffled = order.startsWith("random");
      descending = order.startsWith("-");
      select.value = shuffled ? "random" : order.replace("-", "");
      direction.replaceChildren(icon(shuffled ? "shuffle" : descending ? "down" : "up"));
      direction.ariaLabel = direction.title = shuffled ? "Shuffle again" : descending ? "Descending" : "Ascending";
    },
  };
}
