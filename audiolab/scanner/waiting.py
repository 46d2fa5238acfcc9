"""Files whose turn has not come, and what they count as if it never does.

Who interrupts a scan finds new, changed and out-of-date files skipped: they are still to do. A file
that was only to be listened to once more (`force`) is up to date as before, and one that failed
before (`retry_failed`) still does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from audiolab.scanner.model import Failure, Task, is_failed

Rest = Literal["unchanged", "skipped", "failed"]


class Waiting:
    """The files of a plan that wait, in numbers.

    Parameters
    ----------
    tasks : iterable of Task
    versions : Mapping
        Current version of every stage.

    Attributes
    ----------
    size_bytes : int
        Of all of them.
    files : Counter
        How many are unchanged, skipped and failed if nothing more happens.
    stages : Counter
        The same by (stage, rest).
    failed : dict of str to Failure
        Those that failed before, by path.
    """

    def __init__(self, tasks: Iterable[Task], versions: Mapping[str, str]) -> None:
        self._versions = versions
        self.size_bytes = 0
        self.files: Counter[Rest] = Counter()
        self.stages: Counter[tuple[str, Rest]] = Counter()
        self.failed: dict[str, Failure] = {}
        for task in tasks:
            self._count(task, 1)
            if failure := _failure(task):
                self.failed[task.path] = failure

    def leave(self, task: Task) -> None:
        """A file's turn has come."""
        self._count(task, -1)
        self.failed.pop(task.path, None)

    def _count(self, task: Task, files: int) -> None:
        self.size_bytes += files * task.size
        rests = {stage: self._rest(task, stage) for stage in task.stages}
        for pair in rests.items():
            self.stages[pair] += files
        if _failure(task):
            self.files["failed"] += files
        else:
            self.files["skipped" if "skipped" in rests.values() else "unchanged"] += files

    def _rest(self, task: Task, stage: str) -> Rest:
        """What a file counts as for one of its stages."""
        if task.known is None or _has_other_bytes(task):
            return "skipped"
        if stage in task.known.reasons:
            return "failed"
        is_current = task.known.stages.get(stage) == self._versions[stage]
        return "unchanged" if is_current else "skipped"


def _has_other_bytes(task: Task) -> bool:
    """Whether what the catalog knows is not of the bytes that are there."""
    return task.why in ("new", "changed")


def _failure(task: Task) -> Failure | None:
    """Why a file failed before, if it did and is as it was."""
    known = task.known
    if known is None or _has_other_bytes(task) or not is_failed(known.stages, known.reasons):
        return None
    stage = next(iter(known.reasons))
    return Failure(task.path, stage, known.reasons[stage])
