"""Write tags into many files: noted in the journal first, then file by file, then settled.

Killed at any moment, every file is whole, with its old tags or with its new ones; what was noted
and not settled is looked after by the next run (`audiolab.writeback.recover`). While it runs it
holds the roots of its files, so that no scan reads a file that is being replaced.
"""

import logging
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

from audiolab.catalog import Catalog
from audiolab.catalog.scans import RootLock
from audiolab.catalog.tag_writes import Settled, TagChange, TagFile
from audiolab.errors import AudiolabError, TagWriteError
from audiolab.writeback.place import NO_USE, because, check_place
from audiolab.writeback.plan import Edit, Plan, Progress, Refusal
from audiolab.writeback.record import place_of, record_of
from audiolab.writeback.recover import recover
from audiolab.writeback.report import WriteReport
from audiolab.writeback.rewrite import rewrite, temporary_name

LOG = logging.getLogger(__name__)
AT_ONCE = 32  # files that are noted, and settled, together
STOPPED = "not tried"


def write(
    catalog: Catalog,
    plan: Plan,
    *,
    keep_mtime: bool = False,
    progress: Progress = lambda done, total: None,
) -> WriteReport:
    """Do what a plan says.

    Parameters
    ----------
    catalog : Catalog
    plan : Plan
    keep_mtime : bool
        Whether files keep their modification times. Backup programs and players then see no
        change where the size is the same, too.
    progress : callable
        Told how many files are done, and how many there are.

    Raises
    ------
    ReadOnlyError
        If the catalog may only be read.
    RootBusyError
        If a folder of the files is being scanned.
    DatabaseError
        If the database goes away; files are whole, and the next run clears up.
    """
    changes = [_change_of(edit) for edit in plan.edits]
    run = _Run(catalog, keep_mtime, progress, strict=True)
    return run.carry_out(changes, ", ".join(plan.fields))


def undo(
    catalog: Catalog,
    number: int | None = None,
    *,
    keep_mtime: bool = False,
    progress: Progress = lambda done, total: None,
) -> WriteReport:
    """Give files the tags back that they had before a write.

    Only what that write changed; a file where another program has changed the same since is left
    alone. One that was interrupted goes on where it was.

    Parameters
    ----------
    catalog : Catalog
    number : int, optional
        Of the write (`Catalog.tag_writes`); by default the last one that is not undone.
    keep_mtime, progress
        As of `write`.

    Raises
    ------
    AudiolabError
        If there is no such write, or nothing of it is left to undo.
    ReadOnlyError, RootBusyError, DatabaseError
        As `write`.
    """
    recovered = recover(catalog)
    number = _undoable(catalog, number)
    changes = [
        TagChange(one.track_id, one.path, temporary_name(Path(one.path)), one.after, one.before,
                  one.id)
        for one in catalog.tag_changes("written", number)
    ]  # fmt: skip
    run = _Run(catalog, keep_mtime, progress, strict=False)
    run.report.recovered = recovered
    return run.carry_out(changes, f"undo of {number}", number)


def _change_of(edit: Edit) -> TagChange:
    return TagChange(
        edit.track_id, str(edit.path), temporary_name(edit.path), edit.before, edit.after
    )


def _undoable(catalog: Catalog, number: int | None) -> int:
    writes = catalog.tag_writes()
    done = writes[(writes["written"] > 0) & writes["undoes"].isna()]
    if number is None and done.empty:
        raise AudiolabError("nothing is left to undo: audiolab write --journal shows all writes")
    if number is None:
        return int(done.index[0])
    if number not in done.index:
        raise AudiolabError(
            f"nothing of write {number} is left to undo: audiolab write --journal shows all"
        )
    return number


class _Run:
    """One write or undo.

    Parameters
    ----------
    strict : bool
        Whether files must be as they were scanned.
    """

    def __init__(
        self, catalog: Catalog, keep_mtime: bool, progress: Progress, *, strict: bool
    ) -> None:
        self._catalog, self._keep_mtime, self._progress = catalog, keep_mtime, progress
        self._strict = strict
        self._stop = Event()
        self.report = WriteReport()

    def carry_out(
        self, changes: Sequence[TagChange], what: str, undoes: int | None = None
    ) -> WriteReport:
        """Note, do and settle."""
        self.report.recovered = self.report.recovered or recover(self._catalog)
        files = self._catalog.tag_files({one.track_id for one in changes})
        with ExitStack() as stack:
            roots = sorted({file.root for file in files.values()}, key=lambda root: root.path)
            locks = [stack.enter_context(self._catalog.hold_root(root)) for root in roots]
            self.report.write = self._catalog.begin_tag_write(what, undoes)
            pool = stack.enter_context(ThreadPoolExecutor(os.cpu_count() or 1))
            try:
                self._all(changes, files, locks, pool)
            finally:
                self._catalog.end_tag_write(self.report.write)
        return self.report

    def _all(
        self,
        changes: Sequence[TagChange],
        files: dict[str, TagFile],
        locks: Sequence[RootLock],
        pool: ThreadPoolExecutor,
    ) -> None:
        assert self.report.write is not None
        for start in range(0, len(changes), AT_ONCE):
            if self._stop.is_set():
                self.report.not_tried += len(changes) - start
                return
            for lock in locks:
                lock.ensure()
            part = changes[start : start + AT_ONCE]
            noted = self._catalog.note_tag_changes(self.report.write, part)
            self._together(noted, files, pool)
            self._progress(start + len(part), len(changes))

    def _together(
        self, noted: Sequence[TagChange], files: dict[str, TagFile], pool: ThreadPoolExecutor
    ) -> None:
        """A few files at a time; whoever interrupts waits for those in hand."""
        begun: set[int] = set()
        done: dict[int, Settled] = {}

        def work(change: TagChange) -> None:
            begun.add(change.id)
            done[change.id] = self._one(change, files.get(change.track_id))

        try:
            for task in [pool.submit(work, change) for change in noted]:
                task.result()
        except KeyboardInterrupt:
            self._stop.set()  # what has not begun sees that
            while begun - done.keys():  # the pool may not know of a thread that just started
                time.sleep(0.01)
            raise
        finally:
            self._settle([done.get(one.id) or Settled(one, "failed", STOPPED) for one in noted])

    def _settle(self, settled: Sequence[Settled]) -> None:
        self._catalog.settle_tag_changes(settled)
        for one in settled:
            if one.state == "written":
                self.report.written += 1
            elif one.reason == STOPPED:
                self.report.not_tried += 1
            else:
                path, reason = one.change.path, one.reason or ""
                self.report.failed.append(Refusal(one.change.track_id, path, reason))

    def _one(self, change: TagChange, file: TagFile | None) -> Settled:
        """One file, in a thread of its own."""
        if self._stop.is_set():
            return Settled(change, "failed", STOPPED)
        path = place_of(change, file)
        try:
            check_place(path, file.known if self._strict and file else None)
            written = rewrite(
                path,
                change.temporary,
                change.before,
                change.after,
                file_hash=file.known.file_hash if self._strict and file else None,
                sound=file.audio_hash if file else None,
                keep_mtime=self._keep_mtime,
            )
        except TagWriteError as error:
            return Settled(change, "failed", error.reason)
        except OSError as error:
            LOG.warning("%s: %s", path, error)
            if error.errno in NO_USE:
                self.report.stopped = because(error)
                self._stop.set()
            return Settled(change, "failed", because(error))
        record = record_of(path, file, written)
        return Settled(change, "written", None, record, file.root if file else None)
