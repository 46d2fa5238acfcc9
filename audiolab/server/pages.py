"""The dashboard's own pages and what they need: few addresses, each for known users only."""

from typing import Any
from urllib.parse import urlparse

from jupyter_server.base.handlers import APIHandler, FileFindHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httputil import url_concat
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

FIRST_PAGE = "library.ipynb"
GOING_AWAY = 1001  # RFC 6455: what a browser says when a page is closed or left
GRACE_SECONDS = 2.0
ERRORS = {403: "log in first", 404: "there is nothing at this address"}


class PlainErrors(web.RequestHandler):
    """Errors as a plain line: Jupyter's error page needs what its server has and Voila has not."""

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say what the status means."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {ERRORS.get(status_code, 'the log file says more')}.\n")


class HomeHandler(PlainErrors, JupyterHandler):
    """``/`` leads to the library and keeps the query, the token in it too."""

    @web.authenticated
    async def get(self) -> None:
        """Redirect."""
        self.redirect(_with_query(self, url_path_join(self.base_url, "voila/render", FIRST_PAGE)))


class PageHandler(PlainErrors, TornadoVoilaHandler):
    """One notebook of the dashboards folder as a page."""

    async def get(self, path: str | None = None) -> None:
        """Send the page."""
        await TornadoVoilaHandler.get(self, path)
        # Voila keeps every request's query, with its token, for kernels that ask; ours do not.
        RequestInfoSocketHandler._cache.clear()


class KernelModelHandler(APIHandler):
    """What the page's widget manager asks about its own kernel; nothing else can be done here."""

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Send the kernel's model."""
        kernels: Any = self.kernel_manager
        self.finish(kernels.kernel_model(kernel_id))


class ChannelHandler(PlainErrors, VoilaKernelWebsocketHandler):
    """The line between a page and its kernel; when the page goes away, the kernel ends.

    The message that a closing page sends (`ShutdownHandler`) gets lost now and then. A line that
    is cut without a goodbye, as when a laptop sleeps, may come back: its kernel is left to culling.
    """

    def on_close(self) -> None:
        """End the kernel soon, if the browser said that its page goes away."""
        goodbye = self.close_code == GOING_AWAY
        super().on_close()
        if goodbye:
            IOLoop.current().call_later(GRACE_SECONDS, self._end_kernel)

    async def _end_kernel(self) -> None:
        kernels, kernel_id = self.kernel_manager, self.kernel_id
        if kernel_id in kernels and not kernels._kernel_connections.get(kernel_id):
            await kernels.shutdown_kernel(kernel_id, now=True)


class ShutdownHandler(VoilaShutdownKernelHandler):
    """A page that closes says so, and its kernel ends.

    Browsers send that message without Jupyter's XSRF token, so Voila refuses it and leaks a
    kernel per visit. The check of the origin protects as well; the login is still required.
    """

    def check_xsrf_cookie(self) -> None:
        """Accept what comes from our own pages."""
        origin = self.request.headers.get("Origin", "")
        if urlparse(origin).netloc.lower() != self.request.host.lower():
            raise HTTPError(403, "this is for our own pages only")

    async def post(self, kernel_id: str) -> None:
        """End the kernel; one that has ended already is as good."""
        if kernel_id in self.kernel_manager:
            await super().post(kernel_id)
        else:
            self.set_status(204)


class TemplateFileHandler(TemplateStaticFileHandler):
    """Scripts and styles of the page template, and nothing above them."""

    def parse_url_path(self, path: str) -> str:
        """Refuse what does not lie in a template's static folder."""
        parts = path.split("/")
        if len(parts) < 3 or parts[1] != "static" or ".." in parts:
            raise HTTPError(404)
        parsed: str = super().parse_url_path(path)
        return parsed


class ExtensionFileHandler(PlainErrors, FileFindHandler):
    """Scripts of the widget libraries."""


class NothingHandler(PlainErrors):
    """Any other address."""

    async def prepare(self) -> None:
        """Say so."""
        raise HTTPError(404)


def _with_query(handler: web.RequestHandler, address: str) -> str:
    pairs = [
        (name, value.decode("utf-8", "replace"))
        for name, values in handler.request.query_arguments.items()
        for value in values
    ]
    return url_concat(address, pairs)
