// A range between two handles; at its ends it is open.
import { debounce, h } from "./dom.js";

const PAUSE = 150;

export function rangeSlider({ label, low, high, step }, choose) {
  const handle = (which, value) => h("input", { type: "range", min: low, max: high, step, value, "aria-label": `${label} ${which}` });
  const [from, to] = [handle("from", low), handle("to", high)];
  const output = h("output", { className: "al-range-value" });
  const track = h("div", { className: "al-range-track" }, from, to);
  const element = h("div", { className: "al-range-control" }, track, output);
  const bounds = () => [Number(from.value), Number(to.value)];

  const draw = () => {
    const [least, most] = bounds();
    const share = (value) => `${((value - low) / (high - low)) * 100}%`;
    track.style.setProperty("--from", share(least));
    track.style.setProperty("--to", share(most));
    const open = [least <= low, most >= high];
    output.textContent = open[0] && open[1] ? "Any" : open[1] ? `${least} or more` : open[0] ? `${most} or less` : `${least} – ${most}`;
    from.setAttribute("aria-valuetext", open[0] ? "any" : String(least));
    to.setAttribute("aria-valuetext", open[1] ? "any" : String(most));
  };
  let moving = false; // what the kernel says of the past must not move the handles now
  const commit = debounce(() => {
    moving = false;
    const [least, most] = bounds();
    const value = [least <= low ? null : least, most >= high ? null : most];
    choose(value[0] === null && value[1] === null ? null : value);
  }, PAUSE);
  const moved = (event) => {
    const [least, most] = bounds();
    if (least > most) event.target.value = event.target === from ? most : least;
    moving = true;
    draw();
    commit();
  };
  from.addEventListener("input", moved);
  to.addEventListener("input", moved);
  const show = (value) => {
    if (moving || track.matches(":active")) return;
    from.value = value?.[0] ?? low;
    to.value = value?.[1] ?? high;
    draw();
  };
  draw();
  return { element, update: (_, value) => show(value), show };
}
