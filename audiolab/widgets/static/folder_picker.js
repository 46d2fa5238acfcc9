// The library's folders: opening one is choosing it. Names only; where they are, the kernel knows.
import { h, icon } from "./dom.js";
import { audioFiles } from "./scan_format.js";
import { language, t, written } from "./text.js";

const capital = (text) => text[0].toLocaleUpperCase(language) + text.slice(1);

export function folderPicker(open) {
  const crumbs = h("ol", { className: "al-crumbs" });
  const list = h("ul", { className: "al-folders", "aria-label": t("folders.folders") });
  const note = h("p", { className: "al-folder-note", ariaLive: "polite" });
  const element = h("div", { className: "al-picker" }, h("nav", { "aria-label": t("folders.folder") }, crumbs), list, note);
  let folder = { place: [], folders: [], files: 0, tops: 0 };
  let counts = {};
  let drawn = "";
  let focusInside = false; // a folder was opened by a click or a key: the focus goes along

  const step = (place) => { focusInside = true; open(place); };
  const crumb = (name, place, last) => h("li", {}, last
    ? h("span", { "aria-current": "location", dir: "auto" }, name)
    : h("button", { type: "button", className: "al-crumb", dir: "auto", onclick: () => step(place) }, name));
  const drawCrumbs = () => {
    const steps = folder.place.map((name, index) => [name, folder.place.slice(0, index + 1)]);
    if (folder.tops > 1) steps.unshift([t("folders.library"), []]);
    crumbs.replaceChildren(...steps.map(([name, place], index) => crumb(name, place, index === steps.length - 1)));
    crumbs.lastChild?.scrollIntoView?.({ block: "nearest", inline: "end" });
  };
  const known = () => (String(counts.place) === String(folder.place) ? counts : { folders: {} });
  const entry = (name) => h("li", {}, h("button", { type: "button", className: "al-folder", onclick: () => step([...folder.place, name]) },
    icon("folder"), h("span", { className: "al-folder-name", dir: "auto" }, name), h("span", { className: "al-count", dataset: { of: name } })));
  const drawCounts = () => {
    const found = known().folders;
    for (const cell of list.querySelectorAll("[data-of]")) {
      const number = found[cell.dataset.of];
      cell.textContent = number ? audioFiles(number) : "";
    }
  };
  const drawList = () => {
    const nothing = folder.problem ?? (folder.files ? t("folders.no_folders") : t("folders.nothing"));
    list.replaceChildren(...(folder.folders.length ? folder.folders.map(entry) : [h("li", { className: folder.problem ? "al-hint al-scan-bad" : "al-hint" }, nothing)]));
    list.scrollTop = 0;
    if (focusInside) (list.querySelector("button") ?? crumbs.querySelector("button"))?.focus();
    focusInside = false;
  };
  const drawNote = () => {
    const { total } = known();
    const said = [];
    if (folder.place.length && total && !folder.problem) said.push(h("b", {}, `${capital(audioFiles(total))}. `));
    if (folder.note) said.push(written(folder.note.text), " ");
    if (folder.note?.place) said.push(h("button", { type: "button", className: "al-link", onclick: () => step(folder.note.place) }, t("folders.choose_it")));
    note.replaceChildren(...said);
  };
  return {
    element,
    show(value) {
      folder = value;
      const now = JSON.stringify([folder.place, folder.folders, folder.problem, folder.tops]);
      if (now !== drawn) { drawn = now; drawCrumbs(); drawList(); drawCounts(); }
      drawNote();
    },
    count(value) { counts = value; drawCounts(); drawNote(); },
  };
}
