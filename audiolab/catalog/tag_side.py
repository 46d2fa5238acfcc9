"""The side of the catalog that keeps the journal of tags written into files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

from audiolab.catalog import ids, tag_writes
from audiolab.catalog.base import CatalogBase
from audiolab.catalog.database import retried
from audiolab.catalog.records import TrackRecord
from audiolab.catalog.scans import Root
from audiolab.catalog.tag_writes import Settled, State, TagChange, TagFile
from audiolab.catalog.write import write_records


class TagSide(CatalogBase):
    """What `audiolab.writeback` needs; people rarely need more of it than `tag_writes`."""

    @retried
    def tag_writes(self) -> pd.DataFrame:
        """Every time that tags were written into files, the latest first.

        Returns
        -------
        pandas.DataFrame
            Indexed by number: ``what`` was written; ``undoes``: the write that this one took back;
            ``started_at``, ``finished_at``; and of how many files the tags were ``written``,
            ``undone`` since, ``failed``, or are ``pending``: noted, but not settled.
        """
        with self._database.read() as connection:
            return tag_writes.overview(connection)

    def tag_files(self, track_ids: Iterable[str]) -> dict[str, TagFile]:
        """The files of tracks as the catalog knows them, by id."""
        return self._tag_files(ids.valid_all(track_ids))

    @retried
    def _tag_files(self, wanted: list[str]) -> dict[str, TagFile]:
        with self._database.read() as connection:
            return tag_writes.files(connection, wanted)

    @retried
    def tag_changes(self, state: State, write: int | None = None) -> list[TagChange]:
        """The changes in a state, of one write or of all, the latest first."""
        with self._database.read() as connection:
            return tag_writes.changes(connection, state, write)

    def begin_tag_write(self, what: str, undoes: int | None = None) -> int:
        """Open a write in the journal; returns its number."""
        with self._database.cursor(write=True) as cursor:
            return tag_writes.begin(cursor, what, undoes)

    def note_tag_changes(self, write: int, changes: Sequence[TagChange]) -> list[TagChange]:
        """Note what is about to be done to files; returns the changes with their numbers."""
        with self._database.cursor(write=True) as cursor:
            return tag_writes.note(cursor, write, changes)

    def settle_tag_changes(self, settled: Sequence[Settled]) -> None:
        """Note how changes ended, and the tracks as their files are now, in one transaction."""
        if not settled:
            return
        records: dict[Root, list[TrackRecord]] = defaultdict(list)
        for one in settled:
            if one.record is not None and one.root is not None:
                records[one.root].append(one.record)
        with self._database.write() as connection:
            for root, those in records.items():
                write_records(connection, root.id, those)
            cursor = connection.connection.cursor()
            try:
                tag_writes.settle(cursor, settled)
            finally:
                cursor.close()

    def end_tag_write(self, write: int) -> None:
        """Close a write in the journal."""
        with self._database.cursor(write=True) as cursor:
            tag_writes.end(cursor, write)
