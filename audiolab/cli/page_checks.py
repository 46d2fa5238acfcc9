"""What `audiolab doctor` looks at around the page: files it is made of, and Jupyter's part."""

import os
from collections.abc import Iterator
from typing import Any

from audiolab import resources
from audiolab.cli.checks import Check
from audiolab.cli.jupyter import layered_environment

EXTENSION = "audiolab.server"
FRONT_ENDS = ("anywidget", "@jupyter-widgets/jupyterlab-manager")
REINSTALL = "reinstall audiolab: pip install --force-reinstall --no-deps audiolab"


def check_page() -> Iterator[Check]:
    """Everything a browser is sent is there; nothing comes from the network."""
    os.environ.update(layered_environment())
    yield _page_files()
    yield _folders()
    yield _plotly()
    yield _front_ends()
    yield _extension()


def _page_files() -> Check:
    from audiolab.server.app import TEMPLATE
    from audiolab.server.assets import STATIC

    scripts, styles = len(list(STATIC.glob("*.js"))), len(list(STATIC.glob("*.css")))
    template = (TEMPLATE / "index.html.j2").is_file()
    found = f"{scripts} scripts, {styles} styles, {'a' if template else 'no'} template"
    return Check("page", bool(scripts and styles and template), found, REINSTALL)


def _folders() -> Check:
    wanted = {"dashboards": "*.ipynb", "notebooks": "*.ipynb", "data": "**/*.mp3"}
    missing = []
    for name, pattern in wanted.items():
        try:
            there = any(resources.folder(name).glob(pattern))
        except FileNotFoundError:
            there = False
        if not there:
            missing.append(name)
    if missing:
        return Check("folders", False, f"nothing in {', '.join(missing)}", REINSTALL)
    return Check("folders", True, ", ".join(wanted))


def _plotly() -> Check:
    from tornado.web import HTTPError

    from audiolab.server.assets import plotly_bundle

    advice = "pip install --force-reinstall --no-deps plotly"
    try:
        bundle = plotly_bundle()
    except HTTPError as error:
        return Check("plotly's script", False, str(error.log_message), advice)
    size = bundle.stat().st_size if bundle.is_file() else 0
    return Check("plotly's script", size > 0, f"{size / 1e6:.1f} MB", advice)


def _front_ends() -> Check:
    from jupyter_core.paths import jupyter_path

    places = [os.path.join(base, "labextensions") for base in jupyter_path()]  # noqa: PTH118
    missing = [
        name
        for name in FRONT_ENDS
        if not any(os.path.isdir(os.path.join(place, name)) for place in places)  # noqa: PTH112, PTH118
    ]
    found = f"not found: {', '.join(missing)}" if missing else ", ".join(FRONT_ENDS)
    advice = "pip install --force-reinstall --no-deps anywidget jupyterlab-widgets"
    return Check("widgets' front ends", not missing, found, advice)


def _extension() -> Check:
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager: Any = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = manager.get_jpserver_extensions().get(EXTENSION)
    found = {True: "enabled", False: "switched off", None: "not installed"}[enabled]
    advice = f"jupyter server extension enable {EXTENSION} --sys-prefix"
    return Check("Jupyter extension", bool(enabled), f"{EXTENSION} {found}", advice)
