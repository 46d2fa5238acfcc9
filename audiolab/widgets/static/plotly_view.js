// A plotly figure: in the colours of the page, as wide as its place, telling what is done in it.
import { debounce, h } from "./dom.js";
import { styled } from "./page.js";
import { plotly, webgl } from "./plotly.js";
import { t, written } from "./text.js";
import { timeLink } from "./time_link.js";

// Time goes back to the whole by time_link.js, which knows how long it is.
const configured = (model) => ({ ...CONFIG, ...(model.get("track").id ? { doubleClick: false } : {}), ...model.get("options") });
const CONFIG = { displaylogo: false, displayModeBar: false, doubleClick: "reset", plotlyServerURL: "", showTips: false };
const CLEAR = "rgba(0, 0, 0, 0)";
const PAUSE = 150; // milliseconds without a change until it is told

const theme = () => (document.body.dataset.jpThemeLight === "false" ? "dark" : "light");
const point = ({ curveNumber, pointNumber, pointIndex, x, y, customdata }) => ({ curve: curveNumber, index: pointNumber ?? pointIndex, x, y, customdata });

/** Points by WebGL as points of SVG, where there is no WebGL. */
const drawable = (traces) => (webgl() ? traces : traces.map((trace) => (trace.type === "scattergl" ? { ...trace, type: "scatter" } : trace)));

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const plot = h("div", { className: "al-plot", role: "figure" });
  const frame = h("div", { className: "al-plot-frame" }, plot);
  el.append(frame);
  const place = () => { plot.style.height = `${model.get("_figure").layout?.height ?? 340}px`; };
  const name = () => plot.setAttribute("aria-label", written(model.get("label")) || t("stage.figure"));
  place();
  name();
  const asked = []; // ranges that came before there was a plot
  let Plotly = null;
  const heard = (message) => {
    if (message.type !== "range") return;
    if (plot.alHeard) Plotly.relayout(plot, { "xaxis.range": message.range });
    else asked.push(message);
  };
  model.on("msg:custom", heard);
  Plotly = await plotly(model);
  let drawn = 0;
  let link = null;

  const titled = () => { const { name, text } = model.get("caption"); return name ? { title: { text: `<b>${written(name)}</b>  ${written(text)}`, font: { size: 13 } } } : {}; };
  const layout = (given) => ({ ...given, ...titled(), template: model.get("_templates")[theme()], autosize: true, width: undefined,
    paper_bgcolor: CLEAR, plot_bgcolor: CLEAR, uirevision: given.uirevision ?? drawn });
  const draw = () => {
    const { data, layout: given } = model.get("_figure");
    if (!given) { Plotly.purge(plot); plot.alHeard = false; return null; }
    place();
    return Plotly.react(plot, drawable(data), layout(given), configured(model));
  };
  const replaced = () => { drawn += 1; return draw(); };

  const changed = debounce((changes) => model.send({ type: "relayout", changes }), PAUSE);
  const told = (changes) => { if (Object.keys(changes).some((key) => key.includes("range"))) changed(JSON.parse(JSON.stringify(changes))); };
  const select = (event) => {
    const curves = new Map();
    for (const one of event?.points ?? []) { if (!curves.has(one.curveNumber)) curves.set(one.curveNumber, []); curves.get(one.curveNumber).push(one.pointNumber ?? one.pointIndex); }
    model.send({ type: "select", curves: [...curves.keys()] }, undefined, [...curves.values()].map((indices) => Int32Array.from(indices).buffer));
  };
  await replaced();
  const listen = () => {
    if (!plot.on || plot.alHeard) return;
    plot.alHeard = true;
    plot.on("plotly_click", (event) => model.send({ type: "click", points: event.points.map(point) }));
    plot.on("plotly_selected", select);
    plot.on("plotly_deselect", () => select(null));
    plot.on("plotly_relayout", told);
    plot.on("plotly_webglcontextlost", () => Plotly.newPlot(plot, plot.data, plot.layout, configured(model)));
  };
  listen();
  asked.splice(0).forEach(heard);
  const linked = () => {
    link?.remove();
    link = model.get("track").id && plot.on ? timeLink({ plot, frame, track: model.get("track"), slider: model.get("slider") }) : null;
  };
  const redrawn = async () => { await replaced(); listen(); linked(); };
  linked();

  let width = frame.clientWidth;
  const resize = new ResizeObserver(() => {
    if (!plot.on || !frame.clientWidth || frame.clientWidth === width) return;
    width = frame.clientWidth;
    requestAnimationFrame(() => { if (plot.isConnected && plot.on) Plotly.Plots.resize(plot); });
  });
  resize.observe(frame);
  const themed = new MutationObserver(draw);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  model.on("change:_figure", redrawn);
  model.on("change:track", linked);
  model.on("change:label", name);
  return () => {
    controller.abort();
    changed.cancel();
    resize.disconnect();
    themed.disconnect();
    link?.remove();
    model.off("change:_figure", redrawn);
    model.off("change:track", linked);
    model.off("change:label", name);
    model.off("msg:custom", heard);
    Plotly.purge(plot);
  };
}
