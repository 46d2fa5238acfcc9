"""Answers whatever is declared with an action: JSON, compressed where the client likes it so."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from tornado.web import HTTPError

from audiolab.catalog import Catalog
from audiolab.server.base import NOTHING_RUNS, AudiolabHandler
from audiolab.server.compression import best_coding, compressed
from audiolab.server.declare import JSON, Asked, Operation, Reply
from audiolab.server.questions import checked

MOST_BODY_BYTES = 65_536


class ApiHandler(AudiolabHandler):
    """Checks the body, runs the action on a thread, sends what it says."""

    async def get(self, **_: str) -> None:
        """Answer."""
        await self._answer(self.operation)

    head = post = delete = get

    async def _answer(self, operation: Operation) -> None:
        asked = replace(self.asked, body=self._read_body(operation))
        accepted = self.request.headers.get("Accept-Encoding", "")
        reply, content, coding = await self.ask(
            lambda catalog: _carried_out(operation, catalog, asked, best_coding(accepted))
        )
        self.set_status(reply.status)
        self.set_header("Cache-Control", reply.cache)
        for name, value in reply.headers.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", NOTHING_RUNS)
        if reply.document is None:
            self.clear_header("Content-Type")
            return
        self._send(content, coding)

    def _send(self, content: bytes, coding: str | None) -> None:
        self.set_header("Content-Type", JSON)
        self.add_header("Vary", "Accept-Encoding")
        if coding is not None:
            self.set_header("Content-Encoding", coding)
        if self.get_status() == 200 and self.request.method in ("GET", "HEAD"):
            self.set_header("Etag", _entity_tag(content))
            if self.check_etag_header():
                self.set_status(304)
                return
        self.write(content)

    def compute_etag(self) -> str | None:
        """The one that has been set."""
        return self._headers.get("Etag")

    def _read_body(self, operation: Operation) -> Any:
        if len(self.request.body) > MOST_BODY_BYTES:
            raise HTTPError(413, "expected a body of at most %d bytes", MOST_BODY_BYTES)
        if operation.body is None:
            return None
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != JSON:
            raise HTTPError(415, "expected a body of the type %s, got %r", JSON, kind[:80])
        return checked(operation.body, self.request.body)


def _carried_out(
    operation: Operation, catalog: Catalog, asked: Asked, coding: str | None
) -> tuple[Reply, bytes, str | None]:
    """The reply, its content, and how that is compressed."""
    assert operation.action is not None
    reply = operation.action(catalog, asked)
    document = reply.document
    text = document if isinstance(document, str) else _text(document)
    return reply, *compressed(text.encode(), coding)


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _entity_tag(content: bytes) -> str:
    """A weak one: the same answer may be compressed elsewhere on the way."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
