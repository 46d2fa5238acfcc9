// The waveform: 800 peaks as bars, the played part coloured; a slider for mouse, finger and keys.
import { h } from "./dom.js";
import { clock } from "./format.js";

const BAR = 2; // CSS pixels
const GAP = 1;
const KEPT = 30; // waveforms remembered

const remembered = new Map();

async function peaksOf(href) {
  if (!remembered.has(href)) {
    if (remembered.size >= KEPT) remembered.delete(remembered.keys().next().value);
    const answer = await fetch(href);
    remembered.set(href, answer.ok ? new Float32Array(await answer.arrayBuffer()) : null);
  }
  return remembered.get(href);
}

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
  const element = h("div", { className: "al-wave", role: "slider", tabIndex: 0, "aria-label": "Seek", "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0" }, canvas);
  let peaks = null;
  let [time, length, pointer] = [0, 0, null];
  let wanted = "";

  const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();
  let colours = null;
  const draw = () => {
    const context = canvas.getContext("2d");
    const { width, height } = canvas;
    const scale = devicePixelRatio || 1;
    const number = Math.max(1, Math.floor(width / ((BAR + GAP) * scale)));
    const heights = peaks ? bars(peaks, number) : new Array(number).fill(0);
    const edge = length ? (time / length) * width : 0;
    colours ??= [colour("--al-wave"), colour("--al-accent"), colour("--al-wave-hover")];
    context.clearRect(0, 0, width, height);
    heights.forEach((value, place) => {
      const x = place * (BAR + GAP) * scale;
      const tall = Math.max(2 * scale, value * height);
      context.fillStyle = x < edge ? colours[1] : pointer !== null && x < pointer * width ? colours[2] : colours[0];
      context.fillRect(x, (height - tall) / 2, BAR * scale, tall);
    });
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
    /** Show the peaks at an address; flat until they come. */
    async load(href) {
      wanted = href;
      peaks = remembered.get(href) ?? null;
      draw();
      const found = await peaksOf(href).catch(() => null);
      if (wanted === href) { peaks = found; draw(); }
    },
    /** Where the music is, in seconds. */
    show(seconds, whole) {
      [time, length] = [seconds, whole];
      element.setAttribute("aria-valuemax", whole.toFixed(1));
      element.setAttribute("aria-valuenow", seconds.toFixed(1));
      element.setAttribute("aria-valuetext", `${clock(seconds)} of ${clock(whole)}`);
      draw();
    },
    remove() { resize.disconnect(); themed.disconnect(); },
  };
}
