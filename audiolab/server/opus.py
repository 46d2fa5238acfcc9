"""``opus/{id}``: a track's sound as Ogg/Opus, for browsers that cannot play its file.

It is made while it is sent, at the listener's pace: a block of memory each, nothing on the disk.
How long it gets is known at its end only, so there are no ranges; ``?start=SECONDS`` begins later,
which costs no more than beginning at the beginning. Kept files would seek no faster, and would have
to be limited, found again and thrown away.
"""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from audiolab.errors import AnalysisError
from audiolab.server.base import AudiolabHandler, Refusal
from audiolab.server.files import why_unreadable
from audiolab.server.questions import Nothing, decimal

WAIT_SECONDS = 5.0  # for one of the others to end
# Who takes nothing for so long has left, or pauses; then the player asks again from there.
PATIENCE_SECONDS = 600.0
LONGEST_SECONDS = 1e7


class From(Nothing):
    """Where to begin."""

    start: Annotated[
        float,
        Field(ge=0, le=LONGEST_SECONDS, allow_inf_nan=False, description="Begin at this second."),
        BeforeValidator(decimal),
    ] = 0.0


class OpusHandler(AudiolabHandler):
    """GET: the sound from ``start`` on, as long as somebody listens."""

    async def get(self, track: str) -> None:
        """Send what has been made, make more."""
        start = self.asked.query.start
        path = await self.ask(lambda catalog: catalog.path(track))
        async with self._turn():
            blocks = _blocks(path, start)
            try:
                await self._send(blocks)
            except StreamClosedError:
                pass  # the listener went on to something else
            except (TimeoutError, HTTPError):
                if not self._headers_written:
                    raise
                self.detach().close()  # an end would be taken for the track's end
            finally:
                await self.library.on_encoder_thread(blocks.close)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One of a few at once."""
        turns = self.library.conversions
        try:
            await asyncio.wait_for(turns.acquire(), WAIT_SECONDS)
        except TimeoutError:
            message = "too many files are being converted at once: try again in a moment"
            raise Refusal(503, message, headers={"Retry-After": "10"}) from None
        try:
            yield
        finally:
            turns.release()

    async def _send(self, blocks: Iterator[bytes]) -> None:
        block = await self.library.on_encoder_thread(lambda: next(blocks, b""))
        self.set_header("Content-Type", "audio/ogg")
        self.set_header("Cache-Control", "private, no-store")
        self.set_header("Accept-Ranges", "none")
        while block:
            self.write(block)
            await asyncio.wait_for(self.flush(), PATIENCE_SECONDS)
            block = await self.library.on_encoder_thread(lambda: next(blocks, b""))


def _blocks(path: Path, start: float) -> Generator[bytes]:
    """`to_opus`; what it raises before the first block, in HTTP's words."""
    from audiolab.analysis.opus import to_opus

    try:
        yield from to_opus(path, start)
    except OSError as error:
        raise HTTPError(410, why_unreadable(error)) from None
    except AnalysisError as error:
        raise HTTPError(415, f"the file cannot be played: {error.reason}") from None
