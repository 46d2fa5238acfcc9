// Taking the current result along: as a line of Python, or as a file.
import { h, icon } from "./dom.js";
import { address, carried, toast } from "./page.js";
import { t } from "./text.js";

const FORMATS = ["csv", "json", "m3u8", "xspf"];

export function takeAway(model) {
  const copy = h("button", { type: "button", className: "al-word", title: t("list.copy_hint") }, icon("code"), h("span", {}, t("list.copy")));
  const links = FORMATS.map((format) => h("a", { className: "al-item", download: "", dataset: { format } }, t(`formats.${format}`)));
  const menu = h("details", { className: "al-menu", hidden: carried }, h("summary", { className: "al-word" }, icon("download"), h("span", {}, t("list.export"))), h("div", { className: "al-items" }, links));
  copy.addEventListener("click", async () => {
    const { code } = model.get("view");
    const copied = await navigator.clipboard?.writeText(code).then(() => true, () => false);
    toast(copied ? t("list.copied", { code }) : code);
  });
  menu.addEventListener("click", (event) => { if (event.target.closest("a")) menu.open = false; });
  menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { menu.open = false; menu.firstChild.focus(); event.stopPropagation(); } });
  return {
    element: h("div", { className: "al-take" }, copy, menu),
    show: ({ query, order, similar, described }) => {
      const q = described && !similar.length ? `${query} ~${described}` : query;
      const wanted = new URLSearchParams([["q", q], ["sort", order], ...similar.map((id) => ["similar", id])]);
      for (const link of links) link.href = `${address("api/export", link.dataset.format)}?${wanted}`;
    },
  };
}
