// Correcting a value: tempo by halves, doubles and tapping; key from a list; genre by name.
import { h } from "./dom.js";
import { keyName, MAJOR, MINOR } from "./format.js";
import { tapper } from "./tap.js";
import { percent, t } from "./text.js";

const coded = (camelot) => `${camelot} · ${keyName(camelot)}`;
const round = (bpm) => Math.round(bpm * 10) / 10;
const button = (text, action, props = {}) => h("button", { type: "button", className: "al-button al-small", onclick: action, ...props }, text);

function tempo({ value, alternatives }, { correct }) {
  const own = h("input", { type: "number", min: 20, max: 400, step: 0.1, className: "al-input", "aria-label": t("all.bpm_unit"), value: value === null ? "" : round(value) });
  const take = () => { if (own.value && own.checkValidity()) correct(Number(own.value)); else own.reportValidity(); };
  own.addEventListener("keydown", (event) => { if (event.key !== "Escape") event.stopPropagation(); if (event.key === "Enter") take(); });
  const tap = tapper((bpm) => { own.value = round(bpm); });
  const others = (alternatives ?? []).map(({ bpm, weight }) => button(`${round(bpm)}`, () => correct(bpm), { title: t("correct.probability", { percent: percent(weight) }) }));
  return [
    h("div", { className: "al-choose" }, value === null ? null : [button(t("correct.half"), () => correct(value / 2), { "aria-label": t("correct.half_hint") }), button(t("correct.double"), () => correct(value * 2), { "aria-label": t("correct.double_hint") })], tap, own, button(t("all.use"), take)),
    others.length ? h("div", { className: "al-choose" }, h("span", { className: "al-hint" }, t("correct.heard")), others) : null];
}

function key({ value, alternatives }, { correct }) {
  const names = [...MINOR.map((name) => `${name} minor`), ...MAJOR.map((name) => `${name} major`)];
  const select = h("select", { "aria-label": t("all.key") }, names.map((name, place) => h("option", { value: name, selected: name === value }, coded(`${(place % 12) + 1}${place < 12 ? "A" : "B"}`))));
  const [runner] = alternatives ?? [];
  return [
    h("div", { className: "al-choose" }, select, button(t("all.use"), () => correct(select.value))),
    runner && runner !== value ? h("div", { className: "al-choose" }, h("span", { className: "al-hint" }, t("correct.heard")), button(runner, () => correct(runner))) : null];
}

function genre({ value }, { correct, genres }) {
  const list = h("datalist", { id: "al-genres" }, genres.map((name) => h("option", { value: name })));
  const own = h("input", { type: "text", className: "al-input", maxLength: 80, "aria-label": t("all.genre"), value: value ?? "", dir: "auto" });
  own.setAttribute("list", "al-genres");
  const take = () => { if (own.value.trim()) correct(own.value.trim()); };
  own.addEventListener("keydown", (event) => { if (event.key !== "Escape") event.stopPropagation(); if (event.key === "Enter") take(); });
  return [h("div", { className: "al-choose" }, own, list, button(t("all.use"), take))];
}

const KINDS = { tempo_bpm: tempo, key, genre_primary: genre };

/** What corrects a value: `correct(value)` and `close()` are called. */
export function corrector(fact, tools) {
  const panel = h("div", { className: "al-correct", role: "group", "aria-label": t("correct.value", { label: fact.label }) }, KINDS[fact.field](fact, tools).filter(Boolean));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); tools.close(); } });
  return panel;
}
