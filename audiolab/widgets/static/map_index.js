// Finding points: the nearest to a place, and those inside a polygon.
const CELLS = 256; // along each side
const WHOLE = 65535;

/** Points sorted into the cells of a grid, once; `xs` and `ys` are in parts of WHOLE. */
export function spatialIndex(xs, ys) {
  const cell = (value) => Math.min(CELLS - 1, Math.floor((value / (WHOLE + 1)) * CELLS));
  const starts = new Uint32Array(CELLS * CELLS + 1);
  const home = new Uint16Array(xs.length);
  for (let at = 0; at < xs.length; at += 1) { home[at] = cell(ys[at]) * CELLS + cell(xs[at]); starts[home[at] + 1] += 1; }
  for (let at = 0; at < CELLS * CELLS; at += 1) starts[at + 1] += starts[at];
  const order = new Uint32Array(xs.length);
  const next = starts.slice();
  for (let at = 0; at < xs.length; at += 1) { order[next[home[at]]] = at; next[home[at]] += 1; }

  /** Calls `visit` with every point in a rectangle of cells, of coordinates in [0, 1]. */
  const within = (left, bottom, right, top, visit) => {
    const bound = (value) => Math.min(CELLS - 1, Math.max(0, Math.floor(value * CELLS)));
    for (let row = bound(bottom); row <= bound(top); row += 1) {
      for (let at = starts[row * CELLS + bound(left)]; at < starts[row * CELLS + bound(right) + 1]; at += 1) visit(order[at]);
    }
  };
  return {
    /** The nearest point no farther than `reach` that `counts`, or -1. */
    nearest(x, y, reach, counts) {
      let best = -1;
      let least = reach * reach;
      within(x - reach, y - reach, x + reach, y + reach, (at) => {
        const apart = (xs[at] / WHOLE - x) ** 2 + (ys[at] / WHOLE - y) ** 2;
        if (apart <= least && counts(at)) { least = apart; best = at; }
      });
      return best;
    },
    /** All points that `counts` inside a polygon of [x, y] corners. */
    inside(corners, counts) {
      const [across, up] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
      const found = [];
      within(Math.min(...across), Math.min(...up), Math.max(...across), Math.max(...up), (at) => {
        if (counts(at) && contains(corners, xs[at] / WHOLE, ys[at] / WHOLE)) found.push(at);
      });
      return found;
    },
  };
}

/** Whether a point is in a polygon: a ray from it crosses the outline an odd number of times. */
function contains(corners, x, y) {
  let odd = false;
  for (let at = 0, before = corners.length - 1; at < corners.length; before = at, at += 1) {
    const [[ax, ay], [bx, by]] = [corners[at], corners[before]];
    if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** A region's text (version/x-y/x-y/…, in ten thousandths) as corners. */
export const cornersOf = (region) => region.split("/").slice(1).map((corner) => corner.split("-").map((one) => Number(one) / 10000));
