"""The dashboard's own pages and what they need: few addresses, each for known users only."""

from typing import Any
from urllib.parse import urlencode, urlparse

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from nbformat import NotebookNode
from tornado import web
from tornado.httputil import url_concat
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from voila.request_info_handler import RequestInfoSocketHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from audiolab.server.kernels import visitor_may_write
from audiolab.server.users import Role

FIRST_PAGE = "library.ipynb"
GOING_AWAY = 1001  # RFC 6455: what a browser says when a page is closed or left
POLICY_VIOLATION = 1008  # RFC 6455: what a server says to whom it does not want to hear any more
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
    """One notebook of the dashboards folder as a page. Its kernel may do what its visitor may."""

    async def get(self, path: str | None = None) -> None:
        """Send the page."""
        visitor_may_write.set(may_write(self))
        await TornadoVoilaHandler.get(self, path)
        # Voila keeps every request's query, with its token, for kernels that ask; ours do not.
        RequestInfoSocketHandler._cache.clear()


class KernelDoor(JupyterHandler):
    """Whatever is about one kernel: it is for those who may do at least what the kernel may."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Hide kernels that may do more."""
        await super().prepare()
        kernels: Any = self.kernel_manager
        writes = self.path_kwargs["kernel_id"] in kernels.writers
        if self.current_user is not None and writes and not may_write(self):
            raise HTTPError(404)


class KernelModelHandler(KernelDoor, APIHandler):
    """What the page's widget manager asks about its own kernel; nothing else can be done here."""

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Send the kernel's model."""
        kernels: Any = self.kernel_manager
        self.finish(kernels.kernel_model(kernel_id))


class ChannelHandler(PlainErrors, KernelDoor, VoilaKernelWebsocketHandler):
    """The line between a page and its kernel; when the page goes away, the kernel ends.

    Who is shut out, or may no longer do what the kernel may, is cut off at the next message.

    The message that a closing page sends (`ShutdownHandler`) gets lost now and then. A line that
    is cut without a goodbye, as when a laptop sleeps, may come back: its kernel is left to culling.
    """

    def on_message(self, ws_message: Any) -> None:
        """Pass a message on."""
        identity: Any = self.identity_provider
        kernels: Any = self.kernel_manager
        role = identity.still(self.current_user)
        writes = self.kernel_id in kernels.writers
        if role is None or (writes and role is not Role.editor):
            self.close(POLICY_VIOLATION, "log in again")
        else:
            super().on_message(ws_message)

    def on_close(self) -> None:
        """End the kernel soon, if the browser said that its page goes away."""
        goodbye = self.close_code in (GOING_AWAY, POLICY_VIOLATION)
        super().on_close()
        if goodbye:
            IOLoop.current().call_later(GRACE_SECONDS, self._end_kernel)

    async def _end_kernel(self) -> None:
        kernels, kernel_id = self.kernel_manager, self.kernel_id
        if kernel_id in kernels and not kernels._kernel_connections.get(kernel_id):
            await kernels.shutdown_kernel(kernel_id, now=True)


class FromOwnPages(JupyterHandler):
    """Takes requests of our own pages without Jupyter's XSRF token: the origin protects as well."""

    def check_xsrf_cookie(self) -> None:
        """Accept what comes from our own pages."""
        origin = self.request.headers.get("Origin", "")
        if urlparse(origin).netloc.lower() != self.request.host.lower():
            raise HTTPError(403, "this is for our own pages only")


class ShutdownHandler(PlainErrors, FromOwnPages, KernelDoor):
    """A page that closes says so, and its kernel ends.

    Browsers send that message without Jupyter's XSRF token, so Voila refuses it and leaks a
    kernel per visit. The login is still required.
    """

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        """End the kernel soon, when it has done what the page still asked for."""
        IOLoop.current().call_later(GRACE_SECONDS, self._end, kernel_id)
        self.set_status(204)

    async def _end(self, kernel_id: str) -> None:
        if kernel_id in self.kernel_manager:
            await self.kernel_manager.shutdown_kernel(kernel_id)


class NothingHandler(PlainErrors):
    """Any other address."""

    async def prepare(self) -> None:
        """Say so."""
        raise HTTPError(404)


def tell_address(handler: JupyterHandler, notebook: NotebookNode, cwd: str) -> None:
    """Let the page's cell begin with the query of its address, the token left out.

    So the kernel shows what is asked for while the browser still loads the scripts that could tell
    it. The query comes to the kernel where CGI programs find theirs (RFC 3875, section 4.1.7).
    """
    query = urlencode([pair for pair in _pairs(handler) if pair[0] != "token"])
    cell = notebook.cells[0]
    cell.source = f"import os\nos.environ['QUERY_STRING'] = {query!r}\n{cell.source}"


def may_write(handler: JupyterHandler) -> bool:
    """Whether the visitor may change the catalog."""
    authorizer: Any = handler.authorizer
    return bool(authorizer.may_write(handler.current_user))


def _with_query(handler: web.RequestHandler, address: str) -> str:
    return url_concat(address, _pairs(handler))


def _pairs(handler: web.RequestHandler) -> list[tuple[str, str]]:
    """Names and values of the address's query."""
    return [
        (name, value.decode("utf-8", "replace"))
        for name, values in handler.request.query_arguments.items()
        for value in values
    ]
