"""Ctrl-C: once to finish the files in hand, twice to stop at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Catches SIGINT and SIGTERM while it is entered (in the main thread only).

    Outside of `graceful` they raise KeyboardInterrupt as ever; inside, the first one only makes
    `requested` true.
    """

    def __init__(self) -> None:
        self.requested = False
        self._graceful = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._handle) for number in SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    @contextmanager
    def graceful(self) -> Iterator[None]:
        """While this is entered, the first signal is a request."""
        self._graceful = True
        try:
            yield
        finally:
            self._graceful = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested or not self._graceful:
            raise KeyboardInterrupt
        self.requested = True
