"""The dashboard's server: Voila with our template, our pages and far fewer open doors.

Of Voila 0.5.13 only what the pages use is kept: it runs a notebook and sends what comes of it. Left
out: the file tree, the contents API, ``voila/files`` (any picture under the notebooks),
``voila/query`` (open to everybody), the kernel API but for one model, and Voila's scripts with the
extensions of JupyterLab that they load: our pages bring their own (``widgets/static/host.js``).
Code cannot be run through the kernel's channel: Voila's list of allowed messages holds no
``execute_request``; a test makes sure.
"""

import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from jupyter_core.utils import run_sync
from jupyter_server.log import log_request
from jupyter_server.utils import url_path_join
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from traitlets import Any as AnyTrait
from voila.app import Voila

from audiolab import resources
from audiolab.server.base import SETTING
from audiolab.server.declare import UUID
from audiolab.server.headers import PROTECTION, Protected
from audiolab.server.login import LoginHandler, LogoutHandler
from audiolab.server.pages import (
    ChannelHandler,
    HomeHandler,
    KernelModelHandler,
    NothingHandler,
    PageHandler,
    ShutdownHandler,
)
from audiolab.server.routes import Route, routes

TEMPLATE = resources.PACKAGE / "server" / "template"
MAX_BODY_BYTES = 1_000_000
MAX_HEADER_BYTES = 32_768
# Who dawdles longer over a request is cut off; so are connections that are kept for later ones.
HEADER_SECONDS = 60.0
BODY_SECONDS = 30.0
NO_ORIGIN = r"(?!)"


class AudiolabApp(Voila):
    """The dashboard.

    Attributes
    ----------
    library : Library
        The catalog for the handlers.
    sockets : list of socket
        Where to listen, already bound.
    on_ready : callable or None
        Called with no arguments when requests are answered.
    """

    name = "voila"  # Voila looks its templates up by this name
    subcommands: ClassVar[dict[str, Any]] = {}
    library = AnyTrait()
    sockets = AnyTrait()
    on_ready = AnyTrait(allow_none=True)

    def setup_template_dirs(self) -> None:
        """Put our template before Voila's, from inside the package."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATE))

    def init_settings(self) -> dict[str, Any]:
        """Settings of the web application."""
        settings: dict[str, Any] = super().init_settings()
        settings[SETTING] = self.library
        settings["log_function"] = log_request  # hides the token
        settings["headers"] = dict(PROTECTION)
        settings["default_handler_class"] = NothingHandler
        # Jupyter lets any page of the web read what it asked for with a token; none may here. Our
        # own API has its list of origins (`audiolab.server.base`).
        settings["allow_origin_pat"] = NO_ORIGIN
        return settings

    def init_handlers(self) -> list[Route]:
        """Every address there is."""
        page = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        kernel = rf"(?P<kernel_id>{UUID})"
        own: list[Route] = [
            (r"/?", HomeHandler),
            (r"/login", LoginHandler),
            (r"/logout", LogoutHandler),
            (r"/voila/render/(\w+\.ipynb)", PageHandler, page),
            (rf"/api/kernels/{kernel}", KernelModelHandler),
            (rf"/api/kernels/{kernel}/channels", ChannelHandler),
            (rf"/voila/api/shutdown/{kernel}", ShutdownHandler),
        ]
        under_base = [(url_path_join(self.server_url, path), *rest) for path, *rest in own]
        return [*routes(self.server_url), *under_base]

    def listen(self) -> None:
        """Answer requests until a signal ends it."""
        self.ioloop = IOLoop.current()
        self.app.add_transform(Protected)
        for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(end, self._handle_signal_stop)
        server = HTTPServer(
            self.app,
            xheaders=True,  # the proxy in front, if there is one, says who asks, and how
            max_body_size=MAX_BODY_BYTES,
            max_header_size=MAX_HEADER_BYTES,
            idle_connection_timeout=HEADER_SECONDS,
            body_timeout=BODY_SECONDS,
        )
        server.add_sockets(self.sockets)
        self.ioloop.add_callback(self.kernel_manager.keep_spare)
        ready: Callable[[], None] | None = self.on_ready
        if ready is not None:
            self.ioloop.add_callback(ready)
        try:
            self.ioloop.start()
        finally:
            server.stop()
            self.stop()

    def stop(self) -> None:
        """End the kernels and forget how they were reached."""
        run_sync(self._end_kernels)()
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        self.library.close()

    async def _end_kernels(self) -> None:
        """End what runs. A kernel that is only just starting sees that its parent has gone."""
        self.kernel_manager.give_up_spare()
        for kernel_id in self.kernel_manager.list_kernel_ids():
            with suppress(HTTPError):  # it has ended in the meantime
                await self.kernel_manager.shutdown_kernel(kernel_id, now=True)
        self.kernel_manager.nursery.close()
