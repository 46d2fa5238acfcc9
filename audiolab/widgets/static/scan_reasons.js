// Why files failed or were skipped: reasons with their numbers, and files to each on demand.
import { h, icon } from "./dom.js";
import { count, t } from "./text.js";

export function reasonList(kind) {
  const element = h("ul", { className: `al-scan-reasons al-scan-${kind}` });
  let drawn = "";
  const item = ({ reason, count: number, examples, advice }, open) => h("li", {}, h("details", { open, dataset: { reason } },
    h("summary", {}, icon("next"), h("b", {}, count(number)), h("span", {}, reason)),
    advice ? h("p", { className: "al-scan-advice" }, advice) : null,
    h("ul", { className: "al-scan-examples" },
      examples.map((path) => h("li", { dir: "auto" }, path)),
      number > examples.length ? h("li", { className: "al-hint" }, t("scan.and_more", { count: number - examples.length })) : null)));
  return {
    element,
    show(reasons) {
      element.hidden = reasons.length === 0;
      const now = JSON.stringify(reasons);
      if (now === drawn) return;
      drawn = now;
      const open = new Set([...element.querySelectorAll("details[open]")].map((one) => one.dataset.reason));
      const focused = document.activeElement?.closest?.("details")?.dataset.reason;
      const had = element.contains(document.activeElement);
      element.replaceChildren(...reasons.map((one) => item(one, open.has(one.reason))));
      if (had) [...element.querySelectorAll("details")].find((one) => one.dataset.reason === focused)?.firstChild.focus();
    },
  };
}
