// Genre, mood and instruments as small buttons: a click filters by one, or takes that filter back.
import { h } from "./dom.js";
import { t } from "./text.js";

export const badge = ({ name, value }) => h("button", {
  type: "button", className: `al-badge-${name.replace("tag_", "")} al-tag`, tabIndex: -1, dir: "auto",
  title: t(`badge.${name}`, { value }), dataset: { deed: "choose", name, value },
}, value);
