// Keys round the circle of fifths: minor inside, major outside, as DJ software numbers them.
import { h, svg } from "./dom.js";
import { hue, keyName } from "./format.js";
import { t } from "./text.js";

const SIZE = 240;
const RINGS = { A: [44, 78], B: [80, 116] };

const NEAR = "~"; // before a key: and those that mix with it

/** Keys that mix with one: its neighbours on the ring, and the other ring's beside it. */
const compatible = (code) => {
  const number = Number.parseInt(code, 10);
  return [`${(number % 12) + 1}${code.at(-1)}`, `${((number + 10) % 12) + 1}${code.at(-1)}`, `${number}${code.endsWith("A") ? "B" : "A"}`];
};

const point = (radius, angle) => [SIZE / 2 + radius * Math.sin(angle), SIZE / 2 - radius * Math.cos(angle)].map((value) => value.toFixed(2)).join(" ");

function sector(number, [inner, outer]) {
  const gap = 0.012;
  const middle = (number % 12) * (Math.PI / 6);
  const [start, end] = [middle - Math.PI / 12 + gap, middle + Math.PI / 12 - gap];
  return `M${point(inner, start)}L${point(outer, start)}A${outer} ${outer} 0 0 1 ${point(outer, end)}L${point(inner, end)}A${inner} ${inner} 0 0 0 ${point(inner, start)}Z`;
}

function segment(code) {
  const number = Number.parseInt(code, 10);
  const ring = RINGS[code.at(-1)];
  const [x, y] = point((ring[0] + ring[1]) / 2, (number % 12) * (Math.PI / 6)).split(" ");
  const text = svg("text", { x, y, "text-anchor": "middle", "dominant-baseline": "central" });
  text.textContent = code;
  const group = svg("g", { class: "al-key-segment", role: "checkbox", "aria-checked": "false", tabindex: "-1", style: `--hue:${hue(code)}` },
    svg("path", { d: sector(number, ring) }), text);
  group.dataset.key = code;
  return group;
}

export function keyWheel(_, choose) {
  const codes = ["A", "B"].flatMap((letter) => Array.from({ length: 12 }, (__, place) => `${place + 1}${letter}`));
  const segments = new Map(codes.map((code) => [code, segment(code)]));
  const wheel = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "al-wheel", role: "group", "aria-label": t("filters.circle") });
  wheel.append(...segments.values());
  const middle = h("div", { className: "al-wheel-middle", "aria-hidden": "true" });
  const mixing = h("input", { type: "checkbox", role: "switch" });
  const element = h("div", {}, h("div", { className: "al-wheel-box" }, wheel, middle),
    h("label", { className: "al-choice al-mixing" }, mixing, h("span", { className: "al-choice-name" }, t("filters.compatible"))));
  let chosen = [];
  let counts = new Map();
  segments.get("8A").setAttribute("tabindex", "0");

  const summary = () => { middle.replaceChildren(...(chosen.length === 1 ? [h("b", {}, chosen[0]), keyName(chosen[0])] : chosen.length ? [h("b", {}, String(chosen.length)), t("filters.keys", { count: chosen.length })] : [t("filters.any_key")])); };
  const draw = () => {
    for (const [code, group] of segments) {
      const tracks = counts.get(code) ?? 0;
      group.setAttribute("aria-checked", String(chosen.includes(code)));
      group.classList.toggle("al-near", mixing.checked && chosen.some((one) => compatible(one).includes(code)));
      group.setAttribute("aria-label", t("filters.key", { code, name: keyName(code), count: tracks }));
      group.classList.toggle("al-none", tracks === 0);
    }
    wheel.classList.toggle("al-choosing", chosen.length > 0);
    summary();
  };
  const put = (codes) => choose(codes.map((code) => (mixing.checked ? NEAR : "") + code));
  const flip = (code) => put(chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]);
  const take = (value) => {
    chosen = (value ?? []).map((code) => code.replace(NEAR, ""));
    if (chosen.length) mixing.checked = value.some((code) => code.startsWith(NEAR));
    draw();
  };
  const codeOf = (event) => event.target.closest("[data-key]")?.dataset.key;
  wheel.addEventListener("click", (event) => { const code = codeOf(event); if (code) flip(code); });
  wheel.addEventListener("pointerover", (event) => { const code = codeOf(event); if (code) middle.replaceChildren(h("b", {}, code), keyName(code), h("small", {}, t("all.tracks", { count: counts.get(code) ?? 0 }))); });
  wheel.addEventListener("pointerleave", summary);
  wheel.addEventListener("keydown", (event) => {
    const code = codeOf(event);
    const [number, letter] = [Number.parseInt(code, 10), code.at(-1)];
    const steps = { ArrowRight: `${(number % 12) + 1}${letter}`, ArrowLeft: `${((number + 10) % 12) + 1}${letter}`, ArrowUp: `${number}B`, ArrowDown: `${number}A` };
    if (event.key === " " || event.key === "Enter") flip(code);
    else if (steps[event.key]) {
      segments.get(code).setAttribute("tabindex", "-1");
      segments.get(steps[event.key]).setAttribute("tabindex", "0");
      segments.get(steps[event.key]).focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  mixing.addEventListener("change", () => { draw(); if (chosen.length) put(chosen); });
  draw();
  return {
    element,
    update(declared, value) { counts = new Map(declared.options.map((one) => [one.value, one.count])); take(value); },
    show: take,
  };
}
