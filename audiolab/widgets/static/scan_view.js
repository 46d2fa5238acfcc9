// The scan page: a new scan, the scans that run, and those that have ended.
import { h, icon } from "./dom.js";
import { inVoila, rendered, styled, toast } from "./page.js";
import { scanForm } from "./scan_form.js";
import { outcome } from "./scan_format.js";
import { scanHistory } from "./scan_history.js";
import { runningScans, share } from "./scan_running.js";
import { percent, t, written } from "./text.js";

const TITLE = document.title;
const ENDED = new Set(["completed", "failed", "cancelled"]);

/** Say what became of the scans that ran a moment ago. */
function announce(before, jobs) {
  for (const job of jobs) {
    if (!before.has(job.id) || !ENDED.has(job.state)) continue;
    if (job.state === "completed") toast(t("scan.completed_toast", { name: job.name, outcome: outcome(job) }));
    else if (job.state === "cancelled") toast(t("scan.cancelled_toast", { name: job.name }));
    else toast(t("scan.failed_toast", { name: job.name, reason: job.error ?? t("scan.failed_without_reason") }), "error");
  }
}

/** The tab's title tells how far the first scan is. */
function retitle(running) {
  if (!inVoila) return;
  const done = running.length ? share(running[0]) : null;
  document.title = done === null ? TITLE : `${percent(Math.floor(done * 100) / 100)} · ${TITLE}`;
}

export async function render({ model, el }) {
  await styled;
  const send = (message) => model.send(message);
  const form = scanForm(send);
  const now = runningScans(send);
  const past = scanHistory(send, rendered("library"));
  const problem = h("div", { className: "al-banner", role: "alert", hidden: true }, icon("warning"), h("span"),
    h("button", { type: "button", className: "al-button", onclick: () => send({ type: "retry" }) }, t("all.try_again")));
  const head = h("div", { className: "al-scan-head" }, h("h2", {}, t("scan.heading")), h("p", {}, t("scan.explained")));
  el.append(h("div", { className: "al-scan" }, head, problem, now.element, form.element, past.element));
  let before = new Set();

  const showJobs = () => {
    const jobs = model.get("jobs");
    if (jobs === null) return; // nobody has asked yet
    document.getElementById("loading")?.remove(); // the page's own skeleton
    const running = jobs.filter((job) => !ENDED.has(job.state));
    announce(before, jobs);
    before = new Set(running.map((job) => job.id));
    now.show(running);
    past.show(jobs.filter((job) => ENDED.has(job.state)), model.get("shown"));
    retitle(running);
  };
  const showFolder = () => { if (model.get("folder").place) form.showFolder(model.get("folder")); };
  const showCounts = () => form.count(model.get("counts"));
  const showStages = () => form.showStages(model.get("stages"));
  const explain = () => {
    const { message } = model.get("problem");
    problem.hidden = !message;
    if (message) document.getElementById("loading")?.remove();
    problem.children[1].textContent = message ? t("all.not_current", { reason: message }) : "";
  };
  const told = (message) => {
    if (message.type !== "toast") return;
    toast(written(message.text), message.kind);
    form.tidy();
  };
  const listeners = { "change:jobs": showJobs, "change:shown": showJobs, "change:folder": showFolder, "change:counts": showCounts, "change:stages": showStages, "change:problem": explain, "msg:custom": told };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  for (const show of [showStages, showFolder, showCounts, showJobs, explain]) show();
  return () => { for (const [name, listener] of Object.entries(listeners)) model.off(name, listener); };
}
