// How values are written.
import { t } from "./text.js";

/** Seconds as m:ss or h:mm:ss. */
export function clock(seconds) {
  if (!Number.isFinite(seconds)) return "–:––";
  const total = Math.floor(seconds + 1e-6);
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Tempo, to the beat. */
export const tempo = (bpm) => (bpm === null || bpm === undefined ? "" : String(Math.round(bpm)));

/** Hue of a Camelot code: twelve steps round the colour circle, neighbours blend. */
export const hue = (camelot) => (580 - Number.parseInt(camelot, 10) * 30) % 360;

/** A hue of its own for anything without a key. */
export function ownHue(text) {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) % 360;
  return sum;
}

// Circle of fifths, from Camelot 1.
export const MINOR = ["Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "Db"];
export const MAJOR = ["B", "F#", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E"];

/** Musical name of a Camelot code: "8A" is A minor. */
export function keyName(camelot) {
  const place = Number.parseInt(camelot, 10) - 1;
  return camelot.endsWith("A") ? t("key.minor", { tonic: MINOR[place] }) : t("key.major", { tonic: MAJOR[place] });
}
