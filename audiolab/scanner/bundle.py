"""Files that go to a worker together, so that small ones do not cost more to send than to read.

A task of dask costs 5 to 10 ms of CPU time, of the worker and of the scanner, whatever it does; a
song takes half a second, a drum sample a few milliseconds. So files are bundled until a bundle is
worth sending, by what a byte has cost in the bundles before it.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from audiolab.scanner.model import Task

BUNDLE_SECONDS = 1.0
MOST_FILES = 64
SECONDS_PER_FILE = 0.002
SECONDS_PER_BYTE = 2e-7  # an mp3 analysed: to begin with small bundles costs little
MEMORY = 0.8
LEAST_BYTES = 100_000
SORTED_AHEAD = 500


class Bundler:
    """Decides how many files go together, and learns from how long they took."""

    def __init__(self) -> None:
        self._seconds_per_byte = SECONDS_PER_BYTE

    def bundles(
        self, tasks: Iterable[Task], parts: Callable[[], int] = lambda: 1
    ) -> Iterator[list[Task]]:
        """The tasks in bundles, the largest of each few hundred first.

        Parameters
        ----------
        tasks : iterable of Task
        parts : callable
            Into how many bundles a few files should go at least, so that everybody has work.
        """
        for chunk in chunks(tasks):
            most = min(MOST_FILES, -(-len(chunk) // max(1, parts())))
            bundle: list[Task] = []
            seconds = 0.0
            for task in chunk:
                bundle.append(task)
                seconds += SECONDS_PER_FILE + self._seconds_per_byte * task.size
                if seconds >= BUNDLE_SECONDS or len(bundle) == most:
                    yield bundle
                    bundle, seconds = [], 0.0
            if bundle:
                yield bundle

    def learn(self, size_bytes: int, seconds: float) -> None:
        """Note how long so many bytes took; a handful of bytes says nothing about the rest."""
        if size_bytes < LEAST_BYTES:
            return
        latest = seconds / size_bytes
        self._seconds_per_byte += (1 - MEMORY) * (latest - self._seconds_per_byte)


def chunks(tasks: Iterable[Task], ahead: int = SORTED_AHEAD) -> Iterator[list[Task]]:
    """The tasks, the largest of each `ahead` first, so that none is left running at the end."""
    remaining = iter(tasks)
    while chunk := list(islice(remaining, ahead)):
        yield sorted(chunk, key=lambda task: -task.size)
