"""Following the scans from a page, on a thread: waiting for news must not keep clicks waiting."""

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

from audiolab.errors import CatalogError

RETRY_SECONDS = 2.0


class Watch:
    """Calls back on the kernel's event loop whenever something may have changed.

    Parameters
    ----------
    changes : callable
        Begins to yield now and at every change (`Catalog.job_changes`).
    changed : callable
        Called for each.
    lost : callable
        Called with the error while the database does not answer; it is asked again and again.
    """

    def __init__(
        self,
        changes: Callable[[], Generator[None]],
        changed: Callable[[], None],
        lost: Callable[[CatalogError], None],
    ) -> None:
        self._changes = changes
        self._changed = changed
        self._lost = lost
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, if that has not happened; without an event loop, as in a script, never."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(loop,), name="scans", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End with the next change, or what is taken for one."""
        self._stopped.set()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stopped.is_set():
            try:
                with closing(self._changes()) as changes:
                    for _ in changes:
                        if self._stopped.is_set():
                            return
                        self._tell(loop, self._changed)
            except CatalogError as error:
                self._tell(loop, self._lost, error)
                self._stopped.wait(RETRY_SECONDS)

    def _tell(
        self, loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *what: Any
    ) -> None:
        if loop.is_closed():
            self._stopped.set()
        else:
            loop.call_soon_threadsafe(callback, *what)
