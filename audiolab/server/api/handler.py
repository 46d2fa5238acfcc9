"""Answers whatever is declared with an action: JSON, compressed where the client likes it so."""

import gzip
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from tornado.web import HTTPError

from audiolab.catalog import Catalog
from audiolab.server.base import NOTHING_RUNS, AudiolabHandler
from audiolab.server.declare import JSON, Asked, Operation, Reply
from audiolab.server.questions import checked

MOST_BODY_BYTES = 65_536
WORTH_COMPRESSING = 1_024
GZIP_LEVEL = 5

_NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


class ApiHandler(AudiolabHandler):
    """Checks the body, runs the action on a thread, sends what it says."""

    async def get(self, **_: str) -> None:
        """Answer."""
        await self._answer(self.operation)

    head = post = delete = get

    async def _answer(self, operation: Operation) -> None:
        asked = replace(self.asked, body=self._read_body(operation))
        compress = self._likes_gzip()
        reply, content, compressed = await self.ask(
            lambda catalog: _carried_out(operation, catalog, asked, compress)
        )
        self.set_status(reply.status)
        self.set_header("Cache-Control", reply.cache)
        for name, value in reply.headers.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", NOTHING_RUNS)
        if reply.document is None:
            self.clear_header("Content-Type")
            return
        self._send(content, compressed)

    def _send(self, content: bytes, compressed: bool) -> None:
        self.set_header("Content-Type", JSON)
        self.add_header("Vary", "Accept-Encoding")
        if compressed:
            self.set_header("Content-Encoding", "gzip")
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

    def _likes_gzip(self) -> bool:
        accepted = self.request.headers.get("Accept-Encoding", "").lower()
        return "gzip" in accepted and not _NO_GZIP.search(accepted)


def _carried_out(
    operation: Operation, catalog: Catalog, asked: Asked, compress: bool
) -> tuple[Reply, bytes, bool]:
    """The reply, its content, and whether that is compressed."""
    assert operation.action is not None
    reply = operation.action(catalog, asked)
    document = reply.document
    text = document if isinstance(document, str) else _text(document)
    content = text.encode()
    if compress and len(content) >= WORTH_COMPRESSING:
        return reply, gzip.compress(content, GZIP_LEVEL, mtime=0), True
    return reply, content, False


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _entity_tag(content: bytes) -> str:
    """A weak one: the same answer may be compressed elsewhere on the way."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
