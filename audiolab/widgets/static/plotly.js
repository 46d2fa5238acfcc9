// The plotly bundle: once a page, from our server under the version that the kernel has, else from
// the kernel itself.
import { h } from "./dom.js";
import { asker } from "./kernel.js";
import { address, carried } from "./page.js";

const PATIENCE = 60_000; // milliseconds for 1.5 MB through a slow line

function script(src) {
  return new Promise((resolve, reject) => {
    const element = h("script", { src });
    element.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error("the bundle holds no plotly")));
    element.onerror = () => { element.remove(); reject(new Error("plotly could not be loaded")); };
    document.head.append(element);
  });
}

async function fromKernel(model) {
  const late = new Promise((_, reject) => { setTimeout(reject, PATIENCE, new Error("the kernel does not answer")); });
  const { buffers } = await Promise.race([asker(model)({ type: "plotly" }), late]);
  const unpacked = new Blob([buffers[0]]).stream().pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(unpacked).text();
  return script(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
}

async function load(model) {
  if (!carried) {
    const found = await script(address("static", `plotly-${model.get("_version")}.min.js`)).catch(() => null);
    if (found) return found;
  }
  return fromKernel(model);
}

/** plotly, loaded if need be. */
export const plotly = (model) => (globalThis.__audiolabPlotly ??= load(model).catch((error) => { globalThis.__audiolabPlotly = undefined; throw error; }));

let able = null;
/** Whether this browser draws by WebGL. */
export function webgl() {
  able ??= Boolean(document.createElement("canvas").getContext("webgl2") ?? document.createElement("canvas").getContext("webgl"));
  return able;
}
