"""One part of the page: an anywidget whose JavaScript is a module that the server serves.

The widget itself carries only a loader of a few lines. The modules live in ``static/`` and share
helpers by plain ES imports; Voila's page and JupyterLab get them from the same address, with the
music and the peaks. Front ends without our server extension (VS Code, Colab) get them from the
kernel, once a page, and the loader makes addresses in the browser's memory for them.
"""

from functools import cache
from typing import Any

import anywidget
from traitlets import Unicode

from audiolab import resources

STATIC = resources.PACKAGE / "widgets" / "static"

_LOADER = """
const PATIENCE = 30_000; // milliseconds
const IMPORT = / from "\\.\\/(\\w+\\.js)"/g;
const options = document.getElementById("jupyter-config-data");
const base = (options && JSON.parse(options.textContent).baseUrl) || "/";

const fromServer = (name) =>
  import(new URL(`${base}audiolab/static/${name}.js`, location.href).href);

const sources = (model) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("the kernel does not answer")), PATIENCE);
  model.on("msg:custom", (message) => { if (message.type === "files") resolve(message.files); });
  model.send({ type: "files" });
});

function addresses(texts) {
  const made = {};
  const address = (name) => {
    const text = texts[name].replace(IMPORT, (_, other) => ` from "${address(other)}"`);
    const type = name.endsWith(".css") ? "text/css" : "text/javascript";
    return (made[name] ??= URL.createObjectURL(new Blob([text], { type })));
  };
  Object.keys(texts).forEach(address);
  return (globalThis.__audiolabFiles = made);
}

async function fromKernel(model, name) {
  globalThis.__audiolabAsked ??= sources(model).then(addresses);
  return import((await globalThis.__audiolabAsked)[`${name}.js`]);
}

async function render(context) {
  const { model } = context;
  const name = model.get("_module_name");
  try {
    const part = await fromServer(name).catch(() => fromKernel(model, name));
    return await part.render(context);
  } catch (error) {
    console.error(error);
    context.el.textContent = `This part of audiolab could not be loaded (${error.message}): ` +
      "run the cell again; audiolab doctor looks at the installation.";
  }
}
export default { render };
"""


@cache
def _files() -> dict[str, str]:
    """Our scripts and styles, by name."""
    found = [*STATIC.glob("*.js"), *STATIC.glob("*.css")]
    return {path.name: path.read_text(encoding="utf-8") for path in found}


class Part(anywidget.AnyWidget):
    """Base of our widgets; a subclass names its module in `module`."""

    _esm = _LOADER
    _module_name = Unicode().tag(sync=True)

    module = ""

    def __init__(self, **traits: Any) -> None:
        super().__init__(_module_name=self.module, **traits)
        self.on_msg(self._on_files)
        self.add_class("al-part")
        self.add_class(f"al-{self.module.replace('_', '-')}")

    def _on_files(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """A page without our server asks for its scripts and styles."""
        if message.get("type") == "files":
            self.send({"type": "files", "files": _files()})
