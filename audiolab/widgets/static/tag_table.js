// What the file's tags say beside what the analysis found, differences marked; and all other tags.
import { h, icon } from "./dom.js";
import { t, written } from "./text.js";

const MARKS = { same: "check", related: "similar", different: "warning", unconfirmed: "note" };

function claim({ field, label, said, found, verdict, text, value }, take) {
  return h("tr", { className: `al-verdict-${verdict}`, dataset: { claim: field } },
    h("th", { scope: "row" }, label), h("td", { dir: "auto" }, written(said)), h("td", { dir: "auto" }, written(found)),
    h("td", { className: "al-verdict" }, icon(MARKS[verdict]), h("span", {}, written(text))),
    h("td", {}, value === null ? null : h("button", { type: "button", className: "al-button al-small", dataset: { writes: "" }, onclick: () => take(field, value) }, t("tags.use"))));
}

const other = ([name, texts]) => [h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, (Array.isArray(texts) ? texts : [texts]).map(String).join("; "))];

/** Elements for the claims (beside.py) and all tags; `take(field, value)` corrects. */
export function tagTable(claims, tags, take) {
  const entries = Object.entries(tags);
  if (!entries.length) return [];
  const heads = ["", t("tags.tags_say"), t("tags.analysis_says"), "", ""];
  return [h("section", { className: "al-group al-tags", "aria-labelledby": "al-group-tags" },
    h("h3", { id: "al-group-tags" }, t("tags.heading")),
    claims.length
      ? h("div", { className: "al-claims" }, h("table", {}, h("thead", {}, h("tr", {}, heads.map((text) => (text ? h("th", { scope: "col" }, text) : h("td"))))), h("tbody", {}, claims.map((one) => claim(one, take)))))
      : h("p", { className: "al-hint" }, t("tags.nothing")),
    h("details", { className: "al-all-tags" }, h("summary", {}, t("tags.all", { count: entries.length })), h("dl", {}, entries.flatMap(other))))];
}
