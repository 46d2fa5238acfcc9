"""Jupyter Server extension: the same addresses beside JupyterLab, for the widgets in notebooks."""

import atexit
from typing import Any

from audiolab.config import load_settings
from audiolab.server.base import SETTING
from audiolab.server.library import Library
from audiolab.server.routes import routes


def _load_jupyter_server_extension(server_app: Any) -> None:
    """Add our handlers to a running Jupyter Server."""
    web_app = server_app.web_app
    library = Library(load_settings())
    atexit.register(library.close)
    web_app.settings[SETTING] = library
    web_app.add_handlers(".*$", routes(web_app.settings["base_url"]))
