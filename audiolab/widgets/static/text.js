// What a person reads, written in the language of texts.js, which holds all of it by key.
import texts from "./texts.js";

export const { language } = texts;

const forms = new Intl.PluralRules(language);
const plain = new Intl.NumberFormat(language);
const lists = new Intl.ListFormat(language, { type: "unit" });
const times = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
const decimals = new Map(); // digits after the point -> format
const HOLE = /\{(\w+)\}/;

/** A whole number. */
export const count = (value) => plain.format(value);

/** A number with so many digits after the point; years are not grouped. */
export function decimal(value, digits) {
  if (!decimals.has(digits)) decimals.set(digits, new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "min2" }));
  return decimals.get(digits).format(value).replace("-", "−");
}

/** A share as a percentage. */
export const percent = (share, digits = 0) => t("all.percent", { number: decimal(share * 100, digits) });

/** The same with a digit more where it is small. */
export const finePercent = (share) => percent(share, share < 0.0995 ? 1 : 0);

/** The text of a key with its holes; where it has plural forms, the one for `count`. */
function template(key, { count }) {
  const [section, name] = key.split(".");
  const text = texts[section]?.[name];
  const form = typeof text === "object" ? text[forms.select(count)] ?? text.other : text;
  if (form === undefined) console.error(`texts.js has no text "${key}"`);
  return form ?? key;
}

/** What the kernel says (texts.py), and what stands in a hole: a text of a key, a number, a date, a list; or text as it is. */
export function written(value) {
  if (typeof value === "number") return count(value);
  if (Array.isArray(value)) return lists.format(value.map(written));
  if (value?.key) return t(value.key, value.values);
  if (value?.digits !== undefined) return decimal(value.number, value.digits);
  if (value?.time) return times.format(new Date(value.time));
  return value ?? "";
}

/** The text of a key: t("queue.place", { title, place: 2, all: 5 }). */
export const t = (key, values = {}) => template(key, values).split(HOLE).map((part, at) => (at % 2 ? written(values[part]) : part)).join("");

/** The same as children of an element, where `element(text, name)` makes one of every value. */
export const parts = (key, values, element) => template(key, values).split(HOLE).map((part, at) => (at % 2 ? element(written(values[part]), part) : part));
