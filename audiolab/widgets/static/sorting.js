// The order of the list.
import { h, icon, iconButton } from "./dom.js";
import { t } from "./text.js";

const SORTS = ["added_at", "title", "artist", "tempo_bpm", "key", "energy", "duration_seconds", "year", "random"];
const OWN = "relevance";

export function sorting(send) {
  const select = h("select", { "aria-label": t("list.sort_by") }, SORTS.map((value) => h("option", { value }, t(`sort.${value}`))));
  const own = h("option", { value: OWN }, t(`sort.${OWN}`));
  const direction = iconButton("down", t("list.descending"), { className: "al-quiet" });
  const element = h("div", { className: "al-sort" }, h("span", { "aria-hidden": "true" }, t("list.sort_by")), select, direction);
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
      direction.ariaLabel = direction.title = shuffled ? t("list.again") : descending ? t("list.descending") : t("list.ascending");
    },
  };
}
