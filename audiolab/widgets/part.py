"""One part of the page: an anywidget whose JavaScript is a module that the server serves.

The widget itself carries only a loader of a few lines. The modules live in ``static/`` and share
helpers by plain ES imports; Voila's page and JupyterLab get them from the same address, with the
music and the peaks, so a page without our server extension could not do much anyway.
"""

from typing import Any

import anywidget
from traitlets import Unicode

_LOADER = """
const options = document.getElementById("jupyter-config-data");
const base = (options && JSON.parse(options.textContent).baseUrl) || "/";
const load = (model) =>
  import(new URL(`${base}audiolab/static/${model.get("_module_name")}.js`, location.href).href);
async function render(context) {
  try {
    return await (await load(context.model)).render(context);
  } catch (error) {
    console.error(error);
    context.el.textContent =
      "This part of audiolab could not be loaded. In JupyterLab, enable its server extension: " +
      "jupyter server extension enable audiolab.server, then start JupyterLab again.";
  }
}
export default { render };
"""


class Part(anywidget.AnyWidget):
    """Base of our widgets; a subclass names its module in `module`."""

    _esm = _LOADER
    _module_name = Unicode().tag(sync=True)

    module = ""

    def __init__(self, **traits: Any) -> None:
        super().__init__(_module_name=self.module, **traits)
        self.add_class("al-part")
        self.add_class(f"al-{self.module.replace('_', '-')}")
