// A new scan: which folder, what to listen for, start.
import { h, icon } from "./dom.js";
import { folderPicker } from "./folder_picker.js";
import { inVoila } from "./page.js";

const STAGES = {
  tags: ["Tags", "Title, artist, album and year as the files say"],
  signal: ["Sound", "Tempo, key, loudness, energy, timbre"],
  networks: ["Genre, mood, instruments, voice", "By neural networks"],
  affect: ["Arousal and valence", "By a second network, which takes several times as long"],
  clap: ["Sound in words", "For searching by a description, which takes several times as long"],
};

const command = (text) => h("code", { className: "al-command" }, text);

/** What to do where no folder may be scanned. */
const closed = () => h("div", { className: "al-scan-closed" }, icon("folder"),
  h("p", {}, "No folder may be scanned from here yet. Set AUDIOLAB_LIBRARY_PATH to your music folder and start again:"),
  command(`AUDIOLAB_LIBRARY_PATH=~/Music audiolab ${inVoila ? "dashboard" : "lab"}`));

export function scanForm(send) {
  const picker = folderPicker((place) => send({ type: "open", place }));
  const stages = h("fieldset", { className: "al-section" }, h("legend", {}, "Listen for"));
  const below = tick("Folders in it too", "", true);
  const failed = tick("What failed before too", "even if it has not changed", false);
  const how = h("fieldset", { className: "al-section" }, h("legend", {}, "Take in"), below.element, failed.element);
  const start = h("button", { type: "button", className: "al-button al-primary" });
  const why = h("span", { className: "al-hint", role: "status" });
  const form = h("div", { className: "al-scan-form" }, picker.element, stages, how, h("div", { className: "al-scan-start" }, start, why));
  const element = h("section", { className: "al-scan-card al-scan-new", "aria-labelledby": "al-new-scan", dataset: { writes: "" } }, h("h3", { id: "al-new-scan" }, "New scan"), form);
  let folder = { place: [], tops: 0 };
  let boxes = new Map();

  const chosen = () => [...boxes].filter(([, box]) => box.checked).map(([name]) => name);
  const tidy = () => {
    const name = folder.place.at(-1);
    const reason = !name ? "Choose a folder first." : chosen().length === 0 ? "Choose something to listen for." : "";
    start.textContent = name ? `Scan “${name}”` : "Scan";
    start.disabled = Boolean(reason || folder.problem || folder.note?.stops);
    why.textContent = reason;
  };
  const stage = ({ name, available, chosen: usual, reason, command: help }) => {
    const [label, hint] = STAGES[name] ?? [name, ""];
    const box = tick(label, available ? hint : "", boxes.get(name)?.checked ?? usual, !available);
    boxes.set(name, box.input);
    box.input.addEventListener("change", tidy);
    return [box.element, available ? null : h("p", { className: "al-scan-missing" }, `${reason[0].toUpperCase()}${reason.slice(1)}: `, command(help))];
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
