"""Starting the dashboard: find a port, set Voila up, serve until a signal."""

import logging
import webbrowser
from collections.abc import Callable

from audiolab import log
from audiolab.config import Settings
from audiolab.server.app import AudiolabApp
from audiolab.server.configuration import voila_configuration
from audiolab.server.library import Library
from audiolab.server.ports import HOST, allow_many_connections, bind
from audiolab.server.secrets import dashboard_token
from audiolab.server.users import users_of

LOG = logging.getLogger(__name__)

DEFAULT_PORT = 8866


def run_dashboard(
    settings: Settings,
    *,
    port: int | None = None,
    open_browser: bool = True,
    theme: str | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the dashboard on this machine until SIGINT or SIGTERM; then end its kernels.

    Parameters
    ----------
    settings : Settings
        Which catalog, which token, which data folder.
    port : int or None
        Where to listen; None means 8866 or the next free port.
    open_browser : bool
        Open the page in the user's browser.
    theme : {"light", "dark"} or None
        Colours; None follows the system.
    on_ready : callable or None
        Called with the address, token included where it counts, when the server answers.

    Raises
    ------
    AudiolabError
        If the port is in use.
    DatabaseError
        If the catalog cannot be opened.
    """
    _log_to_file(settings)
    allow_many_connections()
    sockets = bind(port, DEFAULT_PORT)
    library = Library(settings)
    try:
        library.open()
    except BaseException:
        for bound in sockets:
            bound.close()
        raise
    token = dashboard_token(settings)
    number = sockets[0].getsockname()[1]
    address = f"http://{HOST}:{number}/"
    if settings.token or not users_of(settings).accounts():
        address += f"?token={token}"

    def ready() -> None:
        LOG.info("the dashboard answers on port %d", number)
        if on_ready is not None:
            on_ready(address)
        if open_browser:
            webbrowser.open(address)

    app = AudiolabApp(
        config=voila_configuration(settings, token, theme or "auto"),
        config_file_paths=[],
        log=logging.getLogger("audiolab.voila"),
        library=library,
        sockets=sockets,
        on_ready=ready,
        port=number,
    )
    app.initialize(argv=[])
    app.start()


def _log_to_file(settings: Settings) -> None:
    """All that this process has to say goes to ``logs/dashboard.log``, nothing to the terminal."""
    log.set_up(settings.data_dir, "dashboard", settings.log_level)
    ours = logging.getLogger("audiolab")
    for handler in list(ours.handlers):
        if not isinstance(handler, logging.FileHandler):
            ours.removeHandler(handler)
    for name in ("tornado", "traitlets", "jupyter_server", "asyncio", "py.warnings"):
        logger = logging.getLogger(name)
        logger.handlers = list(ours.handlers)
        logger.propagate = False
    logging.captureWarnings(capture=True)
