// The head of the track view: the way back, cover and title, the few facts one looks for first.
import { badge } from "./badges.js";
import { h, icon } from "./dom.js";
import { clock, tempo } from "./format.js";
import { address, carried, hub, inVoila, on, pageOf, retitle, styled, toast } from "./page.js";
import { enqueue, play, playing } from "./playback.js";
import { t, written } from "./text.js";
import { cover, keyChip } from "./track_row.js";

const AGAIN = 5000; // ms until a view that could not be shown tries again by itself

const fact = (className, label, ...content) => h("span", { className: `al-fact ${className}`, title: label, "aria-label": label }, ...content);

/** The address of the library as it was: this page's, without the track. */
function library() {
  const params = new URLSearchParams(location.search);
  params.delete("track");
  return pageOf(params);
}

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const { signal } = controller;
  const send = (message) => model.send(message);
  let shown = null; // id of the track whose head is drawn
  let button = null;

  const showState = () => {
    if (!button) return;
    const sounds = hub.track?.id === shown && playing();
    button.replaceChildren(icon(sounds ? "pause" : "play"), sounds ? t("all.pause") : t("all.play"));
    button.setAttribute("aria-label", sounds ? t("track.pause_this") : t("track.play_this"));
  };
  const listen = (row) => { if (hub.track?.id === row.id && playing()) hub.audio.pause(); else play(row); };
  const backLink = (back) => back && h(inVoila ? "a" : "button", { className: "al-back", href: inVoila ? library() : null, onclick: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    send({ type: "close" });
  } }, icon("previous"), t("track.library"));

  const deeds = (row, back) => {
    button = h("button", { type: "button", className: "al-button al-primary al-listen", onclick: () => listen(row) });
    const word = (name, text, props) => h(props.href ? "a" : "button", { className: "al-word", ...props }, icon(name), h("span", {}, text));
    return h("div", { className: "al-deeds" }, button,
      word("queue", t("all.queue_up"), { onclick: () => enqueue(row) }),
      back ? word("similar", t("track.like_this"), { onclick: () => send({ type: "similar", ids: [row.id] }) }) : null,
      carried ? null : word("download", t("all.download"), { href: `${address("stream", row.id)}?download=1`, download: "" }));
  };
  const title = (text) => h("h2", { className: "al-track-title", tabIndex: -1, dir: "auto" }, text);
  const warning = ({ kind, text }) => h("div", { className: "al-banner", role: "alert" }, icon("warning"), h("span", { dir: "auto" }, written(text)),
    kind === "excluded" ? h("button", { type: "button", className: "al-button", dataset: { writes: "" }, onclick: () => send({ type: "restore" }) }, t("track.bring_back")) : null);

  const ready = ({ row, year, metre, warnings, back }) => {
    const [albumYear] = [[row.album, year].filter(Boolean).join(", ")];
    const badges = h("span", { className: "al-badges" }, row.badges.map(badge));
    badges.addEventListener("click", (event) => { const chosen = event.target.closest("[data-deed]"); if (chosen && back) send({ type: "choose", name: chosen.dataset.name, value: chosen.dataset.value }); });
    for (const one of badges.children) { one.tabIndex = 0; if (!back) one.disabled = true; }
    return [backLink(back), ...warnings.map(warning), h("div", { className: "al-hero" },
      cover(row),
      h("div", { className: "al-track-names" }, title(row.title),
        h("p", { className: "al-track-by" }, h("span", { dir: "auto" }, row.artist ?? t("all.unknown_artist")), albumYear ? h("span", { className: "al-album", dir: "auto" }, albumYear) : null),
        h("div", { className: "al-facts" },
          row.camelot ? keyChip(row) : null, row.key ? fact("", t("all.key"), row.key) : null,
          row.bpm ? fact("", t("all.tempo"), t("all.bpm", { number: tempo(row.bpm) })) : null, metre ? fact("", t("track.metre"), metre) : null,
          fact("", t("track.duration"), clock(row.duration)), badges),
        deeds(row, back)))];
  };
  const instead = {
    loading: () => [],
    unknown: ({ back }) => [backLink(back), h("div", { className: "al-empty" }, icon("note"), title(t("track.none")),
      h("p", {}, t("track.none_hint")))],
    problem: ({ message, back }) => [backLink(back), h("div", { className: "al-banner", role: "alert" }, icon("warning"), h("span", {}, t("track.not_shown", { reason: message })),
      h("button", { type: "button", className: "al-button", onclick: () => send({ type: "retry" }) }, t("all.try_again")))],
  };

  const draw = () => {
    const view = model.get("view");
    const another = view.row?.id !== shown;
    const focused = el.contains(document.activeElement);
    [shown, button] = [view.row?.id ?? null, null];
    el.dataset.state = view.state;
    el.replaceChildren(...(view.state === "ready" ? ready(view) : instead[view.state](view)).filter(Boolean));
    showState();
    if (view.state !== "loading") document.getElementById("loading")?.remove();
    retitle(view.state === "ready" ? view.row.title : view.state === "unknown" ? t("track.none_title") : null);
    if (inVoila && (another || focused) && view.state !== "loading") (el.querySelector("h2") ?? el.querySelector(".al-back"))?.focus({ preventScroll: true });
  };
  let trying = 0;
  const tryAgain = () => { clearTimeout(trying); if (model.get("view").state === "problem") trying = setTimeout(() => send({ type: "retry" }), AGAIN); };
  const told = (message) => { if (message.type === "toast") toast(written(message.text), "note", message.undo ? () => send(message.undo) : null); };
  on("want", () => { if (shown && el.checkVisibility()) play(model.get("view").row); }, signal);
  on("track", showState, signal);
  on("state", showState, signal);
  model.on("change:view", draw);
  model.on("change:view", tryAgain);
  model.on("msg:custom", told);
  draw();
  return () => { controller.abort(); clearTimeout(trying); retitle(null); model.off("change:view", tryAgain); model.off("change:view", draw); model.off("msg:custom", told); };
}
