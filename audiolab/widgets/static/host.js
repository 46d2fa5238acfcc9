// The dashboard's page: shows the widget of its notebook, as JupyterLab does in notebooks, without JupyterLab's scripts.
// Our widgets are boxes and parts; a part is a module as anywidget defines them (anywidget.dev, "Anywidget Front-End Module").
import { line } from "./line.js";
import { models } from "./models.js";
import { t } from "./text.js";

const REFERENCE = "IPY_MODEL_";
const WIDGET = "application/vnd.jupyter.widget-view+json";
const cells = () => document.getElementById("rendered_cells");

const { baseUrl, kernelId } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
const ask = models((hear) => line(`${baseUrl}api/kernels/${kernelId}`, hear));
let find = null; // by id

/** The view of a widget: its element, which fills in its own time, and what ends it. */
function view(id) {
  const model = find(id);
  const el = document.createElement("div");
  const dress = () => { el.className = ["jupyter-widgets", ...(model.get("children") ? ["widget-box"] : []), ...model.get("_dom_classes")].join(" "); };
  dress();
  model.on("change:_dom_classes", dress);
  const filled = model.get("children") ? box(model, el) : part(model, el);
  const end = async () => { model.off("change:_dom_classes", dress); el.remove(); (await filled)?.(); };
  return { el, end };
}

/** A part fills its element, and returns what ends that. */
async function part(model, el) {
  try {
    const { render } = await import(`./${model.get("_module_name")}.js`);
    return await render({ model, el });
  } catch (error) {
    console.error(error);
    el.textContent = t("all.not_loaded", { reason: error.message });
    return null;
  }
}

/** A box shows its children in their order; one that stays keeps its view. */
function box(model, el) {
  const views = new Map();
  const show = () => {
    const ids = model.get("children").map((reference) => reference.slice(REFERENCE.length));
    for (const [id, { end }] of views) if (!ids.includes(id)) { views.delete(id); end(); }
    ids.forEach((id, i) => {
      if (!views.has(id)) views.set(id, view(id));
      const child = views.get(id).el;
      if (el.children[i] !== child) el.insertBefore(child, el.children[i] ?? null);
    });
  };
  model.on("change:children", show);
  show();
  return () => { model.off("change:children", show); for (const { end } of views.values()) end(); };
}

/** The id of the notebook's widget; undefined if its cell failed. */
function shown() {
  const outputs = [...cells().querySelectorAll("script[type='application/json']")].map((one) => JSON.parse(one.textContent));
  return outputs.find(({ data }) => data?.[WIDGET])?.data[WIDGET].model_id;
}

function fail() {
  document.getElementById("failed").hidden = false;
  document.getElementById("loading")?.remove();
}

// The page comes in pieces while the kernel runs its cell; this script begins with the first.
if (document.readyState === "loading") await new Promise((resolve) => { document.addEventListener("DOMContentLoaded", resolve, { once: true }); });
document.addEventListener("kernelgone", fail);
addEventListener("pagehide", () => navigator.sendBeacon(`${baseUrl}voila/api/shutdown/${kernelId}`));
const root = shown();
if (root) {
  find = await ask();
  cells().append(view(root).el);
} else {
  fail();
}
