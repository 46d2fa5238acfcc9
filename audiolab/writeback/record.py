"""A track as its file is after its tags were written: what the catalog is to remember.

As a scan of the stage "tags" would find it, with the new size, time and hash, so that the next
scan takes the file for unchanged and all that is known of its sound stays.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from audiolab.analysis import run_stage
from audiolab.catalog.paths import is_url
from audiolab.catalog.records import TrackRecord
from audiolab.catalog.schema import VISIBLE_STATES
from audiolab.catalog.tag_writes import TagChange, TagFile
from audiolab.scanner.model import Task
from audiolab.scanner.records import to_record
from audiolab.scanner.worker import FileResult
from audiolab.writeback.rewrite import Written


def place_of(change: TagChange, file: TagFile | None) -> Path:
    """Where the file of a change is: where its track is now, or, without one, where it was."""
    known = file is not None and not is_url(file.root.path)
    return Path(file.path if file is not None and known else change.path)


def record_of(path: Path, file: TagFile | None, written: Written) -> TrackRecord | None:
    """The track's new record; None where the catalog knows another sound, or hides the track.

    The next scan then looks at the file itself.
    """
    if file is None or file.known.state not in VISIBLE_STATES:
        return None
    if file.audio_hash is not None and file.audio_hash != written.audio_hash:
        return None
    known = file.known
    if "tags" not in known.stages:  # what it is called came from elsewhere
        state: Any = known.state
        return TrackRecord(known.path, state, written.size, written.mtime_ns, written.file_hash)
    task = Task(known.path, written.size, written.mtime_ns, ("tags",), "changed", known)
    outcome = run_stage("tags", path)
    result = FileResult(written.size, written.mtime_ns, written.file_hash, (outcome,))
    return replace(to_record(task, result), changed=False)  # other bytes, the same sound
