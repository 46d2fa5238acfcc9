// Drawing very many points: discs put into the pixels of a canvas directly. That takes as long on
// any machine, with a graphics card or without: a hundred thousand in a few milliseconds.
const WHOLE = 65535;
const FAINT = 0.3; // of the points that a filter leaves out

/** Pixels of a disc: offsets, and how much of each it covers. */
function disc(radius) {
  const reach = Math.ceil(radius);
  const pixels = [];
  for (let y = -reach; y <= reach; y += 1) {
    for (let x = -reach; x <= reach; x += 1) {
      const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(x, y)));
      if (cover > 0.05) pixels.push([x, y, cover]);
    }
  }
  return pixels;
}

/**
 * draw({ xs, ys, codes, mask }, look, view): `look` has the `colours` of the codes, the `paper` and
 * the `radius` and `opacity` of a point; `view` says where the left and the upper end of the canvas
 * are on the map, and how many pixels its width takes. `mask` has a bit for each point, or is null.
 */
export function raster(canvas) {
  const context = canvas.getContext("2d", { alpha: false });
  let image = null;

  const paint = (points, look, view, wanted) => {
    const { xs, ys, codes, mask } = points;
    const { width, height } = canvas;
    const { data } = image;
    const faint = mask && !wanted;
    const [pixels, scale] = [disc(faint ? Math.max(0.7, look.radius * 0.8) : look.radius), view.scale / WHOLE];
    const [left, top] = [view.left * view.scale, view.top * view.scale];
    const margin = Math.ceil(look.radius) + 1;
    const opacity = faint ? FAINT * look.opacity : look.opacity;
    const [dx, dy, cover] = [0, 1, 2].map((part) => Float32Array.from(pixels, (one) => (part === 2 ? one[2] * opacity : one[part])));
    for (let at = 0; at < xs.length; at += 1) {
      if (mask && ((mask[at >> 3] >> (at & 7)) & 1) !== wanted) continue;
      const x = Math.round(xs[at] * scale - left);
      const y = Math.round(top - ys[at] * scale);
      if (x < -margin || y < -margin || x >= width + margin || y >= height + margin) continue;
      const colour = faint ? 255 * 3 : codes[at] * 3;
      const [red, green, blue] = [look.colours[colour], look.colours[colour + 1], look.colours[colour + 2]];
      for (let pixel = 0; pixel < dx.length; pixel += 1) {
        const [column, row] = [x + dx[pixel], y + dy[pixel]];
        if (column < 0 || row < 0 || column >= width || row >= height) continue;
        const place = (row * width + column) * 4;
        const share = cover[pixel];
        data[place] += (red - data[place]) * share;
        data[place + 1] += (green - data[place + 1]) * share;
        data[place + 2] += (blue - data[place + 2]) * share;
      }
    }
  };

  return (points, look, view) => {
    const { width, height } = canvas;
    if (!width || !height) return;
    if (image?.width !== width || image.height !== height) image = context.createImageData(width, height);
    const [red, green, blue] = look.paper;
    new Uint32Array(image.data.buffer).fill(((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
    if (points) {
      if (points.mask) paint(points, look, view, 0);
      paint(points, look, view, 1);
    }
    context.putImageData(image, 0, 0);
  };
}
