"""After a write that was killed: what it noted and did not settle, looked at file by file.

A copy that is left over is removed. A file is only ever replaced by a copy that was checked, so
one that has the new tags is done, and one that has the old tags was not reached.
"""

import logging
from collections import defaultdict
from pathlib import Path

from audiolab.analysis.audio_hash import audio_hash
from audiolab.catalog import Catalog
from audiolab.catalog.scans import Root
from audiolab.catalog.tag_writes import Settled, TagChange, TagFile
from audiolab.errors import AnalysisError, RootBusyError, TagWriteError
from audiolab.scanner.storage import hash_file
from audiolab.writeback.containers import open_tags
from audiolab.writeback.place import because
from audiolab.writeback.record import place_of, record_of
from audiolab.writeback.report import Recovered
from audiolab.writeback.rewrite import Slots, Written, copy_of

LOG = logging.getLogger(__name__)
INTERRUPTED = "interrupted before it was written"


def recover(catalog: Catalog) -> Recovered:
    """Settle what was left pending, but for files that somebody else is at work on.

    Parameters
    ----------
    catalog : Catalog

    Returns
    -------
    Recovered
        False if nothing was.
    """
    pending = catalog.tag_changes("pending")
    if not pending:
        return Recovered()
    files = catalog.tag_files({one.track_id for one in pending})
    by_root: dict[Root | None, list[TagChange]] = defaultdict(list)
    for change in pending:
        file = files.get(change.track_id)
        by_root[file.root if file else None].append(change)
    found = [_root(catalog, root, those, files) for root, those in by_root.items()]
    total = Recovered(
        sum(one.written for one in found),
        sum(one.untouched for one in found),
        sum(one.copies for one in found),
    )
    LOG.warning("cleared up after an interrupted write: %s", total)
    return total


def _root(
    catalog: Catalog, root: Root | None, changes: list[TagChange], files: dict[str, TagFile]
) -> Recovered:
    if root is None:
        return _settle(catalog, changes, files)
    try:
        with catalog.hold_root(root):
            still = {one.id for one in catalog.tag_changes("pending")}
            return _settle(catalog, [one for one in changes if one.id in still], files)
    except RootBusyError:
        return Recovered()  # by a write that is at it, or by a scan: later


def _settle(catalog: Catalog, changes: list[TagChange], files: dict[str, TagFile]) -> Recovered:
    copies = sum(_remove_copy(one, files.get(one.track_id)) for one in changes)
    settled = [_look(one, files.get(one.track_id)) for one in changes]
    catalog.settle_tag_changes(settled)
    for write in {one.write for one in changes}:
        catalog.end_tag_write(write)
    written = sum(one.state == "written" for one in settled)
    return Recovered(written, len(settled) - written, copies)


def _remove_copy(change: TagChange, file: TagFile | None) -> bool:
    copy = copy_of(place_of(change, file), change.temporary)
    try:
        copy.unlink()
    except OSError:
        return False
    return True


def _look(change: TagChange, file: TagFile | None) -> Settled:
    """How far a change has come."""
    path = place_of(change, file)
    try:
        if not _holds(path, change.after):
            as_it_was = _holds(path, change.before)
            reason = INTERRUPTED if as_it_was else "interrupted; its tags are others by now"
            return Settled(change, "failed", reason)
        status = path.stat()
        now = Written(status.st_size, status.st_mtime_ns, hash_file(path), audio_hash(path))
        record = record_of(path, file, now)
    except (TagWriteError, AnalysisError) as error:
        return Settled(change, "failed", error.reason)
    except OSError as error:
        return Settled(change, "failed", because(error))
    return Settled(change, "written", None, record, file.root if file else None)


def _holds(path: Path, slots: Slots) -> bool:
    tags = open_tags(path)
    return all(tags.get(slot) == value for slot, value in slots.items())
