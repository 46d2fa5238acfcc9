// One row of the list.
import { h, icon } from "./dom.js";
import { clock, hue, keyName, ownHue, tempo } from "./format.js";
import { address, carried } from "./page.js";

let rows = 0;

/** Names of the columns, for the eye; each cell has a label of its own. */
export const header = () => h("div", { className: "al-row al-header", "aria-hidden": "true" },
  h("span"), h("span", { className: "al-name" }, "Title"), h("span", { className: "al-album" }, "Album"), h("span", { className: "al-genre" }, "Genre"),
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

const cell = (className, label, ...content) => h("span", { className, role: "cell", "aria-label": label }, ...content);
const text = (className, value) => h("span", { className, role: "cell", dir: "auto", title: value ?? "" }, value ?? "");

export function row(track) {
  const name = `al-track-${++rows}`;
  const button = h("button", { type: "button", className: "al-tile", title: "Play", "aria-label": "Play", "aria-describedby": name, "aria-pressed": "false" },
    cover(track), h("span", { className: "al-tile-icon" }, icon("play"), icon("pause")), h("span", { className: "al-bars", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  const download = carried ? null : h("a", { className: "al-quiet al-download", href: `${address("stream", track.id)}?download=1`, download: "", title: "Download", "aria-label": "Download", "aria-describedby": name }, icon("download"));
  const share = track.energy === null ? null : Math.round(track.energy * 100);
  return h("div", { className: "al-row", role: "row", "aria-selected": "false", dataset: { trackId: track.id } },
    h("span", { role: "cell" }, button),
    h("span", { role: "cell", className: "al-name", id: name },
      h("span", { className: "al-title", dir: "auto", title: track.title }, track.title),
      h("span", { className: "al-artist", dir: "auto" }, track.artist ?? "Unknown artist")),
    text("al-album", track.album),
    text("al-genre", track.genre),
    cell("al-key-cell", track.key ? `Key ${track.key}` : "Key unknown", track.camelot ? keyChip(track) : ""),
    cell("al-bpm", track.bpm ? `${tempo(track.bpm)} BPM` : "BPM unknown", tempo(track.bpm) || "–"),
    cell("al-energy", share === null ? "Energy unknown" : `Energy ${share} %`, h("span", { className: "al-meter", style: { "--share": `${share ?? 0}%` } }, h("i")), share === null ? "–" : String(share)),
    cell("al-time", `Duration ${clock(track.duration)}`, clock(track.duration)),
    h("span", { role: "cell", className: "al-actions" }, download));
}
