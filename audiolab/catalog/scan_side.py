"""The side of the catalog that scanners use; people rarely need it."""

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd

from audiolab.catalog import follow, jobs, scans, vectors
from audiolab.catalog.base import CatalogBase
from audiolab.catalog.database import retried
from audiolab.catalog.follow import JobStatus
from audiolab.catalog.records import TrackRecord
from audiolab.catalog.scans import KnownFile, Root, RootLock
from audiolab.catalog.write import write_records
from audiolab.errors import CatalogError


class ScanSide(CatalogBase):
    """Roots, known files, writing of results, scan jobs."""

    def root(self, address: str | Path, create: bool = True) -> Root:
        """The root at an absolute folder or a URL.

        Raises
        ------
        CatalogError
            If it is not in the catalog and `create` is false.
        """
        with self._database.write() as connection:
            found = scans.get_root(connection, address, create=create)
        if found is None:
            raise CatalogError(f"{address} was never scanned")
        return found

    @retried
    def roots(self) -> list[Root]:
        """All roots, by path."""
        with self._database.read() as connection:
            return scans.all_roots(connection)

    def remove_root(self, root: Root) -> int:
        """Forget a root with all its tracks; files stay. Returns how many tracks it had."""
        with self._database.cursor(write=True) as cursor:
            cursor.execute("SELECT count(*) FROM track WHERE root_id = %s", (root.id,))
            tracks = int(cursor.fetchone()[0])
            cursor.execute("DELETE FROM root WHERE id = %s", (root.id,))
        return tracks

    def hold_root(self, root: Root) -> AbstractContextManager[RootLock]:
        """Be the only scan of a root inside a ``with`` block; `RootBusyError` if another is.

        The block gets a `RootLock`, whose `ensure` takes the lock again after a restart of the
        database.
        """
        return scans.hold_root(self._database, root)

    @retried
    def known_files(self, root: Root) -> dict[str, KnownFile]:
        """Everything the catalog has of a root, by path; `known_in_order` for large ones."""
        return {file.path: file for file in scans.known_in_order(self._database, root)}

    def known_in_order(self, root: Root) -> Iterator[KnownFile]:
        """Everything the catalog has of a root, in the order of the paths' characters.

        In constant memory, and the database is done with it before the first one comes.
        """
        return scans.known_in_order(self._database, root)

    @retried
    def known_elsewhere(self, root: Root, sizes: Collection[int]) -> list[tuple[Root, KnownFile]]:
        """Files of other roots that have one of these sizes in bytes, with their roots."""
        with self._database.read() as connection:
            return scans.known_elsewhere(connection, root, sizes)

    def write(self, root: Root, records: Sequence[TrackRecord]) -> list[str]:
        """Store the results of some files in one transaction; returns their ids in order."""
        if not records:
            return []
        with self._database.write() as connection:
            return write_records(connection, root.id, records)

    def move(self, root: Root, moves: Sequence[tuple[str, str, int, int]]) -> None:
        """Give tracks (id, new path, size, mtime in ns) another path in this root."""
        with self._database.cursor(write=True) as cursor:
            scans.move_tracks(cursor, root, moves)

    def touch(self, root: Root, files: Sequence[tuple[str, int, int]]) -> None:
        """Record (id, size, mtime in ns) of files whose bytes did not change."""
        if files:
            with self._database.cursor(write=True) as cursor:
                scans.touch_tracks(cursor, files)

    def mark_missing(self, root: Root, track_ids: Sequence[str]) -> None:
        """Record that files are gone."""
        if track_ids:
            with self._database.cursor(write=True) as cursor:
                scans.mark_missing(cursor, track_ids)

    def prune(self, root: Root, track_ids: Sequence[str]) -> None:
        """Remove tracks of a root, with all that is known of them, corrections too."""
        if track_ids:
            with self._database.cursor(write=True) as cursor:
                scans.prune(cursor, root, track_ids)

    def set_skipped(self, root: Root, skipped: Sequence[tuple[str, str]]) -> None:
        """Replace the root's list of (path, reason) that could not be looked at."""
        with self._database.cursor(write=True) as cursor:
            scans.set_skipped(cursor, root, skipped)

    def register_head(self, name: str, classes: Sequence[str], version: str) -> None:
        """Record what the scores of a head stand for, before they are written."""
        with self._database.cursor(write=True) as cursor:
            vectors.register_head(cursor, name, classes, version)

    def start_job(
        self,
        root: Root,
        options: Mapping[str, Any],
        *,
        job: str | None = None,
        pending: bool = False,
    ) -> str:
        """Record that this process scans a root; returns the job's id.

        With `pending`, another process will: it gives the id as `job` when it begins.

        Raises
        ------
        RootBusyError
            If `pending` and the root is in use.
        """
        with self._database.cursor(write=True) as cursor:
            return jobs.start_job(cursor, root, options, job, pending=pending)

    def update_job(self, job: str, **progress: Any) -> bool:
        """Record a job's progress and a sign of life; True when it is asked to cancel."""
        with self._database.cursor(write=True) as cursor:
            return jobs.update_job(cursor, job, progress)

    def cancel_job(self, job: str) -> str:
        """Ask a scan to end after the files in hand; returns the job's state from now on.

        Raises
        ------
        JobNotFoundError
            If there is no such job.
        """
        with self._database.cursor(write=True) as cursor:
            return jobs.cancel_job(cursor, job)

    def fail_unstarted(self, job: str, error: str) -> None:
        """Record that the process of a pending job ended before it began."""
        with self._database.cursor(write=True) as cursor:
            jobs.fail_unstarted(cursor, job, error)

    def job(self, job: str) -> JobStatus:
        """How a scan job stands.

        Raises
        ------
        JobNotFoundError
            If there is no such job.
        """
        return follow.job_status(self._database, job)

    @retried
    def recent_jobs(self, most: int) -> list[JobStatus]:
        """The jobs that wait or run, then the latest; at most so many.

        Those that have ended come without their report, which can be long: `job` has it.
        """
        return follow.recent_jobs(self._database, most)

    def job_changes(self, poll_seconds: float = follow.POLL_SECONDS) -> Generator[None]:
        """Yields now and whenever a scan job may have changed, for ever; close it when done.

        Parameters
        ----------
        poll_seconds : float
            How often to yield where the database does not tell of changes.
        """
        return follow.job_changes(self._database, poll_seconds)

    def follow_job(
        self, job: str, poll_seconds: float = follow.POLL_SECONDS
    ) -> Iterator[JobStatus]:
        """How a scan job stands, again whenever that changes, until it has ended.

        Parameters
        ----------
        job : str
            Its id.
        poll_seconds : float
            How often to look where the database does not tell of changes.

        Yields
        ------
        JobStatus

        Examples
        --------
        >>> job = cat.jobs().index[0]
        >>> for status in cat.follow_job(job):
        ...     print(status.analysed, status.planned)
        17 17
        """
        return follow.follow_job(self._database, job, poll_seconds)

    def finish_job(
        self, job: str, state: str, report: Mapping[str, Any], error: str | None = None
    ) -> None:
        """Record how a job ended: "completed", "failed" or "cancelled"."""
        with self._database.cursor(write=True) as cursor:
            jobs.finish_job(cursor, job, state, report, error)

    @retried
    def jobs(self) -> pd.DataFrame:
        """All scan jobs, the latest first."""
        jobs.end_dead_jobs(self._database)
        with self._database.read() as connection:
            return jobs.jobs(connection)
