// One track of the list. The same element is a row or, by tracks.css and cards.css, a card.
import { badge } from "./badges.js";
import { h, icon, iconButton } from "./dom.js";
import { clock, hue, keyName, ownHue, tempo } from "./format.js";
import { likeness } from "./likeness.js";
import { miniWave } from "./mini_wave.js";
import { address, carried, inVoila, pageOf } from "./page.js";
import { percent, t } from "./text.js";

let rows = 0;

/** Names of the columns, for the eye; each cell has a label of its own. */
export const header = () => h("div", { className: "al-row al-header", "aria-hidden": "true" },
  h("span"), h("span", { className: "al-name" }, t("sort.title")), h("span", { className: "al-badges" }, t("list.heads_badges")), h("span", { className: "al-mini" }),
  h("span", { className: "al-key-cell" }, t("all.key")), h("span", { className: "al-bpm" }, t("all.bpm_unit")), h("span", { className: "al-energy" }, t("all.energy")), h("span", { className: "al-time" }, t("list.heads_time")), h("span"));

/** Rows to come. */
export const skeleton = (number = 12) => Array.from({ length: number }, (_, place) =>
  h("div", { className: "al-row al-ghost", "aria-hidden": "true" }, h("span", { className: "al-tile" }), h("span", { className: "al-name" }, h("i", { style: { width: `${38 + ((place * 37) % 40)}%` } }), h("i", { style: { width: `${20 + ((place * 23) % 25)}%` } }))));

/** Cover picture, or a tile in a colour of the track's own. */
export function cover(track) {
  const tile = h("span", { className: "al-cover", "aria-hidden": "true", style: { "--hue": String(track.camelot ? hue(track.camelot) : ownHue(track.id)) } }, icon("note"));
  if (track.artwork && !carried) {
    const picture = h("img", { src: address("artwork", track.id), alt: "", loading: "lazy", decoding: "async" });
    picture.addEventListener("error", () => picture.remove());
    tile.append(picture);
  }
  return tile;
}

/** A key in the colour of its place on the wheel. */
export const keyChip = (track) => h("span", { className: "al-key-chip", title: keyName(track.camelot), style: { "--hue": String(hue(track.camelot)) } }, track.camelot);

const cell = (className, label, ...content) => h("span", { className, role: "gridcell", "aria-label": label }, ...content);
/** How a track stands, where that is asked for. */
function note([state, reason]) {
  const label = t(`standing.${state}`);
  return h("span", { className: `al-by al-note al-is-${state}`, dir: "auto", title: reason ?? "" }, reason && state !== "missing" ? t("all.labelled", { label, value: reason }) : label);
}

/** Who made it, and on what. */
const by = ({ artist, album }) => h("span", { className: "al-by" }, h("span", { className: "al-artist", dir: "auto" }, artist ?? t("all.unknown_artist")), album ? h("span", { className: "al-album", dir: "auto", title: album }, album) : null);
const energy = (share) => cell("al-energy", share === null ? t("row.energy_unknown") : t("row.energy", { percent: percent(share / 100) }),
  h("span", { className: "al-meter", style: { "--share": `${share ?? 0}%` } }, h("i")), share === null ? "–" : String(share));

/** A button of a row; it can be reached by Tab once its row has the focus (list_keys.js). */
const action = (name, label, kind, by) => iconButton(name, label, { className: `al-quiet al-${kind}`, tabIndex: -1, dataset: { deed: kind }, "aria-describedby": by });

/** A row of `view.rows`, with the bars of its waveform and, where it is asked for, how it stands. */
export function row(track, bars, standing) {
  const name = `al-track-${++rows}`;
  const play = h("button", { type: "button", className: "al-tile", tabIndex: -1, title: t("all.play"), "aria-label": t("all.play"), "aria-describedby": name, "aria-pressed": "false" },
    cover(track), h("span", { className: "al-tile-icon" }, icon("play"), icon("pause")), h("span", { className: "al-bars", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  const title = h(inVoila ? "a" : "button", { className: "al-title", href: pageOf({ track: track.id }), tabIndex: -1, dir: "auto", title: track.title, dataset: { deed: "open" } }, track.title);
  return h("div", { className: "al-row", role: "row", tabIndex: -1, "aria-selected": "false", dataset: { trackId: track.id } },
    h("span", { role: "gridcell", className: "al-tile-cell" }, play),
    h("span", { role: "gridcell", className: "al-name", id: name }, title, standing ? note(standing) : by(track)),
    h("span", { role: "gridcell", className: "al-badges" }, track.badges.map(badge)),
    h("span", { role: "gridcell", className: "al-mini", "aria-hidden": "true" }, miniWave(bars)),
    cell("al-key-cell", track.key ? t("row.key", { key: track.key }) : t("row.key_unknown"), track.camelot ? keyChip(track) : ""),
    cell("al-bpm", track.bpm ? t("all.bpm", { number: tempo(track.bpm) }) : t("row.bpm_unknown"), tempo(track.bpm) || "–"),
    track.similarity === undefined ? energy(track.energy === null ? null : Math.round(track.energy * 100)) : likeness(track),
    cell("al-time", t("row.duration", { time: clock(track.duration) }), clock(track.duration)),
    h("span", { role: "gridcell", className: "al-actions" }, action("similar", t("all.similar_tracks"), "similar", name), action("info", t("all.details"), "open", name), action("more", t("row.more"), "more", name)));
}
