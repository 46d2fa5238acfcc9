"""What there is to do in a root: its files as they are, against those that the catalog knows."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

from audiolab.catalog import Catalog
from audiolab.catalog.paths import decode, is_url
from audiolab.catalog.scans import Root
from audiolab.scanner.model import Doubt, KnownFile, Options, Plan
from audiolab.scanner.plan import make_plan, settle
from audiolab.scanner.progress import Observer
from audiolab.scanner.storage import Storage, storage_of
from audiolab.scanner.walk import FoundFile, Skipped, find

HASHING_THREADS = 4
SIZES_AT_ONCE = 10_000


class Live(Protocol):
    """Told often that the survey goes on; may raise to end it."""

    def __call__(self, **progress: int) -> None:
        """With how many files are found by now."""


@dataclass(frozen=True)
class Survey:
    """A look at a root.

    Attributes
    ----------
    catalog : Catalog
    address : str
        The root: an absolute folder, or a URL.
    options : Options
    observer : Observer
    live : Live
    """

    catalog: Catalog
    address: str
    options: Options
    observer: Observer
    live: Live

    def plan(self, root: Root | None) -> Plan:
        """What there is to do; nothing is written.

        Parameters
        ----------
        root : Root or None
            None for one that the catalog does not know.
        """
        self.observer.walking(self.address)
        found = self._told(self._find())
        if root is None:
            plan = make_plan(found, (), self.options)
        else:
            known = self.catalog.known_in_order(root)
            plan = make_plan(found, known, self.options, partial(self._lost_elsewhere, root))
        if plan.doubts:
            self.observer.hashing(len(plan.doubts))
            plan = settle(plan, self._hashes(plan.doubts), self.options)
        plan = self._careful(plan)
        self.observer.planned(plan)
        return plan

    def _told(self, found: Iterator[FoundFile | Skipped]) -> Iterator[FoundFile | Skipped]:
        """What a walk finds, with signs of life."""
        for number, item in enumerate(found):
            self.live(found=number)
            yield item

    def _find(self) -> Iterator[FoundFile | Skipped]:
        if not is_url(self.address):
            return find(Path(self.address), self.options.recursive, self.options.fence)
        from audiolab.scanner.remote_walk import find_remote  # fsspec is not needed for folders

        return find_remote(self.address, self.options.recursive)

    def _careful(self, plan: Plan) -> Plan:
        """Where there is nothing at all, a disk may not be mounted: remove nothing then."""
        lost = len(plan.missing) + len(plan.pruned)
        if plan.found or not lost:
            return plan
        self.observer.note(
            f"{self.address} holds no music now: its {lost} tracks are missing, none is removed "
            "(is its disk mounted?)"
        )
        return replace(plan, missing=plan.missing + plan.pruned, pruned=())

    def _lost_elsewhere(self, root: Root, sizes: Iterator[int]) -> list[KnownFile]:
        """Tracks of other roots whose file is gone, though their folder is there.

        The files of a disk that is not plugged in are not gone.
        """
        if len(self.catalog.roots()) == 1:
            return []
        candidates = {
            file.id: (other, file)
            for some in batched(sizes, SIZES_AT_ONCE)
            for other, file in self.catalog.known_elsewhere(root, some)
        }.values()
        present = {address: _is_there(address) for address in {o.address for o, _ in candidates}}
        return [
            file
            for other, file in candidates
            if present[other.address] and _is_gone(storage_of(other.address), decode(file.path))
        ]

    def _hashes(self, doubts: Sequence[Doubt]) -> dict[str, bytes | None]:
        paths = [doubt.file.path for doubt in doubts]
        hashes = {}
        pool = ThreadPoolExecutor(HASHING_THREADS)
        try:
            for path, digest in zip(paths, pool.map(self._hash, paths), strict=True):
                hashes[path] = digest
                self.live()
        finally:
            pool.shutdown(cancel_futures=True)
        return hashes

    def _hash(self, path: str) -> bytes | None:
        try:
            with storage_of(self.address).opened(decode(path)) as (_, digest):
                return digest
        except OSError:
            return None  # the analysis will meet it again, and say so


def _is_there(address: str) -> bool:
    if not is_url(address):
        return os.path.isdir(address)  # noqa: PTH112 (any bytes)
    try:
        storage_of(address).check()
    except OSError:
        return False
    return True


def _is_gone(storage: Storage, path: str) -> bool:
    """Whether there is no file any more; one that cannot be asked for is not gone."""
    try:
        storage.status(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def batched(numbers: Iterator[int], most: int) -> Iterator[set[int]]:
    """The numbers, at most so many at once."""
    while some := set(islice(numbers, most)):
        yield some
