"""What all our handlers share: login, permission and the request itself checked once, errors told.

A program that fetches audio needs a plain 403, not a redirect to a login page in HTML, and an
error it can read: `RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>`_ problem details.
"""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async, url_path_join
from tornado.web import HTTPError

from audiolab.catalog import Catalog
from audiolab.errors import (
    AudiolabError,
    CatalogError,
    DatabaseError,
    JobNotFoundError,
    OutsideLibraryError,
    PlaylistNotFoundError,
    QueryError,
    ReadOnlyError,
    RootBusyError,
    RootOverlapError,
    ScanError,
    SchemaError,
    TrackNotFoundError,
)
from audiolab.scanner.shown import without_paths
from audiolab.server.declare import Asked, Operation
from audiolab.server.library import Library
from audiolab.server.questions import read_query
from audiolab.server.rates import Rate

LOG = logging.getLogger(__name__)

SETTING = "audiolab_library"
PREFIX = "audiolab/"
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"  # for what is data

T = TypeVar("T")

# What our errors are in HTTP's words; the first that fits counts.
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (TrackNotFoundError, 404),
    (JobNotFoundError, 404),
    (ReadOnlyError, 403),
    (OutsideLibraryError, 403),
    (RootBusyError, 409),
    (RootOverlapError, 409),
    (QueryError, 400),
    (PlaylistNotFoundError, 400),  # a word of a query
    (ScanError, 400),
    (DatabaseError, 503),
    (SchemaError, 503),
    (CatalogError, 409),
)
_NO_LOGIN = "log in first: open the page once, or send the token"
_WRONG_TOKEN = (
    "the token that was sent opens nothing here: take the one in the address that was printed at "
    "the start, or log in"
)
# What a page of an allowed origin may send, and read of an answer.
_ALLOWED = "Authorization, Content-Type, If-None-Match, If-Range, Range"
_EXPOSED = "Accept-Ranges, Content-Range, ETag, Location, Retry-After"


class Refusal(HTTPError):
    """An error whose answer has headers of its own."""

    def __init__(self, status: int, message: str, *values: Any, headers: Mapping[str, str]) -> None:
        super().__init__(status, message, *values)
        self.headers = headers


class AudiolabHandler(JupyterHandler):
    """A handler that serves only known users and answers errors as problem details.

    Attributes
    ----------
    asked : Asked
        What a request for a declared operation says, checked.
    """

    auth_resource = "audiolab"
    asked: Asked

    def initialize(self, operations: Mapping[str, Operation] | None = None) -> None:
        """Take the operations of this address, by method; None where nothing is declared."""
        self.operations = operations

    @property
    def library(self) -> Library:
        """The catalog."""
        library: Library = self.settings[SETTING]
        return library

    @property
    def operation(self) -> Operation:
        """What is asked for.

        Raises
        ------
        HTTPError
            405 if this address has nothing of the kind.
        """
        method = "GET" if self.request.method == "HEAD" else str(self.request.method)
        found = (self.operations or {}).get(method)
        if found is None:
            raise HTTPError(405, "%s cannot be done here", method)
        return found

    async def ask(self, question: Callable[[Catalog], T]) -> T:
        """Ask the catalog, on a thread.

        Raises
        ------
        HTTPError
            In place of what the catalog raises, with its message.
        """
        try:
            return await self.library.ask(question)
        except AudiolabError as error:
            status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
            raise HTTPError(status, "%s", error) from error

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse whoever is not logged in or not allowed, whatever the method; read the query."""
        if self.request.method == "OPTIONS" and self._origin_allowed():
            self._answer_preflight()
            return
        await self._let_in()
        await self._check_permission()
        if self.operations is not None:
            self._read(self.operation)

    async def _let_in(self) -> None:
        """Jupyter's checks of host, login and XSRF; whom it does not know is told what to do."""
        try:
            await super().prepare(_redirect_to_login=False)
        except HTTPError as refused:
            if refused.status_code != 403 or refused.log_message or self.current_user is not None:
                raise
        if self.current_user is None:
            wrong = self.identity_provider.get_token(self)
            raise HTTPError(403, _WRONG_TOKEN if wrong else _NO_LOGIN)

    async def _check_permission(self) -> None:
        action = "read" if self.request.method in ("GET", "HEAD") else "write"
        allowed = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(allowed):
            shut = self.library.settings.read_only
            why = (
                "this is read-only: nothing can be changed" if shut else "only editors may do this"
            )
            raise HTTPError(403, why)

    def _read(self, operation: Operation) -> None:
        if operation.rate is not None:
            self._take_turn(operation.path, operation.rate)
        self.asked = Asked(
            place=dict(self.path_kwargs),
            query=read_query(operation.query, self.request.query_arguments),
            body=None,
            settings=self.library.settings,
            address=url_path_join(self.base_url, PREFIX, "api/"),
        )

    def _take_turn(self, what: str, rate: Rate) -> None:
        user: Any = self.current_user
        named = bool(getattr(user, "mark", ""))
        client = f"user {user.username}" if named else str(self.request.remote_ip)
        wait = self.library.rates.take(f"{what} {client}", rate)
        if wait:
            headers = {"Retry-After": str(wait)}
            raise Refusal(429, "too many requests of this kind: wait %d s", wait, headers=headers)

    def set_default_headers(self) -> None:
        """Jupyter's own headers, and who else may read or embed the answer.

        That is pages of the origins in the settings; without any, no other page.
        """
        super().set_default_headers()
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        if self.library.settings.cors_origins:
            self.add_header("Vary", "Origin")
        if self._origin_allowed():
            self.set_header("Access-Control-Allow-Origin", self.request.headers["Origin"])
            self.set_header("Access-Control-Expose-Headers", _EXPOSED)
            self.set_header("Cross-Origin-Resource-Policy", "cross-origin")

    def set_cors_headers(self) -> None:
        """Nothing more: Jupyter lets any page read what it asked for with a token."""

    def _origin_allowed(self) -> bool:
        return self.request.headers.get("Origin", "") in self.library.settings.cors_origins

    def _answer_preflight(self) -> None:
        """What a browser asks before it sends a token from a page of another origin."""
        self.set_header("Access-Control-Allow-Methods", ", ".join(self._methods()))
        self.set_header("Access-Control-Allow-Headers", _ALLOWED)
        self.set_header("Access-Control-Max-Age", "600")
        self.set_status(204)
        self.finish()

    def _methods(self) -> list[str]:
        declared = {"GET"} if self.operations is None else set(self.operations)
        return sorted(declared | ({"HEAD"} if "GET" in declared else set()))

    def write_error(self, status_code: int, **context: Any) -> None:
        """Answer with problem details; what went wrong inside stays inside."""
        problem = {"type": "about:blank", "title": _title(status_code), "status": status_code}
        error = context.get("exc_info", (None, None, None))[1]
        if isinstance(error, HTTPError) and error.log_message:
            problem["detail"] = without_paths(error.log_message % error.args)
        if isinstance(error, HTTPError) and isinstance(error.__cause__, QueryError):
            problem |= _where(error.__cause__)
        for name, value in getattr(error, "headers", {}).items():
            self.set_header(name, value)
        if status_code == 405:
            self.set_header("Allow", ", ".join(self._methods()))
        self.set_header("Content-Type", "application/problem+json")
        self.set_header("Content-Security-Policy", NOTHING_RUNS)
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(problem))

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Refusals are ordinary; only what we did not expect is worth a stack."""
        if isinstance(error, HTTPError) and error.status_code != 500:
            LOG.debug("%s %s: %s", self.request.method, self.request.path, error.log_message)
        else:
            LOG.error("%s %s", self.request.method, self.request.path, exc_info=error)


class NotFoundHandler(AudiolabHandler):
    """Whatever else lies under our prefix."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Say 403 to strangers, 404 to users."""
        await super().prepare()
        if not self._finished:
            raise HTTPError(404, "there is nothing at this address")


def _title(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"


def _where(error: QueryError) -> dict[str, Any]:
    """Where the mistake in a query is, and what was probably meant."""
    return {
        name: value
        for name, value in (("position", error.position), ("suggestion", error.suggestion))
        if value is not None
    }
