// Where one looks on the map: moved by pointer, wheel, two fingers and keys.
const DEEPEST = 64;
const PAN = 80; // pixels a key
const ZOOM = 1.5; // a key, a button
const EDGE = 0.06; // of the map's width, left free around it

/**
 * `stage` is the element that is touched; `changed()` is called for every movement, `lasso` says
 * whether a drag draws instead. Coordinates of the map go from 0 to 1, upwards.
 */
export function mapView(stage, changed, lasso, signal) {
  let [width, height] = [1, 1];
  let [x, y, zoom] = [0.5, 0.5, 1]; // the middle
  const base = () => Math.min(width, height) / (1 + 2 * EDGE);
  const scale = () => base() * zoom;
  const clamp = () => { zoom = Math.min(DEEPEST, Math.max(1, zoom)); x = Math.min(1, Math.max(0, x)); y = Math.min(1, Math.max(0, y)); };
  const move = () => { clamp(); changed(); };
  const toMap = (px, py) => [x + (px - width / 2) / scale(), y - (py - height / 2) / scale()];
  const toPage = (mx, my) => [width / 2 + (mx - x) * scale(), height / 2 - (my - y) * scale()];
  const zoomAt = (px, py, factor) => {
    const [mx, my] = toMap(px, py);
    zoom = Math.min(DEEPEST, Math.max(1, zoom * factor));
    x = mx - (px - width / 2) / scale();
    y = my + (py - height / 2) / scale();
    move();
  };

  const pointers = new Map();
  let dragged = false;
  const place = (event) => { const box = stage.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  stage.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.button !== 0 || lasso(event)) return;
    pointers.set(event.pointerId, place(event));
  }, { signal });
  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    if (!dragged && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return;
    if (!dragged) stage.setPointerCapture(event.pointerId);
    dragged = true;
    pointers.set(event.pointerId, now);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const [far, near] = [Math.hypot(now[0] - other[0], now[1] - other[1]), Math.hypot(before[0] - other[0], before[1] - other[1])];
      zoomAt(other[0], other[1], far / Math.max(1, near));
    } else { x -= (now[0] - before[0]) / scale(); y += (now[1] - before[1]) / scale(); move(); }
  }, { signal });
  const up = (event) => pointers.delete(event.pointerId);
  for (const type of ["pointerup", "pointercancel"]) stage.addEventListener(type, up, { signal });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomAt(...place(event), Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)));
  }, { passive: false, signal });

  const keys = {
    ArrowLeft: () => { x -= PAN / scale(); }, ArrowRight: () => { x += PAN / scale(); },
    ArrowUp: () => { y += PAN / scale(); }, ArrowDown: () => { y -= PAN / scale(); },
    "+": () => { zoom *= ZOOM; }, "=": () => { zoom *= ZOOM; }, "-": () => { zoom /= ZOOM; },
    0: () => { [x, y, zoom] = [0.5, 0.5, 1]; },
  };
  return {
    place, toMap, toPage, scale,
    /** Whether the last press became a drag, so that it is no click. */
    dragged: () => dragged,
    resize(w, h) { [width, height] = [w, h]; },
    /** As raster.js wants it, in device pixels. */
    seen(ratio) { return { left: x - width / 2 / scale(), top: y + height / 2 / scale(), scale: scale() * ratio }; },
    zoom: () => zoom,
    by(factor) { zoom *= factor; move(); },
    whole() { keys[0](); move(); },
    to(mx, my, depth) { [x, y, zoom] = [mx, my, Math.max(zoom, depth)]; move(); },
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return false;
      keys[event.key]();
      move();
      return true;
    },
    /** Corners of what is in view, of the map. */
    corners() { return [toMap(0, 0), toMap(width, 0), toMap(width, height), toMap(0, height)].map((pair) => pair.map((one) => Math.min(1, Math.max(0, one)))); },
  };
}
