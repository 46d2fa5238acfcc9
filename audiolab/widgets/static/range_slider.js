// A range between two handles under a histogram; at its ends it is open.
import { debounce, h } from "./dom.js";
import { clock } from "./format.js";
import { t } from "./text.js";

const PAUSE = 150;

export function rangeSlider({ label, low, high, step, shown }, choose) {
  const handle = (name, value) => h("input", { type: "range", min: low, max: high, step, value, "aria-label": name });
  const [from, to] = [handle(t("filters.from", { label }), low), handle(t("filters.to", { label }), high)];
  const output = h("output", { className: "al-range-value" });
  const bars = h("div", { className: "al-bars-above", "aria-hidden": "true" });
  const track = h("div", { className: "al-range-track" }, from, to);
  const element = h("div", { className: "al-range-control" }, bars, track, output);
  const bounds = () => [Number(from.value), Number(to.value)];
  const write = (value) => (shown === "clock" ? clock(value) : String(value));

  const draw = () => {
    const [least, most] = bounds();
    const share = (value) => (value - low) / (high - low);
    track.style.setProperty("--from", `${share(least) * 100}%`);
    track.style.setProperty("--to", `${share(most) * 100}%`);
    const open = [least <= low, most >= high];
    output.textContent = open[0] && open[1] ? t("all.any") : open[1] ? t("filters.at_least", { value: write(least) }) : open[0] ? t("filters.at_most", { value: write(most) }) : t("filters.between", { low: write(least), high: write(most) });
    from.setAttribute("aria-valuetext", open[0] ? t("filters.any") : write(least));
    to.setAttribute("aria-valuetext", open[1] ? t("filters.any") : write(most));
    const number = bars.children.length;
    [...bars.children].forEach((bar, place) => bar.classList.toggle("al-within", (place + 0.5) / number >= share(least) && (place + 0.5) / number <= share(most)));
  };
  const drawBars = (heights) => {
    const most = Math.max(1, ...heights);
    while (bars.children.length < heights.length) bars.append(h("i"));
    heights.forEach((tracks, place) => bars.children[place].style.setProperty("--tall", tracks ? Math.max(0.05, tracks / most).toFixed(3) : "0"));
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
  return {
    element,
    update(declared, value) {
      [low, high] = [declared.low, declared.high];
      for (const one of [from, to]) { one.min = low; one.max = high; }
      drawBars(declared.bars);
      show(value);
      draw();
    },
    show,
  };
}
