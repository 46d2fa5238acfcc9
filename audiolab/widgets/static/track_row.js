// One track of the list. The same element is a row or, by tracks.css and cards.css, a card.
import { badge } from "./badges.js";
import { h, icon, iconButton } from "./dom.js";
import { clock, hue, keyName, ownHue, tempo } from "./format.js";
import { likeness } from "./likeness.js";
import { miniWave } from "./mini_wave.js";
import { address, carried, inVoila, pageOf } from "./page.js";

let rows = 0;

/** Names of the columns, for the eye; each cell has a label of its own. */
export const header = () => h("div", { className: "al-row al-header", "aria-hidden": "true" },
  h("span"), h("span", { className: "al-name" }, "Title"), h("span", { className: "al-badges" }, "Genre, mood, instruments"), h("span", { className: "al-mini" }),
  h("span", { className: "al-key-cell" }, "Key"), h("span", { className: "al-bpm" }, "BPM"), h("span", { className: "al-energy" }, "Energy"), h("span", { className: "al-time" }, "Time"), h("span"));

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
const STATES = { analysed: "Analysed", partial: "Analysed in part", failed: "Failed", missing: "The file is missing", excluded: "Removed" };
/** How a track stands, where that is asked for. */
const note = ([state, reason]) => h("span", { className: `al-by al-note al-is-${state}`, dir: "auto", title: reason ?? "" }, reason && state !== "missing" ? `${STATES[state]}: ${reason}` : STATES[state]);
/** Who made it, and on what. */
const by = ({ artist, album }) => h("span", { className: "al-by" }, h("span", { className: "al-artist", dir: "auto" }, artist ?? "Unknown artist"), album ? h("span", { className: "al-album", dir: "auto", title: album }, album) : null);
const energy = (share) => cell("al-energy", share === null ? "Energy unknown" : `Energy ${share} %`,
  h("span", { className: "al-meter", style: { "--share": `${share ?? 0}%` } }, h("i")), share === null ? "–" : String(share));

/** A button of a row; it can be reached by Tab once its row has the focus (list_keys.js). */
const action = (name, label, kind, by) => iconButton(name, label, { className: `al-quiet al-${kind}`, tabIndex: -1, dataset: { deed: kind }, "aria-describedby": by });

/** A row of `view.rows`, with the bars of its waveform and, where it is asked for, how it stands. */
export function row(track, bars, standing) {
  const name = `al-track-${++rows}`;
  const play = h("button", { type: "button", className: "al-tile", tabIndex: -1, title: "Play", "aria-label": "Play", "aria-describedby": name, "aria-pressed": "false" },
    cover(track), h("span", { className: "al-tile-icon" }, icon("play"), icon("pause")), h("span", { className: "al-bars", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  const title = h(inVoila ? "a" : "button", { className: "al-title", href: pageOf({ track: track.id }), tabIndex: -1, dir: "auto", title: track.title, dataset: { deed: "open" } }, track.title);
  return h("div", { className: "al-row", role: "row", tabIndex: -1, "aria-selected": "false", dataset: { trackId: track.id } },
    h("span", { role: "gridcell", className: "al-tile-cell" }, play),
    h("span", { role: "gridcell", className: "al-name", id: name }, title, standing ? note(standing) : by(track)),
    h("span", { role: "gridcell", className: "al-badges" }, track.badges.map(badge)),
    h("span", { role: "gridcell", className: "al-mini", "aria-hidden": "true" }, miniWave(bars)),
    cell("al-key-cell", track.key ? `Key ${track.key}` : "Key unknown", track.camelot ? keyChip(track) : ""),
    cell("al-bpm", track.bpm ? `${tempo(track.bpm)} BPM` : "BPM unknown", tempo(track.bpm) || "–"),
    track.similarity === undefined ? energy(track.energy === null ? null : Math.round(track.energy * 100)) : likeness(track),
    cell("al-time", `Duration ${clock(track.duration)}`, clock(track.duration)),
    h("span", { role: "gridcell", className: "al-actions" }, action("similar", "Similar tracks", "similar", name), action("info", "Details", "open", name), action("more", "More", "more", name)));
}
