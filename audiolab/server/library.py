"""The catalog as the handlers see it: opened once, used on threads, never on the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from audiolab.catalog import Catalog
from audiolab.config import Settings
from audiolab.server.changes import Changes
from audiolab.server.rates import Rates

T = TypeVar("T")

DATABASE_THREADS = 8
FILE_THREADS = 8
ENCODER_THREADS = 2
MOST_CONVERSIONS = 4


class Library:
    """A catalog for asynchronous callers.

    Reading files has threads of its own, so that a slow database never stalls the music; so has
    converting them, so that it never takes more than two cores.

    Parameters
    ----------
    settings : Settings
        Which catalog to open; it is opened by the first question.

    Attributes
    ----------
    settings : Settings
        Which catalog, and what its visitors may.
    conversions : asyncio.Semaphore
        A turn for each file that is being converted for a listener.
    rates : Rates
        How often each client has asked for what costs much.
    scan_changes : Changes
        Tells when a scan may have changed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
        self._database = ThreadPoolExecutor(DATABASE_THREADS, "audiolab-database")
        self._files = ThreadPoolExecutor(FILE_THREADS, "audiolab-files")
        self._encoders = ThreadPoolExecutor(ENCODER_THREADS, "audiolab-encoders")
        self.conversions = asyncio.Semaphore(MOST_CONVERSIONS)
        self.rates = Rates()
        self.scan_changes = Changes(lambda: self.open().job_changes())

    def open(self) -> Catalog:
        """The catalog; opens it if need be (blocking).

        Raises
        ------
        DatabaseError
            If the database cannot be reached; the next call tries again.
        """
        with self._lock:
            if self._catalog is None:
                self._catalog = Catalog.open(settings=self.settings)
            return self._catalog

    async def ask(self, question: Callable[[Catalog], T]) -> T:
        """Run `question` with the catalog on a database thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, lambda: question(self.open()))

    async def on_file_thread(self, work: Callable[[], T]) -> T:
        """Run blocking file work."""
        return await asyncio.get_running_loop().run_in_executor(self._files, work)

    async def on_encoder_thread(self, work: Callable[[], T]) -> T:
        """Convert a block of sound."""
        return await asyncio.get_running_loop().run_in_executor(self._encoders, work)

    def close(self) -> None:
        """Close the catalog and let the threads end."""
        self.scan_changes.stop()
        self._database.shutdown(wait=False, cancel_futures=True)
        self._files.shutdown(wait=False, cancel_futures=True)
        self._encoders.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            if self._catalog is not None:
                self._catalog.close()
                self._catalog = None
