// What the list says when there is nothing in it.
import { h, icon } from "./dom.js";
import { inVoila, rendered } from "./page.js";

export const emptyLibrary = () => h("div", { className: "al-empty" }, icon("note"), h("h2", {}, "Your library is empty"),
  h("p", {}, "Let audiolab listen to a folder of music. It reads the files and never changes them:"),
  inVoila ? h("a", { className: "al-button al-primary", href: rendered("scan") }, "Choose a folder to scan") : h("pre", {}, h("code", {}, "from audiolab import ScanPanel; ScanPanel()")),
  h("p", { className: "al-hint" }, "or in a terminal"),
  h("pre", {}, h("code", {}, "audiolab scan ~/Music")),
  h("p", { className: "al-hint" }, "Tracks appear here as they are analysed. Reload this page to see them."));

export const emptyPlaylist = (leave, why) => h("div", { className: "al-empty" }, icon("queue"), h("h2", {}, "No track here"),
  h("p", { dir: "auto" }, why ?? "Nothing of this playlist is left by the filters, or nothing is in it yet. The menu of each track adds it to a playlist."),
  h("button", { type: "button", className: "al-button", onclick: leave }, "Show the whole library"));

export const noMatch = (clear, why) => h("div", { className: "al-empty" }, icon("search"), h("h2", {}, "No track matches"),
  h("p", { dir: "auto" }, why ?? "Try fewer words or wider filters."),
  h("button", { type: "button", className: "al-button", onclick: clear }, "Clear filters"));
