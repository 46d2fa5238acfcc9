// A new scan: which folder, what to listen for, start.
import { h, icon } from "./dom.js";
import { folderPicker } from "./folder_picker.js";
import { inVoila } from "./page.js";
import { t } from "./text.js";

const command = (text) => h("code", { className: "al-command" }, text);

/** What to do where no folder may be scanned. */
const closed = () => h("div", { className: "al-scan-closed" }, icon("folder"),
  h("p", {}, t("scan.closed")),
  command(`AUDIOLAB_LIBRARY_PATH=~/Music audiolab ${inVoila ? "dashboard" : "lab"}`));

export function scanForm(send) {
  const picker = folderPicker((place) => send({ type: "open", place }));
  const stages = h("fieldset", { className: "al-section" }, h("legend", {}, t("scan.listen_for")));
  const below = tick(t("scan.subfolders"), "", true);
  const failed = tick(t("scan.retry_failed"), t("scan.retry_failed_hint"), false);
  const how = h("fieldset", { className: "al-section" }, h("legend", {}, t("scan.take_in")), below.element, failed.element);
  const start = h("button", { type: "button", className: "al-button al-primary" });
  const why = h("span", { className: "al-hint", role: "status" });
  const form = h("div", { className: "al-scan-form" }, picker.element, stages, how, h("div", { className: "al-scan-start" }, start, why));
  const element = h("section", { className: "al-scan-card al-scan-new", "aria-labelledby": "al-new-scan", dataset: { writes: "" } }, h("h3", { id: "al-new-scan" }, t("scan.new")), form);
  let folder = { place: [], tops: 0 };
  let boxes = new Map();

  const chosen = () => [...boxes].filter(([, box]) => box.checked).map(([name]) => name);
  const tidy = () => {
    const name = folder.place.at(-1);
    const reason = !name ? t("scan.choose_folder") : chosen().length === 0 ? t("scan.choose_stage") : "";
    start.textContent = name ? t("scan.scan_folder", { folder: name }) : t("scan.scan");
    start.disabled = Boolean(reason || folder.problem || folder.note?.stops);
    why.textContent = reason;
  };
  const stage = ({ name, available, chosen: usual, reason, command: help }) => {
    const box = tick(t(`stages.${name}`), available ? t(`stages.${name}_hint`) : "", boxes.get(name)?.checked ?? usual, !available);
    boxes.set(name, box.input);
    box.input.addEventListener("change", tidy);
    return [box.element, available ? null : h("p", { className: "al-scan-missing" }, t("scan.missing_stage", { reason }), " ", command(help))];
  };
  start.addEventListener("click", () => {
    start.disabled = true; // until the kernel has answered: one scan, not two
    send({ type: "start", place: folder.place, stages: chosen(), recursive: below.input.checked, retry_failed: failed.input.checked });
  });
  return {
    element,
    showFolder(value) {
      folder = value;
      element.replaceChildren(element.firstChild, folder.tops === 0 ? closed() : form);
      picker.show(folder);
      tidy();
    },
    count: picker.count,
    showStages(declared) {
      stages.replaceChildren(stages.firstChild, ...declared.map(stage).flat().filter(Boolean));
      tidy();
    },
    tidy,
  };
}

function tick(label, hint, checked, disabled = false) {
  const input = h("input", { type: "checkbox", checked: checked && !disabled, disabled });
  const element = h("label", { className: "al-scan-tick" }, input, h("span", {}, label, hint ? h("small", {}, hint) : null));
  return { input, element };
}
