// Similar tracks: each with how similar it is, in what, and why in words; and filters for them.
import { debounce, h, icon } from "./dom.js";
import { clock, tempo } from "./format.js";
import { REASONS } from "./likeness.js";
import { hub, inVoila, on, pageOf, styled } from "./page.js";
import { play, playing } from "./playback.js";
import { percent, t, written } from "./text.js";
import { cover, keyChip } from "./track_row.js";

const PAUSE = 300;

let rows = 0;

const reason = (like) => ([name, label]) => h("span", { className: "al-reason", role: "cell", "aria-label": like[name] === null ? t("alike.reason_unknown", { name: label }) : t("alike.reason", { name: label, percent: percent(like[name]) }) },
  h("span", { className: "al-reason-name", "aria-hidden": "true" }, label),
  h("span", { className: "al-meter", "aria-hidden": "true", style: { "--share": `${(like[name] ?? 0) * 100}%` } }, h("i")));

function row(track) {
  const name = `al-alike-${++rows}`;
  const title = h(inVoila ? "a" : "button", { className: "al-title", href: pageOf({ track: track.id }), dir: "auto", title: track.title, dataset: { deed: "open" } }, track.title);
  return h("div", { className: "al-alike-row", role: "row", dataset: { trackId: track.id } },
    h("span", { role: "cell" }, h("button", { type: "button", className: "al-tile", title: t("all.play"), "aria-label": t("all.play"), "aria-describedby": name, "aria-pressed": "false" },
      cover(track), h("span", { className: "al-tile-icon" }, icon("play"), icon("pause")), h("span", { className: "al-bars", "aria-hidden": "true" }, h("i"), h("i"), h("i")))),
    h("span", { role: "cell", className: "al-name", id: name }, title, h("span", { className: "al-artist", dir: "auto" }, track.artist ?? t("all.unknown_artist"))),
    h("span", { role: "cell", className: "al-why" }, h("b", {}, percent(track.similarity)), h("span", { dir: "auto" }, track.why.map(written).join(" · "))),
    REASONS.map(reason(track.like)),
    h("span", { role: "cell", className: "al-key-cell" }, track.camelot ? keyChip(track) : ""),
    h("span", { role: "cell", className: "al-bpm" }, tempo(track.bpm) || "–"),
    h("span", { role: "cell", className: "al-time" }, clock(track.duration)));
}

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const { signal } = controller;
  const query = h("input", { type: "text", className: "al-input", placeholder: t("alike.filter_hint"), "aria-label": t("alike.filter"), spellcheck: false, autocomplete: "off" });
  const limits = h("div", { className: "al-limits", role: "group", "aria-label": t("alike.limits") });
  const all = h("button", { type: "button", className: "al-link" }, t("alike.all"));
  const message = h("p", { className: "al-hint" });
  const table = h("div", { role: "table", "aria-label": t("all.similar_tracks"), className: "al-alike-rows" });
  const section = h("section", { className: "al-group al-alike", "aria-labelledby": "al-group-alike" },
    h("div", { className: "al-alike-head" }, h("h3", { id: "al-group-alike" }, t("all.similar_tracks")), all), h("div", { className: "al-alike-tools" }, limits, query), message, table);
  el.append(section);
  let tracks = new Map();

  const want = (change) => { model.set("value", { ...model.get("value"), ...change }); model.save_changes(); };
  const flip = (name) => { const { limits: on_ } = model.get("value"); want({ limits: on_.includes(name) ? on_.filter((one) => one !== name) : [...on_, name] }); };
  const later = debounce(() => want({ query: query.value }), PAUSE);
  const draw = () => {
    const view = model.get("view");
    section.hidden = view.state === "loading";
    if (view.state === "loading") { tracks = new Map(); table.replaceChildren(); return; }
    const chosen = model.get("value").limits;
    const focused = limits.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    limits.replaceChildren(...view.limits.map(({ name, label }) => h("button", { type: "button", className: "al-toggle", "aria-pressed": String(chosen.includes(name)), dataset: { name }, dir: "auto", onclick: () => flip(name) }, written(label))));
    if (focused) limits.querySelector(`[data-name="${focused}"]`)?.focus();
    limits.hidden = query.hidden = view.state === "none";
    all.hidden = view.state !== "ready" || !view.all || !view.rows.length;
    message.replaceChildren(...(view.state === "problem" ? [icon("warning"), written(view.message)] : [written(view.message)]));
    message.classList.toggle("al-wrong-text", view.state === "problem");
    if (view.state !== "problem") { // what was found before stays beside a mistake
      tracks = new Map(view.rows.map((track) => [track.id, track]));
      table.replaceChildren(...view.rows.map(row));
    }
    table.hidden = tracks.size === 0;
    showCurrent();
  };
  const showCurrent = () => {
    for (const element of table.children) {
      const current = element.dataset.trackId === hub.track?.id;
      element.classList.toggle("al-current", current);
      element.classList.toggle("al-playing", current && playing());
      element.querySelector(".al-tile").setAttribute("aria-pressed", String(current && playing()));
    }
  };
  const valued = () => { if (document.activeElement !== query) query.value = model.get("value").query; draw(); };

  table.addEventListener("click", (event) => {
    const id = event.target.closest("[data-track-id]")?.dataset.trackId;
    if (!id) return;
    if (event.target.closest(".al-tile")) { if (hub.track?.id === id && playing()) hub.audio.pause(); else play(tracks.get(id), { list: [...tracks.values()], source: null }); }
    else if (event.target.closest("[data-deed]") && !(event.ctrlKey || event.metaKey || event.shiftKey)) { event.preventDefault(); model.send({ type: "open", id }); }
  });
  query.addEventListener("input", later);
  query.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Enter") { later.cancel(); want({ query: query.value }); } });
  all.addEventListener("click", () => model.send({ type: "similar", ids: [model.get("view").id] }));
  on("track", showCurrent, signal);
  on("state", showCurrent, signal);
  model.on("change:view", draw);
  model.on("change:value", valued);
  valued();
  return () => { controller.abort(); later.cancel(); model.off("change:view", draw); model.off("change:value", valued); };
}
