// From page to page: back, on, or to a number.
import { h, iconButton } from "./dom.js";
import { count, t } from "./text.js";

export function pager(turn) {
  const [previous, next] = [iconButton("previous", t("list.previous_page"), { className: "al-quiet" }), iconButton("next", t("list.next_page"), { className: "al-quiet" })];
  const number = h("input", { type: "text", inputMode: "numeric", className: "al-page-number", "aria-label": t("list.page_number"), autocomplete: "off" });
  const last = h("span", {});
  const place = h("form", { className: "al-place" }, t("list.page"), number, last);
  const element = h("nav", { className: "al-pager", "aria-label": t("list.pages") }, previous, place, next);
  let [page, pages] = [1, 1];
  const go = () => {
    const wanted = Math.min(Math.max(1, Math.round(Number(number.value))), pages);
    if (Number.isFinite(wanted) && wanted !== page) turn(wanted);
    else number.value = count(page);
  };
  previous.addEventListener("click", () => turn(page - 1));
  next.addEventListener("click", () => turn(page + 1));
  place.addEventListener("submit", (event) => { event.preventDefault(); go(); });
  number.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Escape") number.value = count(page); });
  number.addEventListener("focus", () => { number.value = String(page); number.select(); });
  number.addEventListener("blur", go);
  return {
    element,
    /** `all` pages, or Infinity while that is not known; `more` whether another one follows. */
    show(now, all, more) {
      [page, pages] = [now, all];
      element.hidden = all <= 1;
      previous.disabled = now <= 1;
      next.disabled = !more;
      if (document.activeElement !== number) number.value = count(now);
      number.style.width = `${Math.max(2, number.value.length) + 2}ch`;
      last.textContent = Number.isFinite(all) ? t("all.of_number", { number: all }) : "";
    },
  };
}
