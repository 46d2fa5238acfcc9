"""Following a scan live: server-sent events, one for each change, until it has ended.

All who follow share one thread that the database tells of changes. Source of the format: the HTML
standard, section 9.2.
"""

import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

from tornado.iostream import StreamClosedError

from audiolab.catalog.follow import ENDED
from audiolab.server.api.scans import scan_document
from audiolab.server.base import AudiolabHandler, Refusal

ALIVE_SECONDS = 15.0  # proxies cut lines that are silent for long
RECONNECT_MILLISECONDS = 3_000
MOST_FOLLOWERS = 100
LAST = "ended"


class ScanEventsHandler(AudiolabHandler):
    """GET: ``progress`` with the status at every change, and ``ended`` with the last one."""

    async def get(self, scan: str) -> None:
        """Tell until the scan has ended or nobody listens."""
        if self.request.headers.get("Last-Event-ID") == LAST:
            self.set_status(204)  # tells the browser not to ask again
            return
        changes = self.library.scan_changes
        if changes.followers >= MOST_FOLLOWERS:
            headers = {"Retry-After": "10"}
            raise Refusal(503, "too many follow scans already", headers=headers)
        document = await self._document(scan)  # 404 before anything is sent
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Accel-Buffering", "no")  # nginx would keep events back
        if self.request.method == "HEAD":
            return
        self.write(f"retry: {RECONNECT_MILLISECONDS}\n\n")
        async with aclosing(changes.follow(ALIVE_SECONDS)) as news:
            with suppress(StreamClosedError):
                await self._tell(scan, document, news)

    async def head(self, scan: str) -> None:
        """The headers that GET would send."""
        await self.get(scan)

    async def _tell(
        self, scan: str, document: dict[str, Any], changes: AsyncIterator[bool]
    ) -> None:
        told: dict[str, Any] | None = None
        spoken = time.monotonic()
        async for changed in changes:  # and every few seconds, whether or not
            if changed and told is not None:
                document = await self._document(scan)
            if document != told:
                await self._send(document)
                told, spoken = document, time.monotonic()
            elif time.monotonic() - spoken >= ALIVE_SECONDS:
                self.write(": still here\n\n")
                await self.flush()
                spoken = time.monotonic()
            if document["state"] in ENDED:
                return

    async def _send(self, document: dict[str, Any]) -> None:
        ended = document["state"] in ENDED
        self.write(f"event: {'ended' if ended else 'progress'}\n")
        if ended:
            self.write(f"id: {LAST}\n")
        self.write(f"data: {json.dumps(document, ensure_ascii=False)}\n\n")
        await self.flush()

    async def _document(self, scan: str) -> dict[str, Any]:
        settings = self.library.settings
        return await self.ask(lambda catalog: scan_document(catalog, scan, settings))
