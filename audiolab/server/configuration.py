"""What Voila and its parts are told, from our settings; nobody's own Voila files are read."""

from typing import Any

from traitlets.config import Config

from audiolab import resources
from audiolab.config import Settings
from audiolab.server.identity import TokenIdentity
from audiolab.server.kernels import OwnPython, PageKernels
from audiolab.server.navigation import pages
from audiolab.server.pages import FIRST_PAGE
from audiolab.server.ports import HOST
from audiolab.server.secrets import cookie_secret

EXTENSIONS = (
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
)
# A page that closes ends its kernel itself. Culling is for those that could not say goodbye.
CULL_AFTER_SECONDS = 600
CULL_EVERY_SECONDS = 60
# The next kernel is heated when the page that took the last one has loaded, not beside it.
REFILL_AFTER_SECONDS = 4.0
# Only the page that everybody opens is heated. Each more would hold another 105 MB for as long as
# the dashboard runs, and two CPU seconds at every start, to save them on a page that is opened
# now and then; its header and skeleton show at once either way.
HEATED = {"default": 0, FIRST_PAGE: 1}


def voila_configuration(settings: Settings, token: str, theme: str) -> Config:
    """The configuration of the dashboard.

    Parameters
    ----------
    settings : Settings
        Ours.
    token : str
        What visitors log in with.
    theme : {"auto", "light", "dark"}
        Colours of the page.
    """
    return Config(
        {
            "Voila": {
                "ip": HOST,
                "open_browser": False,
                "root_dir": str(resources.folder("dashboards")),
                "token": token,
                "cookie_secret": cookie_secret(settings, token),
                "identity_provider_class": TokenIdentity,
            },
            "TokenIdentity": {"cookie_options": {"samesite": "Lax"}},
            "VoilaConfiguration": _pages(theme),
            "VoilaKernelManager": {
                "kernel_pools_config": {page: _pool(size) for page, size in HEATED.items()},
                "fill_delay": REFILL_AFTER_SECONDS,
            },
            "PageKernels": _kernels(settings),
            "NotebookNotary": {  # keeps out of the user's Jupyter folder
                "db_file": ":memory:",
                "secret_file": str(settings.data_dir / "kernels" / "notebook_secret"),
            },
        }
    )


def _pages(theme: str) -> dict[str, Any]:
    return {
        "template": "lab",  # ours comes before it on the template path
        "theme": "light",  # the page itself chooses: see shell.js
        "resources": {
            "audiolab_theme": theme,
            "audiolab_pages": pages(resources.folder("dashboards")),
        },
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "file_allowlist": [],
        "preheat_kernel": True,
        "extension_allowlist": list(EXTENSIONS),
        "multi_kernel_manager_class": PageKernels,
        "kernel_spec_manager_class": OwnPython,
    }


def _pool(size: int) -> dict[str, Any]:
    return {"pool_size": size, "kernel_env_variables": {}}


def _kernels(settings: Settings) -> dict[str, Any]:
    folder = settings.data_dir / "kernels"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "environment": {**settings.environment(), "OPENBLAS_NUM_THREADS": "1"},
        "folder": str(folder),
        "log_file": str(settings.data_dir / "logs" / "kernels.log"),
        "cull_idle_timeout": CULL_AFTER_SECONDS,
        "cull_interval": CULL_EVERY_SECONDS,
        "cull_connected": False,
    }
