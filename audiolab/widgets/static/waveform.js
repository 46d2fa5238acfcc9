// The waveform: 800 peaks as bars, the played part coloured; a slider for mouse, finger and keys.
import { h } from "./dom.js";
import { clock } from "./format.js";
import { numbers, remember } from "./numbers.js";
import { t } from "./text.js";

const BAR = 2; // CSS pixels
const GAP = 1;
const TICK = 6; // CSS pixels below the bars, for the beats
const CLOSEST = 5; // CSS pixels between two beats that are drawn

/** Loudest peak under each bar. */
export function bars(peaks, number) {
  return Array.from({ length: number }, (_, place) => {
    const [start, stop] = [Math.floor((place * peaks.length) / number), Math.ceil(((place + 1) * peaks.length) / number)];
    let most = 0;
    for (let index = start; index < stop; index++) most = Math.max(most, peaks[index]);
    return most;
  });
}

export function waveform(seek) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const element = h("div", { className: "al-wave", role: "slider", tabIndex: 0, "aria-label": t("player.seek"), "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0" }, canvas);
  let [peaks, beats, span] = [null, [], null];
  let [time, length, pointer] = [0, 0, null];
  let wanted = null;

  const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();
  let colours = null;
  const draw = () => {
    const context = canvas.getContext("2d");
    const { width, height } = canvas;
    const scale = devicePixelRatio || 1;
    const number = Math.max(1, Math.floor(width / ((BAR + GAP) * scale)));
    const heights = peaks ? bars(peaks, number) : new Array(number).fill(0);
    const edge = length ? (time / length) * width : 0;
    colours ??= [colour("--al-wave"), colour("--al-accent"), colour("--al-wave-hover"), colour("--al-muted")];
    context.clearRect(0, 0, width, height);
    const foot = beats.length ? TICK * scale : 0; // room for the beats
    const outside = (x) => span && length && (x < (span.start / length) * width || x > (span.end / length) * width);
    heights.forEach((value, place) => {
      const x = place * (BAR + GAP) * scale;
      const tall = Math.max(2 * scale, value * (height - foot));
      context.fillStyle = x < edge ? colours[1] : pointer !== null && x < pointer * width ? colours[2] : colours[0];
      context.globalAlpha = outside(x) ? 0.35 : 1;
      context.fillRect(x, (height - foot - tall) / 2, BAR * scale, tall);
    });
    context.globalAlpha = 1;
    context.fillStyle = colours[3];
    for (const beat of sparse(width / scale)) context.fillRect(Math.round((beat / length) * width), height - foot + 2 * scale, scale, foot - 2 * scale);
  };
  // All beats, or every second, fourth, … so that they can be told apart.
  const sparse = (width) => {
    if (beats.length < 2 || !length) return [];
    const apart = ((beats.at(-1) - beats[0]) / (beats.length - 1) / length) * width;
    const step = 2 ** Math.max(0, Math.ceil(Math.log2(CLOSEST / apart)));
    return [...beats].filter((_, place) => place % step === 0);
  };
  const resize = new ResizeObserver(() => {
    const scale = devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * scale));
    canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale));
    draw();
  });
  resize.observe(canvas);
  const themed = new MutationObserver(() => { colours = null; draw(); });
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });

  const share = (event) => { const box = canvas.getBoundingClientRect(); return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)); };
  const move = (event) => {
    pointer = share(event);
    element.title = length ? clock(pointer * length) : "";
    if (event.buttons & 1 && element.hasPointerCapture(event.pointerId)) seek(pointer * length);
    draw();
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    seek(share(event) * length);
  });
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerleave", () => { pointer = null; draw(); });

  return {
    element,
    /** Show the peaks of a track; flat until they come. */
    async load(id) {
      wanted = id;
      peaks = remember("waveform", id);
      [beats, span] = [[], null];
      draw();
      const found = await numbers("waveform", id);
      if (wanted === id) { peaks = found; draw(); }
    },
    /** Mark times in seconds; none with an empty list. */
    mark(seconds) { beats = seconds; draw(); },
    /** Only this part, { start, end } in seconds, is going to be played; null for all. */
    limit(part) { if (part !== span) { span = part; draw(); } },
    /** Where the music is, in seconds. */
    show(seconds, whole) {
      [time, length] = [seconds, whole];
      element.setAttribute("aria-valuemax", whole.toFixed(1));
      element.setAttribute("aria-valuenow", seconds.toFixed(1));
      element.setAttribute("aria-valuetext", t("all.in_part", { time: clock(seconds), whole: clock(whole) }));
      draw();
    },
    remove() { resize.disconnect(); themed.disconnect(); },
  };
}
