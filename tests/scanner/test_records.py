"""From outcomes of stages to rows of the catalog."""

from dataclasses import replace

import numpy as np
import pytest

from audiolab.analysis import FileTags, SignalAnalysis, StageOutcome
from audiolab.catalog.scans import KnownFile
from audiolab.scanner.model import Task
from audiolab.scanner.records import first_failure, state_after, to_record
from audiolab.scanner.worker import FileResult

TAGS = StageOutcome("tags", "1", "done", None, 0.1, FileTags(title="T", duration_seconds=9.0))
SIGNAL = StageOutcome(
    "signal", "1", "done", None, 1.0,
    SignalAnalysis(duration_seconds=10.0, tempo_bpm=120.0, waveform=np.ones(800, np.float32)),
)  # fmt: skip


def failed(stage: str, reason: str = "damaged") -> StageOutcome:
    return StageOutcome(stage, "1", "failed", reason, 0.1, None)


def partial() -> StageOutcome:
    return StageOutcome("signal", "1", "partial", "cut short", 0.1, SignalAnalysis(partial=True))


def known(state: str = "analysed", **reasons: str) -> KnownFile:
    stages = {"tags": "1", "signal": "1"}
    return KnownFile("id", "a.mp3", 1, 1, b"hash", state, stages, reasons)


@pytest.mark.parametrize(
    ("before", "outcomes", "state"),
    [
        (None, (TAGS, SIGNAL), "analysed"),
        (None, (TAGS, partial()), "partial"),
        (None, (failed("tags"), SIGNAL), "partial"),
        (None, (TAGS, failed("signal")), "failed"),
        (None, (failed("tags"), failed("signal")), "failed"),
        (None, (TAGS,), "analysed"),
        (None, (failed("tags"),), "failed"),
        (known("failed", signal="damaged"), (TAGS,), "failed"),
        (known("failed", signal="damaged"), (SIGNAL,), "analysed"),
        (known("partial", tags="damaged"), (TAGS,), "analysed"),
        (known("partial", tags="damaged"), (SIGNAL,), "partial"),
        (known("partial"), (TAGS,), "partial"),
        (known("partial"), (SIGNAL,), "analysed"),
    ],
)
def test_the_state_remembers_the_other_stages(before, outcomes, state) -> None:
    assert state_after(before, outcomes) == state
    task = Task("a.mp3", 1, 1, ("tags",), "new", before)
    failure = first_failure(task, FileResult(outcomes=outcomes))
    assert (failure is not None) == (state == "failed")


def test_what_was_measured_wins_over_the_header() -> None:
    task = Task("a.mp3", 5, 6, ("tags", "signal"), "new")
    record = to_record(task, FileResult(7, 8, b"hash", (TAGS, SIGNAL)))
    assert (record.values["duration_seconds"], record.values["title"]) == (10.0, "T")
    assert (record.file_size_bytes, record.mtime_ns, record.file_hash) == (7, 8, b"hash")
    assert record.id is None
    assert record.waveform.shape == (800,)


def test_an_unknown_measurement_leaves_the_header() -> None:
    signal = StageOutcome("signal", "1", "done", None, 1.0, SignalAnalysis())
    record = to_record(Task("a.mp3", 5, 6, (), "new"), FileResult(7, 8, b"", (TAGS, signal)))
    assert record.values["duration_seconds"] == 9.0


def test_new_tags_alone_do_not_touch_what_was_measured() -> None:
    record = to_record(
        Task("a.mp3", 5, 6, ("tags",), "stale", known()), FileResult(7, 8, b"", (TAGS,))
    )
    assert "duration_seconds" not in record.values
    assert (record.values["title"], record.id) == ("T", "id")


def test_a_failure_on_changed_bytes_forgets_the_old_values() -> None:
    task = Task("a.mp3", 5, 6, ("tags", "signal"), "changed", known())
    record = to_record(task, FileResult(7, 8, b"", (TAGS, failed("signal"))))
    assert record.values["tempo_bpm"] is None
    assert record.values["duration_seconds"] == 9.0
    assert "waveform" not in record.values


@pytest.mark.parametrize(
    ("why", "before", "digest", "changed"),
    [
        ("new", None, b"other", False),
        ("stale", known(), b"hash", False),
        ("stale", known(), b"other", True),  # replaced since the walk
        ("changed", known(), b"hash", False),  # and put back
        ("changed", known(), b"other", True),
        ("changed", known(), None, True),  # other bytes, but they could not be read
        ("retry", known(), None, False),
        ("changed", replace(known(), mtime_ns=None, file_hash=None), b"other", False),  # imported
    ],
)
def test_whether_a_track_is_of_other_bytes_now(why, before, digest, changed) -> None:
    record = to_record(Task("a.mp3", 5, 6, ("tags",), why, before), FileResult(7, 8, digest, ()))
    assert record.changed == changed


def test_a_file_that_could_not_be_read_keeps_what_the_walk_saw() -> None:
    record = to_record(
        Task("a.mp3", 5, 6, ("tags",), "new"), FileResult(outcomes=(failed("tags"),))
    )
    assert (record.file_size_bytes, record.mtime_ns, record.file_hash) == (5, 6, None)
