// Genre, mood and instruments as small buttons: a click filters by one, or takes that filter back.
import { h } from "./dom.js";

const KINDS = { genre: "Genre", tag_genre: "Genre in the file", mood: "Mood", instrument: "Instrument" };

export const badge = ({ name, value }) => h("button", {
  type: "button", className: `al-badge-${name.replace("tag_", "")} al-tag`, tabIndex: -1, dir: "auto",
  title: `${KINDS[name]}: ${value}`, dataset: { deed: "choose", name, value },
}, value);
