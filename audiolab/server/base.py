"""What all our handlers share: login and permission checked once, errors as problem details.

A program that fetches audio needs a plain 403, not a redirect to a login page in HTML, and an
error it can read: `RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>`_ problem details.
"""

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from audiolab.catalog import Catalog
from audiolab.errors import DatabaseError, QueryError, TrackNotFoundError
from audiolab.server.library import Library

LOG = logging.getLogger(__name__)

UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
SETTING = "audiolab_library"

T = TypeVar("T")

_STATUS: dict[type[Exception], int] = {TrackNotFoundError: 404, QueryError: 400, DatabaseError: 503}


class AudiolabHandler(JupyterHandler):
    """A handler that serves only known users and answers errors as problem details."""

    auth_resource = "audiolab"

    @property
    def library(self) -> Library:
        """The catalog."""
        library: Library = self.settings[SETTING]
        return library

    async def ask(self, question: Callable[[Catalog], T]) -> T:
        """Ask the catalog, on a thread.

        Raises
        ------
        HTTPError
            In place of what the catalog raises: 404, 400 or 503, with its message.
        """
        try:
            return await self.library.ask(question)
        except tuple(_STATUS) as error:
            status = next(code for kind, code in _STATUS.items() if isinstance(error, kind))
            raise HTTPError(status, "%s", error) from None

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse whoever is not logged in or not allowed, whatever the method."""
        await super().prepare(_redirect_to_login=False)
        if self.current_user is None:
            raise HTTPError(403, "log in first: open the page once, or send the token")
        action = "read" if self.request.method in ("GET", "HEAD") else "write"
        allowed = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(allowed):
            raise HTTPError(403, "not allowed")

    def write_error(self, status_code: int, **context: Any) -> None:
        """Answer with problem details; what went wrong inside stays inside."""
        problem = {"type": "about:blank", "title": _title(status_code), "status": status_code}
        error = context.get("exc_info", (None, None, None))[1]
        if isinstance(error, HTTPError) and error.log_message:
            problem["detail"] = error.log_message % error.args
        self.set_header("Content-Type", "application/problem+json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(problem))

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Refusals are ordinary; only what we did not expect is worth a stack."""
        if isinstance(error, HTTPError):
            LOG.debug("%s %s: %s", self.request.method, self.request.path, error.log_message)
        else:
            LOG.error("%s %s", self.request.method, self.request.path, exc_info=error)


class NotFoundHandler(AudiolabHandler):
    """Whatever else lies under our prefix."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Say 403 to strangers, 404 to users."""
        await super().prepare()
        raise HTTPError(404, "there is nothing at this address")


def _title(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
