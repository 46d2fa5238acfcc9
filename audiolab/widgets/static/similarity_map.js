// The similarity map: drawn here, from bytes that the kernel sends once a map; heard, drawn round, filtered by.
import { h, icon, iconButton } from "./dom.js";
import { clock, tempo } from "./format.js";
import { asker } from "./kernel.js";
import { palette, rgb } from "./map_colours.js";
import { mapHubness } from "./map_hubness.js";
import { cornersOf, spatialIndex } from "./map_index.js";
import { mapJob } from "./map_job.js";
import { mapLegend } from "./map_legend.js";
import { raster } from "./map_raster.js";
import { mapSelection } from "./map_selection.js";
import { mapView } from "./map_view.js";
import { hub, on, styled, toast } from "./page.js";
import { play } from "./playback.js";
import { decimal, t } from "./text.js";
import { cover } from "./track_row.js";

const WHOLE = 65535;
const REACH = 14; // pixels from a point that still mean it
const PAUSE = 30; // milliseconds until what is pointed at is asked for
const KEPT = 300; // rows remembered
const COLOURS = ["genre", "mood", "key", "tempo", "energy", "root", "occurrence"];

export async function render({ model, el }) {
  await styled;
  const controller = new AbortController();
  const { signal } = controller;
  const ask = asker(model);
  const failed = (reason) => toast(reason, "error");
  let points = null; // { xs, ys, codes, mask, colours }
  let index = null;
  let legend = null;
  let version = null; // of the map that is shown or asked for
  let pointed = -1;
  let outline = null; // being drawn, in pixels
  let drawn = false; // the press that ends was a lasso, and is no click
  let selected = null; // { region, corners, tracks, seeds }
  const rows = new Map();

  const job = mapJob(ask, failed);
  const [canvas, above] = [h("canvas", { className: "al-map-points" }), h("canvas", { className: "al-map-above" })];
  const names = h("div", { className: "al-map-names" });
  const card = h("div", { className: "al-map-card", hidden: true });
  const stage = h("div", { className: "al-map-stage", tabIndex: 0, role: "application", "aria-label": t("map.heading"), "aria-describedby": "al-map-keys" }, canvas, above);
  const told = h("p", { className: "al-map-told", role: "status" });
  const colour = h("select", { "aria-label": t("map.colour_by") }, COLOURS.map((value) => h("option", { value }, t(`map_colours.${value}`))));
  const lassoing = h("button", { type: "button", className: "al-word", "aria-pressed": "false", title: t("map.lasso_hint") }, icon("pencil"), h("span", {}, t("map.lasso")));
  const viewed = h("button", { type: "button", className: "al-word", title: t("map.select_view_hint") }, icon("check"), h("span", {}, t("map.select_view")));
  const tools = h("div", { className: "al-map-tools" }, h("label", { className: "al-map-colour" }, h("span", {}, t("map.colour_by")), colour), lassoing, viewed);
  const zoom = h("div", { className: "al-map-zoom" }, iconButton("plus", t("all.zoom_in"), { className: "al-quiet", onclick: () => view.by(1.6) }), iconButton("minus", t("all.zoom_out"), { className: "al-quiet", onclick: () => view.by(1 / 1.6) }), iconButton("similar", t("map.whole"), { className: "al-quiet", onclick: () => view.whole() }));
  const key = mapLegend();
  const quality = h("p", { className: "al-hint al-map-quality" });
  const hubness = mapHubness(ask);
  const selection = mapSelection({
    base: () => model.get("base"),
    clear: () => select(null),
    keep: async (name) => (await ask({ type: "playlist", name, region: selected.region })).message,
    narrow: () => { model.send({ type: "narrow", add: model.get("base").region ? ["q", `region:${selected.region}`] : ["region", selected.region] }); select(null); },
    play: () => playSelected(),
  });
  const frame = h("div", { className: "al-map-frame" }, stage, names, card, zoom, told);
  const whole = h("div", { className: "al-map-whole", hidden: true }, tools, selection.element, h("div", { className: "al-map-beside" }, frame, key.element), h("p", { id: "al-map-keys", className: "al-hint al-map-help" }, t("map.keys")), quality, hubness.element);
  el.append(job.element, whole);

  // Drawing.
  const draw = raster(canvas);
  const ratio = () => Math.min(2, devicePixelRatio || 1);
  const radius = () => ratio() * Math.min(6, Math.max(1.1, 60 / Math.sqrt(points?.xs.length || 1)) * view.zoom() ** 0.35);
  let drawing = 0;
  const redraw = () => { if (!drawing) drawing = requestAnimationFrame(() => { drawing = 0; drawAll(); }); };
  const drawAll = () => {
    const paper = rgb(getComputedStyle(el).getPropertyValue("--al-paper").trim() || "#fff");
    draw(points, { colours: points?.colours, paper, radius: radius(), opacity: points && points.xs.length > 20_000 ? 0.75 : 0.9 }, view.seen(ratio()));
    drawAbove();
    placeNames();
  };
  const drawAbove = () => {
    const context = above.getContext("2d");
    context.setTransform(ratio(), 0, 0, ratio(), 0, 0);
    context.clearRect(0, 0, above.width, above.height);
    const style = getComputedStyle(el);
    const ink = style.getPropertyValue("--al-ink").trim();
    const accent = style.getPropertyValue("--al-accent").trim();
    const ring = (at, stroke, size) => {
      const [x, y] = view.toPage(points.xs[at] / WHOLE, points.ys[at] / WHOLE);
      context.beginPath();
      context.arc(x, y, size, 0, 2 * Math.PI);
      Object.assign(context, { strokeStyle: stroke, lineWidth: 2.5 });
      context.stroke();
    };
    const shape = outline ?? selected?.corners.map(([x, y]) => view.toPage(x, y));
    if (shape?.length > 1) {
      context.beginPath();
      shape.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.closePath();
      Object.assign(context, { fillStyle: accent, strokeStyle: accent, lineWidth: 2, globalAlpha: 0.12 });
      context.fill();
      context.globalAlpha = 1;
      context.stroke();
    }
    if (!points) return;
    if (pointed >= 0) ring(pointed, ink, radius() / ratio() + 5);
    const playing = [...rows.values()].find((row) => row.id === hub.track?.id);
    if (playing) ring(playing.at, accent, radius() / ratio() + 7);
  };
  const placeNames = () => {
    const taken = [];
    for (const label of names.children) {
      const [x, y] = view.toPage(Number(label.dataset.x), Number(label.dataset.y));
      const [wide, tall] = [label.textContent.length * 6.6 + 22, 26];
      const box = [x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2];
      const free = box[0] > 0 && box[1] > 0 && box[2] < stage.clientWidth && box[3] < stage.clientHeight
        && taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
      label.hidden = !free;
      if (!free) continue;
      taken.push(box);
      label.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
    }
  };

  // Looking round.
  const view = mapView(stage, redraw, (event) => lassoing.getAttribute("aria-pressed") === "true" || event.shiftKey, signal);
  const fit = () => {
    const [wide, tall] = [stage.clientWidth, stage.clientHeight];
    if (!wide || !tall) return;
    view.resize(wide, tall);
    for (const one of [canvas, above]) { one.width = Math.round(wide * ratio()); one.height = Math.round(tall * ratio()); }
    drawAll();
  };
  const resized = new ResizeObserver(fit);
  resized.observe(stage);
  const counts = (at) => !points.mask || ((points.mask[at >> 3] >> (at & 7)) & 1) === 1;
  const found = ([px, py]) => (points ? index.nearest(...view.toMap(px, py), REACH / view.scale(), counts) : -1);

  // One track.
  const rowOf = async (at) => {
    if (rows.has(at)) return rows.get(at);
    const { message } = await ask({ type: "rows", at: [at] });
    if (!message.rows.length) return null;
    if (rows.size >= KEPT) rows.delete(rows.keys().next().value);
    rows.set(at, { ...message.rows[0], at });
    return rows.get(at);
  };
  let asking = 0;
  const point = (at) => {
    if (at === pointed) return;
    pointed = at;
    stage.classList.toggle("al-on-point", at >= 0);
    card.hidden = true;
    clearTimeout(asking);
    drawAbove();
    if (at < 0) return;
    if (rows.has(at)) showCard(rows.get(at));
    else asking = setTimeout(() => rowOf(at).then((row) => { if (row && pointed === at) showCard(row); }, () => {}), PAUSE);
  };
  const showCard = (row) => {
    const facts = [row.bpm ? t("all.bpm", { number: tempo(row.bpm) }) : null, row.key, clock(row.duration)].filter(Boolean).join(" · ");
    card.replaceChildren(cover(row), h("span", { className: "al-name" }, h("span", { className: "al-title", dir: "auto" }, row.title), h("span", { className: "al-artist", dir: "auto" }, row.artist ?? t("all.unknown_artist")),
      h("span", { className: "al-map-facts" }, facts), row.badges.length ? h("span", { className: "al-map-facts", dir: "auto" }, row.badges.map((one) => one.value).join(", ")) : null));
    card.hidden = false;
    const [x, y] = view.toPage(points.xs[row.at] / WHOLE, points.ys[row.at] / WHOLE);
    const [wide, tall] = [card.offsetWidth, card.offsetHeight];
    const left = x + 16 + wide < stage.clientWidth ? x + 16 : Math.max(4, x - 16 - wide);
    card.style.transform = `translate(${Math.min(left, stage.clientWidth - wide - 4)}px, ${Math.min(Math.max(4, y - tall / 2), stage.clientHeight - tall - 4)}px)`;
  };
  const playAt = async (at) => {
    const row = await rowOf(at).catch((error) => { failed(error.message); return null; });
    if (!row) return;
    play(row);
    told.textContent = t("map.playing", { title: row.title });
    drawAbove();
  };

  // Several tracks.
  const select = (found) => { selected = found; outline = null; selection.show(selected); drawAbove(); };
  const draws = async (corners) => {
    if (corners.length < 3) { select(null); return; }
    try {
      const { message } = await ask({ type: "region", outline: corners });
      select({ ...message, corners: cornersOf(message.region) });
    } catch (error) { failed(error.message); select(null); }
  };
  const playSelected = async () => {
    const inside = index.inside(selected.corners, counts).slice(0, 50);
    if (!inside.length) return;
    const { message } = await ask({ type: "rows", at: inside });
    if (message.rows.length) play(message.rows[0], { list: message.rows });
  };
  stage.addEventListener("pointerdown", (event) => {
    drawn = false;
    if (event.button !== 0 || !(lassoing.getAttribute("aria-pressed") === "true" || event.shiftKey) || !points) return;
    outline = [view.place(event)];
    stage.setPointerCapture(event.pointerId);
    point(-1);
  }, { signal });
  stage.addEventListener("pointermove", (event) => {
    if (!outline) { if (!event.buttons) point(found(view.place(event))); return; }
    const [now, last] = [view.place(event), outline.at(-1)];
    if (Math.hypot(now[0] - last[0], now[1] - last[1]) > 3) { outline.push(now); drawAbove(); }
  }, { signal });
  stage.addEventListener("pointerup", () => {
    if (!outline) return;
    drawn = true;
    const corners = outline.map(([x, y]) => view.toMap(x, y));
    lassoing.setAttribute("aria-pressed", "false");
    stage.classList.remove("al-lassoing");
    draws(corners);
  }, { signal });
  stage.addEventListener("pointerleave", () => { if (!outline) point(-1); }, { signal });
  stage.addEventListener("click", (event) => {
    if (drawn || view.dragged() || !points) return;
    const at = found(view.place(event));
    if (at >= 0) { pointed = at; playAt(at); }
  }, { signal });
  stage.addEventListener("keydown", (event) => {
    if (view.key(event)) point(-1);
    else if (event.key === "Enter" && points) { const at = index.nearest(...view.toMap(stage.clientWidth / 2, stage.clientHeight / 2), 1, counts); if (at >= 0) { point(at); playAt(at); } }
    else if (event.key === "Escape" && (selected || outline)) select(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  lassoing.addEventListener("click", () => {
    const down = lassoing.getAttribute("aria-pressed") !== "true";
    lassoing.setAttribute("aria-pressed", String(down));
    stage.classList.toggle("al-lassoing", down);
  });
  viewed.addEventListener("click", () => draws(view.corners()));
  names.addEventListener("click", (event) => {
    const label = event.target.closest("button");
    if (label) view.to(Number(label.dataset.x), Number(label.dataset.y), view.zoom() < 3.5 ? 4 : view.zoom() * 1.6);
  });

  // What the kernel knows.
  const recolour = () => { if (points && legend) { points.colours = palette(legend); key.show(legend); redraw(); } };
  const tell = (left) => {
    const all = points.xs.length;
    const waiting = model.get("facts").waiting;
    stage.setAttribute("aria-label", t("map.of_tracks", { count: all }));
    told.textContent = [left < all ? t("map.part_of_tracks", { left, count: all }) : t("all.tracks", { count: all }), waiting ? t("map.waiting", { count: waiting }) : null].filter(Boolean).join(" · ");
  };
  const load = async () => {
    const { message, buffers } = await ask({ type: "points" });
    if (!message.tracks) { version = null; return; }
    const numbers = (buffer, Kind) => new Kind(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength));
    const [xs, ys] = [numbers(buffers[0], Uint16Array), numbers(buffers[1], Uint16Array)];
    points = { xs, ys, codes: numbers(buffers[2], Uint8Array), mask: buffers[3]?.byteLength ? numbers(buffers[3], Uint8Array) : null };
    index = spatialIndex(xs, ys);
    legend = message.legend;
    rows.clear();
    select(null);
    recolour();
    tell(message.left);
    el.dataset.points = xs.length;
  };
  const showFacts = () => {
    const facts = model.get("facts");
    job.show(facts);
    if (facts.state === "loading") return;
    document.getElementById("loading")?.remove();
    whole.hidden = facts.state !== "ready";
    if (facts.state !== "ready") { points = null; version = null; return; }
    hubness.show(facts.hubness);
    names.replaceChildren(...facts.clusters.filter((one) => one.name).map((one) => h("button", { type: "button", tabIndex: -1, dataset: { x: one.x, y: one.y }, title: t("all.tracks", { count: one.tracks }) }, one.name)));
    const { quality: q } = facts;
    quality.replaceChildren(t("map.of_model", { method: facts.method === "umap" ? t("map.umap") : t("map.pca"), model: facts.model }), " ", q ? `${t("map.trustworthiness", { trustworthiness: decimal(q.trustworthiness, 3) })} ` : "", again);
    if (facts.version !== version) { version = facts.version; load().catch((error) => { version = null; failed(error.message); }); } else redraw();
  };
  const again = h("button", { type: "button", className: "al-link", dataset: { writes: "" }, onclick: () => ask({ type: "make" }).catch((error) => failed(error.message)) }, t("map.make_again"));
  const heard = (message, buffers) => {
    if (message.type !== "mask" || !points || !buffers) return;
    points.mask = buffers[0]?.byteLength ? new Uint8Array(buffers[0].buffer.slice(buffers[0].byteOffset, buffers[0].byteOffset + buffers[0].byteLength)) : null;
    select(null);
    tell(message.left);
    redraw();
    el.dataset.left = message.left;
  };
  colour.addEventListener("change", async () => {
    try {
      const { message, buffers } = await ask({ type: "colours", by: colour.value });
      points.codes = new Uint8Array(buffers[0].buffer.slice(buffers[0].byteOffset, buffers[0].byteOffset + buffers[0].byteLength));
      legend = message.legend;
      recolour();
    } catch (error) { failed(error.message); }
  });
  const showColour = () => { colour.value = model.get("colour"); };
  const themed = new MutationObserver(recolour);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  on("track", drawAbove, signal);
  const listeners = { "change:facts": showFacts, "change:colour": showColour, "msg:custom": heard };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  showColour();
  showFacts();
  return () => {
    controller.abort();
    resized.disconnect();
    themed.disconnect();
    clearTimeout(asking);
    cancelAnimationFrame(drawing);
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
  };
}
