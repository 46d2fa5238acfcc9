// The scans that run or wait: how far, how fast, how long still, what is in hand, what failed.
import { h, icon } from "./dom.js";
import { left, rate, since } from "./scan_format.js";
import { reasonList } from "./scan_reasons.js";
import { t } from "./text.js";

/** Share of the work that is done, or null while nobody knows how much there is. */
export const share = (job) => (job.state === "running" && job.phase === "analysing" && job.planned ? job.through / job.planned : null);

function progress(job) {
  if (job.stopping) return t("scan.stopping_hint");
  if (job.state === "pending") return t("all.starting");
  if (job.phase === "looking") return job.found ? t("scan.looking_found", { count: job.found }) : t("scan.looking");
  if (job.phase === "indexing") return t("scan.indexing");
  if (job.through === 0 && job.current.length === 0) return t("scan.starting", { count: job.planned });
  const done = t("scan.through", { through: job.through, count: job.planned });
  return [done, job.rate ? rate(job.rate) : null, job.left !== null && job.through ? left(job.left) : null].filter(Boolean).join(" · ");
}

function card(job, send) {
  const stop = h("button", { type: "button", className: "al-button", dataset: { writes: "" }, onclick: () => { stop.disabled = true; send({ type: "cancel", job: job.id }); } }, t("all.stop"));
  const bar = h("div", { className: "al-scan-bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-label": t("scan.scan_of", { name: job.name }) }, h("i"));
  const line = h("p", { className: "al-scan-run-line" });
  const extra = h("p", { className: "al-hint" });
  const inHand = h("ul", { className: "al-scan-in-hand", "aria-label": t("scan.in_hand") });
  const failed = h("h5", {});
  const reasons = reasonList("failures");
  const element = h("article", { className: "al-scan-card al-scan-run", dataset: { scan: job.id } },
    h("div", { className: "al-scan-run-head" }, h("h4", { dir: "auto" }, job.name), stop),
    bar, line, inHand, extra, failed, reasons.element);
  const update = (now) => {
    const done = share(now);
    bar.classList.toggle("al-unknown", done === null);
    bar.firstChild.style.width = done === null ? "" : `${(done * 100).toFixed(1)}%`;
    if (done === null) bar.removeAttribute("aria-valuenow");
    else bar.setAttribute("aria-valuenow", String(Math.floor(done * 100)));
    line.textContent = progress(now);
    bar.setAttribute("aria-valuetext", line.textContent);
    inHand.replaceChildren(...(now.stopping ? [] : now.current).map((path) => h("li", { dir: "auto", title: path }, icon("note"), h("span", {}, path))));
    inHand.hidden = inHand.childElementCount === 0;
    const before = [now.unchanged ? t("scan.unchanged", { count: now.unchanged }) : null, now.skipped ? t("scan.number_skipped", { count: now.skipped }) : null].filter(Boolean);
    extra.textContent = [t("scan.running", { since: since(now.started), who: now.by }), ...before].join(" · ");
    failed.textContent = now.failed ? t("scan.number_failed", { count: now.failed }) : "";
    failed.hidden = !now.failed;
    reasons.show(now.reasons);
    stop.disabled = now.stopping;
    stop.textContent = now.stopping ? t("scan.stopping") : t("all.stop");
  };
  update(job);
  return { element, update };
}

export function runningScans(send) {
  const element = h("section", { className: "al-scan-now", "aria-label": t("scan.scans") });
  const cards = new Map();
  return {
    element,
    show(jobs) {
      for (const [id, one] of cards) if (!jobs.some((job) => job.id === id)) { one.element.remove(); cards.delete(id); }
      for (const job of jobs) {
        if (cards.has(job.id)) { cards.get(job.id).update(job); continue; }
        const made = card(job, send);
        cards.set(job.id, made);
        element.append(made.element);
      }
      element.hidden = jobs.length === 0;
    },
  };
}
