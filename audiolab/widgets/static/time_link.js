// A figure over the time of a track, linked to the page's audio element: where it plays, the played
// part coloured, a click seeks. All in the browser.
import { h, svg } from "./dom.js";
import { clock } from "./format.js";
import { hub, on } from "./page.js";
import { duration, play, playing, position, seek } from "./playback.js";
import { t } from "./text.js";
import { timeTicks } from "./time_ticks.js";

const STILL = 4; // pixels a pointer may move and still have clicked
const STEP = 5; // seconds an arrow key goes

let links = 0;

/** Go to a second of a track, which plays from there if another was in the player. */
export function goTo(track, seconds) {
  if (hub.track?.id !== track.id) play(track);
  seek(seconds);
}

/** `slider` adds what keys and screen readers need to move the place. */
export function timeLink({ plot, frame, track, slider }) {
  const controller = new AbortController();
  const { signal } = controller;
  const later = globalThis.__audiolabPlotly; // it has drawn the plot
  const head = h("div", { className: "al-playhead", hidden: true, "aria-hidden": "true" });
  const name = `al-played-${++links}`;
  const rect = svg("rect", { x: 0, y: 0, width: 0, height: 0 });
  const handle = slider ? h("div", { className: "al-plot-slider", role: "slider", tabIndex: 0, "aria-label": t("stage.waveform_seek"), "aria-valuemin": "0" }) : null;
  frame.append(head, ...(handle ? [handle] : []));

  const area = () => { const { _size: size, xaxis } = plot._fullLayout; return { axis: xaxis, left: size.l, top: size.t, width: xaxis._length, height: size.h }; };
  const current = () => hub.track?.id === track.id;
  const whole = () => (current() && duration()) || track.duration || 0;
  const place = (element, { left, top, width, height }) => Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });

  const show = () => {
    if (!plot._fullLayout?.xaxis) return;
    const box = area();
    const seconds = current() ? position() : 0;
    const at = box.axis.l2p(seconds);
    head.hidden = !current() || at < 0 || at > box.width;
    place(head, { ...box, left: box.left + at, width: 2 });
    rect.setAttribute("width", current() ? Math.min(Math.max(0, at), box.width) : 0);
    if (!handle) return;
    place(handle, box);
    handle.setAttribute("aria-valuemax", whole().toFixed(1));
    handle.setAttribute("aria-valuenow", seconds.toFixed(1));
    handle.setAttribute("aria-valuetext", t("all.in_part", { time: clock(seconds), whole: clock(whole()) }));
  };
  /** The first trace once more, in the colour of what has been heard, as far as it has. */
  const colour = () => {
    plot.querySelector(`.${name}`)?.remove();
    const trace = plot.querySelector(".scatterlayer > .trace");
    if (trace && handle) {
      const played = trace.cloneNode(true);
      played.setAttribute("class", `al-played ${name}`);
      played.setAttribute("clip-path", `url(#${name})`);
      rect.setAttribute("height", area().height);
      played.prepend(svg("clipPath", { id: name }, rect));
      trace.after(played);
    }
    show();
  };
  const ticked = () => {
    const { axis, width } = area();
    const { vals, text } = timeTicks(axis.range, width);
    if (String(text) !== String(plot.layout.xaxis?.ticktext)) later.then((Plotly) => { if (plot.isConnected && plot.on) Plotly.relayout(plot, { "xaxis.tickvals": vals, "xaxis.ticktext": text }); });
  };
  const drawn = () => { if (!plot._fullLayout?.xaxis) return; colour(); ticked(); };
  let frameId = 0;
  const follow = () => { cancelAnimationFrame(frameId); show(); if (current() && playing() && !signal.aborted) frameId = requestAnimationFrame(follow); };

  let down = null;
  const inside = (event) => { const box = area(); const around = plot.getBoundingClientRect(); const [x, y] = [event.clientX - around.left - box.left, event.clientY - around.top - box.top]; return x >= 0 && x <= box.width && y >= 0 && y <= box.height ? x : null; };
  plot.addEventListener("pointerdown", (event) => { down = event.button === 0 && inside(event) !== null ? event : null; }, { capture: true, signal });
  addEventListener("pointerup", (event) => {
    const still = down && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < STILL;
    const x = still ? inside(event) : null;
    down = null;
    if (x !== null) goTo(track, Math.min(Math.max(0, area().axis.p2l(x)), whole()));
  }, { capture: true, signal });
  handle?.addEventListener("keydown", (event) => {
    const seconds = current() ? position() : 0;
    const to = { ArrowLeft: seconds - STEP, ArrowRight: seconds + STEP, ArrowDown: seconds - STEP, ArrowUp: seconds + STEP, PageDown: seconds - 30, PageUp: seconds + 30, Home: 0, End: whole() }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    goTo(track, Math.max(0, to));
  }, { signal });
  for (const kind of ["track", "state", "time"]) on(kind, follow, signal);
  const wide = () => later.then((Plotly) => Plotly.relayout(plot, { "xaxis.range": [0, whole()] }));
  if (handle) plot.on("plotly_doubleclick", wide);
  plot.on("plotly_afterplot", drawn);
  drawn();
  follow();
  return {
    remove() {
      controller.abort();
      cancelAnimationFrame(frameId);
      plot.removeListener?.("plotly_afterplot", drawn);
      plot.removeListener?.("plotly_doubleclick", wide);
      plot.querySelector(`.${name}`)?.remove();
      head.remove();
      handle?.remove();
    },
  };
}
