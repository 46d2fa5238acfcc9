// Tracks by key: twelve directions, minor inside, major outside; the farther out, the more.
import { linked } from "./chart_link.js";
import { svg } from "./dom.js";
import { hue, keyName } from "./format.js";
import { t } from "./text.js";

const SIZE = 300;
const RINGS = { A: [26, 78], B: [82, 134] };

const point = (radius, angle) => [SIZE / 2 + radius * Math.sin(angle), SIZE / 2 - radius * Math.cos(angle)].map((value) => value.toFixed(2)).join(" ");

function wedge(number, inner, outer) {
  const middle = (number % 12) * (Math.PI / 6);
  const [start, end] = [middle - Math.PI / 12 + 0.015, middle + Math.PI / 12 - 0.015];
  return `M${point(inner, start)}L${point(outer, start)}A${outer} ${outer} 0 0 1 ${point(outer, end)}L${point(inner, end)}A${inner} ${inner} 0 0 0 ${point(inner, start)}Z`;
}

export function wheelWedges({ bars }, base) {
  const most = Math.max(1, ...bars.map((bar) => bar.tracks));
  const links = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "al-wedges", role: "group", "aria-label": t("chart.keys") });
  links.append(...bars.map((bar) => {
    const [number, [inner, outer]] = [Number.parseInt(bar.text, 10), RINGS[bar.text.at(-1)]];
    const reach = inner + (outer - inner) * Math.max(bar.tracks ? 0.03 : 0, bar.tracks / most);
    const label = svg("text", { "text-anchor": "middle", "dominant-baseline": "central" });
    const [x, y] = point(bar.text.endsWith("A") ? 17 : 144, (number % 12) * (Math.PI / 6)).split(" ");
    label.setAttribute("x", x);
    label.setAttribute("y", y);
    label.textContent = bar.text.endsWith("A") ? "" : String(number);
    const group = svg("a", { ...linked(base, bar.add, t("chart.key_bar", { code: bar.text, name: keyName(bar.text), count: bar.tracks })), class: bar.tracks ? "al-wedge" : "al-wedge al-none", style: `--hue:${hue(bar.text)}` },
      svg("path", { d: wedge(number, inner, outer), class: "al-room" }), svg("path", { d: wedge(number, inner, Math.max(reach, inner + 0.01)) }), label);
    group.dataset.text = `${bar.text} · ${keyName(bar.text)}`;
    group.dataset.tracks = bar.tracks;
    return group;
  }));
  return { element: links, links, step: 12 };
}
