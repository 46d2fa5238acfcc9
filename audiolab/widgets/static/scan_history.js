// The scans that have ended: when, what came of them, and again.
import { h, icon } from "./dom.js";
import { inVoila } from "./page.js";
import { outcome, took, when } from "./scan_format.js";
import { reasonList } from "./scan_reasons.js";
import { t, written } from "./text.js";

const FIRST = 8;
const SIGNS = { completed: "check", cancelled: "stopped", failed: "warning" };

export function scanHistory(send, libraryPage) {
  const list = h("ul", { className: "al-scans" });
  const more = h("button", { type: "button", className: "al-link" });
  const nothing = h("div", { className: "al-hint al-no-scans" }, h("p", {}, t("scan.none"), " ", h("span", { dataset: { writes: "" } }, t("scan.none_hint"))));
  const element = h("section", { className: "al-scan-past", "aria-labelledby": "al-past-scans" }, h("h3", { id: "al-past-scans" }, t("scan.history")), list, more, nothing);
  let jobs = [];
  let shown = {};
  let all = false;
  let drawn = "";

  const again = (job, failedToo) => h("button", {
    type: "button", className: failedToo ? "al-link" : "al-button al-small", dataset: { writes: "" },
    onclick: (event) => { event.currentTarget.disabled = true; send({ type: "again", job: job.id, retry_failed: failedToo }); },
  }, failedToo ? t("scan.again_failed") : job.state === "completed" ? t("scan.again") : t("scan.go_on"));

  const details = (job) => {
    const failures = reasonList("failures");
    const skips = reasonList("skips");
    failures.show(job.reasons);
    skips.show(job.skips);
    const facts = [
      [t("scan.listened_for"), job.stages.map((name) => t(`stages.${name}`)).join("; ")],
      [t("scan.folders"), job.recursive ? "" : t("scan.one_only")],
      [t("scan.moved"), job.moved ? t("scan.moved_files", { count: job.moved }) : ""],
      [t("scan.missing"), job.missing ? t("scan.missing_files", { count: job.missing }) : ""],
      [t("scan.by"), written(job.by)],
    ].filter(([, text]) => text);
    return h("div", { className: "al-scan-details" },
      job.error ? h("p", { className: "al-scan-bad" }, job.error) : null,
      job.state !== "completed" && job.place ? h("p", { className: "al-hint" }, t("scan.go_on_hint")) : null,
      h("dl", {}, facts.flatMap(([name, text]) => [h("dt", {}, name), h("dd", { dir: "auto" }, text)])),
      job.reasons.length ? [h("h4", {}, t("scan.number_failed", { count: job.failed })), failures.element] : null,
      job.skips.length ? [h("h4", {}, t("scan.number_skipped", { count: job.skipped })), skips.element] : null,
      h("div", { className: "al-scan-links" },
        job.failed && job.place ? again(job, true) : null,
        job.analysed && inVoila ? h("a", { className: "al-link", href: libraryPage }, t("all.open_library")) : null));
  };
  const row = (job) => {
    const open = shown.id === job.id;
    const opener = h("button", { type: "button", className: "al-scan-opener", "aria-expanded": String(open), onclick: () => send({ type: "show", job: open ? "" : job.id }) },
      icon(SIGNS[job.state]), h("span", { className: "al-scan-name", dir: "auto" }, job.name),
      h("span", { className: "al-scan-when" }, [t(`ended.${job.state}`), when(job.started), job.seconds === null ? "" : took(job.seconds)].filter(Boolean).join(" · ")));
    return h("li", { className: `al-scan-row al-is-${job.state}`, dataset: { scan: job.id } },
      opener, h("span", { className: "al-scan-outcome" }, job.state === "failed" && job.error ? job.error : outcome(job)),
      job.place ? again(job, false) : h("span", {}),
      open ? details(shown) : null);
  };
  const draw = () => {
    const focused = document.activeElement?.closest?.("[data-scan]")?.dataset.scan;
    const had = list.contains(document.activeElement);
    const known = shown.id && !jobs.some((job) => job.id === shown.id) && SIGNS[shown.state] ? [shown, ...jobs] : jobs;
    list.replaceChildren(...known.filter((job, index) => all || index < FIRST || job.id === shown.id).map(row));
    if (had) list.querySelector(`[data-scan="${focused}"] .al-scan-opener`)?.focus();
    more.hidden = known.length <= FIRST;
    more.textContent = all ? t("all.show_fewer") : t("all.show_all", { count: known.length });
    nothing.hidden = known.length > 0;
  };
  more.addEventListener("click", () => { all = !all; draw(); });
  return {
    element,
    show(ended, opened) {
      const now = JSON.stringify([ended, opened]);
      if (now === drawn) return;
      [drawn, jobs, shown] = [now, ended, opened];
      draw();
    },
  };
}
