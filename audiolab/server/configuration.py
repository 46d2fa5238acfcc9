"""What Voila and its parts are told, from our settings; nobody's own Voila files are read."""

from typing import Any

from traitlets.config import Config

from audiolab import resources
from audiolab.config import Settings
from audiolab.server.assets import version
from audiolab.server.clients import PageClient
from audiolab.server.identity import DashboardIdentity, RoleAuthorizer
from audiolab.server.kernels import OwnPython, PageKernels
from audiolab.server.navigation import pages
from audiolab.server.pages import tell_address
from audiolab.server.ports import HOST
from audiolab.server.preload import modules
from audiolab.server.secrets import cookie_secret
from audiolab.server.users import Role, users_of

# A page that closes ends its kernel itself. Culling is for those that could not say goodbye.
CULL_AFTER_SECONDS = 600
CULL_EVERY_SECONDS = 60
# The next kernel is made ready when the page that took the last one has loaded, not beside it.
REFILL_AFTER_SECONDS = 4.0


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
            "PageKernels": _kernels(settings),
            "ServerKernelManager": {"client_factory": PageClient},
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
            "audiolab_modules": modules,
            "audiolab_version": version,
        },
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "file_allowlist": [],
        "preheat_kernel": False,  # ours are ready for any page: see PageKernels
        "prelaunch_hook": tell_address,
        "extension_allowlist": [],
        "multi_kernel_manager_class": PageKernels,
        "kernel_spec_manager_class": OwnPython,
    }


def _kernels(settings: Settings) -> dict[str, Any]:
    folder = settings.data_dir / "kernels"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "environment": {**settings.environment(), "OPENBLAS_NUM_THREADS": "1"},
        "folder": str(folder),
        "log_file": str(settings.data_dir / "logs" / "kernels.log"),
        "spare_writes": _spare_writes(settings),
        "refill_seconds": REFILL_AFTER_SECONDS,
        "cull_idle_timeout": CULL_AFTER_SECONDS,
        "cull_interval": CULL_EVERY_SECONDS,
        "cull_connected": False,
    }


def _spare_writes(settings: Settings) -> bool:
    """Whether the kernel that waits for the next visitor may change the catalog.

    Where some are viewers it may not: theirs are most visits. An editor's page gets one of its own
    then, which takes about two seconds more.
    """
    roles = {account.role for account in users_of(settings).accounts().values()}
    return not settings.read_only and Role.viewer not in roles
