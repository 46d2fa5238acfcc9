// Above the charts and the map: which of both, what is chosen, and what went wrong.
import { chipRow } from "./chips.js";
import { h, icon } from "./dom.js";
import { inVoila, styled, toast } from "./page.js";
import { t, written } from "./text.js";

const VIEWS = [["charts", t("stats.charts")], ["map", t("stats.map")]];
const AGAIN = 5000; // ms until a page that is not up to date tries again by itself

export async function render({ model, el }) {
  await styled;
  const send = (message) => model.send(message);
  let trying = 0;
  const address = (shown) => {
    const params = new URLSearchParams(location.search);
    if (shown === "map") params.set("view", "map"); else params.delete("view");
    return `${location.pathname}?${params}`;
  };
  const open = (event, shown) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); send({ type: "show", shown }); };
  const ways = VIEWS.map(([name, label]) => h(inVoila ? "a" : "button", { className: "al-view", dataset: { view: name }, onclick: (event) => open(event, name) }, label));
  const chips = chipRow(send);
  const banner = h("div", { className: "al-banner", role: "alert", hidden: true }, icon("warning"), h("span"),
    h("button", { type: "button", className: "al-button", onclick: () => send({ type: "retry" }) }, t("all.try_again")));
  el.append(h("nav", { className: "al-views", "aria-label": t("stats.charts_or_map") }, ways), chips.element, banner);

  const showChips = () => { chips.show(model.get("chips")); showView(); };
  const showView = () => {
    for (const way of ways) {
      const here = way.dataset.view === model.get("shown");
      if (inVoila) way.href = address(way.dataset.view);
      if (here) way.setAttribute("aria-current", "true"); else way.removeAttribute("aria-current");
    }
  };
  const explain = () => {
    const { message } = model.get("problem");
    clearTimeout(trying);
    banner.hidden = !message;
    banner.children[1].textContent = message ? t("all.not_current", { reason: message }) : "";
    if (!message) return;
    document.getElementById("loading")?.remove();
    trying = setTimeout(() => send({ type: "retry" }), AGAIN);
  };
  const told = (message) => { if (message.type === "toast") toast(written(message.text), message.kind); };
  const listeners = { "change:shown": showView, "change:chips": showChips, "change:problem": explain, "msg:custom": told };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  showChips();
  explain();
  return () => { clearTimeout(trying); for (const [name, listener] of Object.entries(listeners)) model.off(name, listener); };
}
