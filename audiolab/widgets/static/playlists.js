// The playlists beside the filters: open, play, rename, take along, delete; and make new ones.
import { h, icon, iconButton } from "./dom.js";
import { address, carried, emit, hub, inVoila, on, pageOf, styled, toast } from "./page.js";
import { play } from "./playback.js";
import { playlistDialog } from "./playlist_dialog.js";
import { rowMenu } from "./row_menu.js";
import { t, written } from "./text.js";

const OWN = "relevance"; // a playlist's own order

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const send = (message) => model.send(message);
  const dialog = playlistDialog(model, el, send);
  const add = iconButton("plus", t("playlists.save_hint"), { className: "al-quiet", dataset: { writes: "" }, onclick: () => dialog.open("save") });
  const opener = h("button", { type: "button", className: "al-opener", "aria-expanded": "false" }, icon("queue"), t("all.playlists"));
  const list = h("ul", { className: "al-lists" });
  const none = h("p", { className: "al-hint" }, t("playlists.none"));
  const panel = h("section", { className: "al-panel al-playlists-panel", "aria-label": t("all.playlists") },
    h("div", { className: "al-panel-head" }, h("h2", {}, t("all.playlists")), add), none, list);

  const file = (format, { query }) => `${address("api/export", format)}?${new URLSearchParams([["q", query], ["sort", OWN]])}`;
  const found = (name) => model.get("lists").find((one) => one.name === name);
  const menu = rowMenu((name) => [
    ["play", t("playlists.play"), () => send({ type: "play", name })],
    ["pencil", t("playlists.rename"), () => dialog.open("rename", name), { writes: "" }],
    ...(carried ? [] : [["download", t("playlists.m3u8"), file("m3u8", found(name))], ["download", t("playlists.xspf"), file("xspf", found(name))]]),
    ["remove", t("playlists.delete"), () => send({ type: "delete", name }), { writes: "" }],
  ]);
  el.append(opener, panel, menu.element);

  const entry = ({ name, smart, tracks }) => {
    const link = h(inVoila ? "a" : "button", { className: "al-list-name", href: pageOf({ playlist: name }), dataset: { name }, title: smart ? t("playlists.follows") : t("playlists.list") },
      icon(smart ? "filter" : "queue"), h("span", { dir: "auto" }, name), h("span", { className: "al-count", "aria-label": t("all.tracks", { count: tracks }) }, String(tracks)));
    if (name === model.get("opened")) link.setAttribute("aria-current", "page");
    return h("li", { className: "al-list" }, link, iconButton("more", t("playlists.menu", { name }), { className: "al-quiet", dataset: { more: name } }));
  };
  const show = () => {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset : null;
    menu.close();
    none.hidden = model.get("lists").length > 0;
    list.replaceChildren(...model.get("lists").map(entry));
    if (!focused) return;
    const all = [...list.querySelectorAll("[data-name], [data-more]")];
    (all.find((one) => one.dataset.name === focused.name && one.dataset.more === focused.more) ?? all[0] ?? add).focus();
  };
  list.addEventListener("click", (event) => {
    const more = event.target.closest("[data-more]");
    const link = event.target.closest("[data-name]");
    if (more) menu.toggle(more, more.dataset.more);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { name } = link.dataset;
    send({ type: "open", name: name === model.get("opened") ? "" : name });
  });
  opener.addEventListener("click", () => opener.setAttribute("aria-expanded", String(el.classList.toggle("al-open"))));

  const told = (message) => {
    if (message.type === "refused") { if (dialog.element.open) dialog.explain(message.text); else toast(written(message.text), "error"); }
    if (message.type === "done") {
      if (dialog.adding()) emit("collected", dialog.adding());
      dialog.close();
      if (message.text) toast(written(message.text), "note", message.undo ? () => send({ type: "undo", undo: message.undo }) : null);
    }
    if (message.type === "play") {
      if (message.rows.length) play(message.rows[0], { list: message.rows, source: message.source });
      else toast(t("playlists.empty"));
    }
  };
  // Lists and the player's queue have tracks to add; the first of us on the page takes them.
  hub.collects = (hub.collects ?? 0) + 1;
  on("collect", (event) => { if (event.detail.taken) return; event.detail.taken = true; dialog.open("add", event.detail.ids); }, controller.signal);
  const listeners = { "change:lists": show, "change:opened": show, "msg:custom": told };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  show();
  return () => {
    controller.abort();
    hub.collects -= 1;
    dialog.element.remove();
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
  };
}
