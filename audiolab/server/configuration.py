"""What Voila and its parts are told, from our settings; nobody's own Voila files are read."""

from typing import Any

from traitlets.config import Config

from audiolab import resources
from audiolab.config import Settings
from audiolab.server.identity import DashboardIdentity, RoleAuthorizer
from audiolab.server.kernels import OwnPython, PageKernels
from audiolab.server.navigation import pages
from audiolab.server.pages import FIRST_PAGE
from audiolab.server.ports import HOST
from audiolab.server.secrets import cookie_secret
from audiolab.server.users import Role, users_of

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
        What visitors log in with, unless there are named users.
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
                "identity_provider_class": DashboardIdentity,
                "authorizer_class": RoleAuthorizer,
            },
            "DashboardIdentity": {
                "cookie_options": {"samesite": "Lax"},
                "users_file": str(users_of(settings).path),
                "token_for_programs": settings.token is not None,
            },
            "RoleAuthorizer": {"read_only": settings.read_only},
            "VoilaConfiguration": _pages(theme, named=bool(users_of(settings).accounts())),
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


def _pages(theme: str, *, named: bool) -> dict[str, Any]:
    return {
        "template": "lab",  # ours comes before it on the template path
        "theme": "light",  # the page itself chooses: see shell.js
        "resources": {
            "audiolab_theme": theme,
            "audiolab_named": named,
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
        "heated_write": _heated_write(settings),
        "cull_idle_timeout": CULL_AFTER_SECONDS,
        "cull_interval": CULL_EVERY_SECONDS,
        "cull_connected": False,
    }


def _heated_write(settings: Settings) -> bool:
    """Whether the kernel that waits for the next visitor may change the catalog.

    Where some are viewers it may not: theirs are most visits. An editor's page gets one of its own
    then, which takes about two seconds more.
    """
    roles = {account.role for account in users_of(settings).accounts().values()}
    return not settings.read_only and Role.viewer not in roles
