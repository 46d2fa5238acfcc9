// What the list says when there is nothing in it.
import { h, icon } from "./dom.js";
import { inVoila, rendered } from "./page.js";
import { t, written } from "./text.js";

export const emptyLibrary = () => h("div", { className: "al-empty" }, icon("note"), h("h2", {}, t("empty.library")),
  h("p", {}, t("empty.library_hint")),
  inVoila ? h("a", { className: "al-button al-primary", href: rendered("scan") }, t("empty.scan")) : h("pre", {}, h("code", {}, "from audiolab import ScanPanel; ScanPanel()")),
  h("p", { className: "al-hint" }, t("empty.terminal")),
  h("pre", {}, h("code", {}, "audiolab scan ~/Music")),
  h("p", { className: "al-hint" }, t("empty.reload")));

export const emptyPlaylist = (leave, why) => h("div", { className: "al-empty" }, icon("queue"), h("h2", {}, t("empty.playlist")),
  h("p", { dir: "auto" }, written(why ?? t("empty.playlist_hint"))),
  h("button", { type: "button", className: "al-button", onclick: leave }, t("empty.whole")));

export const noMatch = (clear, why) => h("div", { className: "al-empty" }, icon("search"), h("h2", {}, t("empty.match")),
  h("p", { dir: "auto" }, written(why ?? t("empty.match_hint"))),
  h("button", { type: "button", className: "al-button", onclick: clear }, t("empty.clear")));
