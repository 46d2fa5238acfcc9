"""One thread that waits for news of scans, for all who follow them."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing

from audiolab.errors import CatalogError

AGAIN_SECONDS = 2.0


class Changes:
    """Tells everybody who follows when a scan may have changed.

    The thread runs while somebody follows. Used on the event loop only.

    Parameters
    ----------
    changes : callable
        Begins to yield now and at every change (`Catalog.job_changes`).
    """

    def __init__(self, changes: Callable[[], Generator[None]]) -> None:
        self._changes = changes
        self._events: set[asyncio.Event] = set()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def followers(self) -> int:
        """How many follow now."""
        return len(self._events)

    async def follow(self, at_least: float) -> AsyncGenerator[bool]:
        """Yields now, and again at every change (True) or after `at_least` seconds (False)."""
        event = asyncio.Event()
        event.set()
        self._events.add(event)
        self._start()
        try:
            while True:
                try:
                    await asyncio.wait_for(event.wait(), at_least)
                    event.clear()
                    yield True
                except TimeoutError:
                    yield False
        finally:
            self._events.discard(event)
            if not self._events:
                self.stop()

    def stop(self) -> None:
        """Let the thread end; it does so with the next change, or what it takes for one."""
        self._stopped.set()
        self._thread = None

    def _start(self) -> None:
        if self._thread is None:
            self._stopped = threading.Event()
            arguments = (asyncio.get_running_loop(), self._stopped)
            self._thread = threading.Thread(
                target=self._run, args=arguments, name="audiolab-scans", daemon=True
            )
            self._thread.start()

    def _run(self, loop: asyncio.AbstractEventLoop, stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                with closing(self._changes()) as changes:
                    for _ in changes:
                        if stopped.is_set() or loop.is_closed():
                            return
                        loop.call_soon_threadsafe(self._tell)
            except CatalogError:
                stopped.wait(AGAIN_SECONDS)  # the database is away: it is asked again

    def _tell(self) -> None:
        for event in self._events:
            event.set()
