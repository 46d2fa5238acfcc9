// What stands in the map's place while there is none, and how far the making of one is.
import { h, icon } from "./dom.js";
import { inVoila, rendered } from "./page.js";
import { percent, t } from "./text.js";

export function mapJob(ask, failed) {
  const make = h("button", { type: "button", className: "al-button al-primary", dataset: { writes: "" } });
  const stop = h("button", { type: "button", className: "al-button al-small", dataset: { writes: "" } }, t("all.stop"));
  const bar = h("div", { className: "al-scan-bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-label": t("map.making") }, h("i"));
  const line = h("span");
  const running = h("div", { className: "al-map-running" }, line, stop, bar);
  const words = h("p");
  const instead = h("div", { className: "al-empty al-map-instead" }, icon("similar"), h("h2", {}, t("map.none")), words, make);
  const error = h("p", { className: "al-banner", role: "alert" });
  const scan = h("a", { className: "al-button al-primary", href: inVoila ? rendered("scan") : null }, t("map.scan"));
  const element = h("div", { className: "al-map-job" });
  const press = (button, type) => button.addEventListener("click", () => {
    button.disabled = true;
    ask({ type }).catch((refused) => failed(refused.message)).finally(() => { button.disabled = false; });
  });
  press(make, "make");
  press(stop, "stop");
  return {
    element,
    show({ state, job, problem }) {
      const going = job && job.state !== "failed";
      if (going) {
        line.textContent = job.share === null ? t("map.going", { phase: job.phase }) : t("map.going_share", { phase: job.phase, percent: percent(Math.floor(job.share * 100) / 100) });
        bar.classList.toggle("al-unknown", job.share === null);
        bar.firstChild.style.width = job.share === null ? "" : `${job.share * 100}%`;
        if (job.share === null) bar.removeAttribute("aria-valuenow"); else bar.setAttribute("aria-valuenow", String(Math.floor(job.share * 100)));
        bar.setAttribute("aria-valuetext", line.textContent);
      }
      const wrong = problem ?? (job?.state === "failed" && state !== "ready" ? job.error : null);
      error.replaceChildren(...(wrong ? [icon("warning"), h("span", {}, wrong)] : []));
      words.textContent = state === "unheard" ? t("map.unheard")
        : t("map.make_explained");
      make.textContent = t("map.make");
      make.hidden = state === "unheard";
      instead.replaceChildren(...[...instead.children].slice(0, 3), state === "unheard" ? (inVoila ? scan : "") : make);
      element.replaceChildren(...(wrong ? [error] : []), ...(going ? [running] : []), ...(state === "ready" || going || state === "loading" ? [] : [instead]));
    },
  };
}
