"""Decide what a scan has to do. Pure: what is on disk + what is known -> a plan.

Two steps, because some questions only the bytes can answer. `make_plan` compares sizes and times;
it leaves as `doubts` the files that may be a known file under a new name (same size as one that
is gone) or an unchanged file with a new date. `settle` takes their hashes and resolves them.

At every moment ``found = tasks + doubts + unchanged + failed before + skipped``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from audiolab.scanner.model import (
    EXCLUDED,
    Doubt,
    Failure,
    KnownFile,
    Move,
    Options,
    Plan,
    Task,
    Touch,
    Why,
    is_failed,
)
from audiolab.scanner.spool import Spool, joined
from audiolab.scanner.walk import FoundFile, Skipped

F = TypeVar("F", FoundFile, KnownFile)
Elsewhere = Callable[[Iterator[int]], Iterable[KnownFile]]


def make_plan(
    found: Iterable[FoundFile | Skipped],
    known: Iterable[KnownFile],
    options: Options,
    elsewhere: Elsewhere = lambda sizes: (),
) -> Plan:
    """Compare what is on disk with what the catalog knows.

    Both come in the order of their paths and are merged, so that what is unchanged takes no memory,
    and what is new takes little.

    Parameters
    ----------
    found : iterable
        What `audiolab.scanner.walk.find` yields.
    known : iterable
        The root's tracks, in any state.
    options : Options
    elsewhere : callable
        Sizes in bytes -> files of these sizes that have gone from other roots.

    Returns
    -------
    Plan
        With doubts, if only the bytes can tell.

    Raises
    ------
    ValueError
        If one of both is not in order: files would be taken for missing.
    """
    draft = _Draft(options)
    fresh: Spool[FoundFile] = Spool()
    unmet: list[KnownFile] = []
    remembered = _in_order(known)
    memory = next(remembered, None)
    for file in _in_order(draft.set_aside(found)):
        while memory is not None and memory.path < file.path:
            unmet.append(memory)
            memory = next(remembered, None)
        if memory is not None and memory.path == file.path:
            draft.compare(file, memory)
            memory = next(remembered, None)
        else:
            fresh.append(file)
    unmet += [memory, *remembered] if memory is not None else []
    gone = _gone(unmet, draft.skipped, options)
    lost = elsewhere(file.size for file in fresh) if fresh else ()
    draft.introduce(fresh, [*gone, *lost])
    if options.prune:
        draft.pruned = [file for file in gone if file.state != EXCLUDED]
    else:
        draft.missing = [file for file in gone if file.state not in ("missing", EXCLUDED)]
    return draft.finished()


def _in_order(files: Iterable[F]) -> Iterator[F]:
    last = ""
    for file in files:
        if file.path < last:
            raise ValueError(f"{file.path!r} comes after {last!r}: expected the order of paths")
        last = file.path
        yield file


def settle(plan: Plan, hashes: Mapping[str, bytes | None], options: Options) -> Plan:
    """Resolve the doubts of a plan.

    Parameters
    ----------
    plan : Plan
    hashes : Mapping
        Hash of the bytes by path; None for a file that could not be read.
    options : Options

    Returns
    -------
    Plan
        Without doubts.
    """
    draft = _Draft(options)
    taken: set[str] = set()
    for doubt in plan.doubts:
        match = _match(doubt, hashes.get(doubt.file.path), taken)
        if match is None:
            draft.add_changed(doubt.file, None if doubt.is_new else doubt.candidates[0])
        else:
            taken.add(match.id)
            draft.keep(doubt.file, match, moved=doubt.is_new)
    settled = draft.finished()
    return replace(
        plan,
        doubts=(),
        tasks=joined(plan.tasks, settled.tasks),
        unchanged=plan.unchanged + settled.unchanged,
        failed_before=plan.failed_before + settled.failed_before,
        skipped=plan.skipped + settled.skipped,
        moves=settled.moves,
        touches=plan.touches + settled.touches,
        missing=tuple(track for track in plan.missing if track not in taken),
        pruned=tuple(track for track in plan.pruned if track not in taken),
        standing={
            stage: (done + settled.standing[stage][0], failed + settled.standing[stage][1])
            for stage, (done, failed) in plan.standing.items()
        },
    )


class _Draft:
    """A plan being written."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.tasks: Spool[Task] = Spool()
        self.doubts: list[Doubt] = []
        self.unchanged = 0
        self.failed_before: list[Failure] = []
        self.skipped: list[Skipped] = []
        self.moves: list[Move] = []
        self.touches: list[Touch] = []
        self.missing: list[KnownFile] = []
        self.pruned: list[KnownFile] = []
        self.done = dict.fromkeys(options.stages, 0)
        self.failed = dict.fromkeys(options.stages, 0)

    def set_aside(self, found: Iterable[FoundFile | Skipped]) -> Iterator[FoundFile]:
        """The files among what was found; what is skipped is noted."""
        for item in found:
            if isinstance(item, Skipped):
                self.skipped.append(item)
            else:
                yield item

    def compare(self, file: FoundFile, known: KnownFile) -> None:
        """A file at a path the catalog knows."""
        if known.state == EXCLUDED:
            self.skipped.append(Skipped(file.path, EXCLUDED))
        elif file.size == known.file_size_bytes and file.mtime_ns == known.mtime_ns:
            self.keep(file, known, moved=False)
        elif file.size == known.file_size_bytes and known.file_hash and not self.options.force:
            self.doubts.append(Doubt(file, (known,), is_new=False))
        else:
            self.add_changed(file, known)

    def introduce(self, fresh: Iterable[FoundFile], gone: list[KnownFile]) -> None:
        """Files at paths the catalog does not know, which may be those that are gone."""
        by_size: dict[int | None, list[KnownFile]] = defaultdict(list)
        for known in gone:
            if known.file_hash:
                by_size[known.file_size_bytes].append(known)
        for file in fresh:
            candidates = tuple(by_size.get(file.size, ()))
            if candidates:
                self.doubts.append(Doubt(file, candidates, is_new=True))
            else:
                self.add_changed(file, None)

    def keep(self, file: FoundFile, known: KnownFile, *, moved: bool) -> None:
        """A file with the bytes the catalog knows: what of it is still to do?"""
        if moved:
            self.moves.append(Move(known, file))
        elif known.state == "missing" or file.mtime_ns != known.mtime_ns:
            self.touches.append(Touch(known, file))
        if known.state == EXCLUDED:
            self.skipped.append(Skipped(file.path, EXCLUDED))
            return
        stages, why = self._to_do(known)
        for stage in self.done:
            if stage not in stages:
                (self.failed if stage in known.reasons else self.done)[stage] += 1
        if stages:
            self.tasks.append(Task(file.path, file.size, file.mtime_ns, stages, why, known))
        elif is_failed(known.stages, known.reasons):
            stage = next(iter(known.reasons))
            self.failed_before.append(Failure(file.path, stage, known.reasons[stage]))
        else:
            self.unchanged += 1

    def add_changed(self, file: FoundFile, known: KnownFile | None) -> None:
        """A file with new bytes: every stage it ever had is out of date."""
        had = known.stages if known else {}
        stages = tuple(
            stage for stage in self.options.versions if stage in self.options.stages or stage in had
        )
        why: Why = "changed" if known else "new"
        self.tasks.append(Task(file.path, file.size, file.mtime_ns, stages, why, known))

    def _to_do(self, known: KnownFile) -> tuple[tuple[str, ...], Why]:
        wanted, versions = self.options.stages, self.options.versions
        if self.options.force:
            return wanted, "forced"
        stale = {stage for stage in wanted if known.stages.get(stage) != versions[stage]}
        retry = set(known.reasons) if self.options.retry_failed else set()
        stages = tuple(stage for stage in wanted if stage in stale | retry)
        return stages, "stale" if stale else "retry"

    def finished(self) -> Plan:
        return Plan(
            tasks=self.tasks.settled(),
            doubts=tuple(self.doubts),
            unchanged=self.unchanged,
            failed_before=tuple(self.failed_before),
            skipped=tuple(self.skipped),
            moves=tuple(self.moves),
            touches=tuple(self.touches),
            missing=tuple(known.id for known in self.missing),
            pruned=tuple(known.id for known in self.pruned),
            standing={stage: (done, self.failed[stage]) for stage, done in self.done.items()},
        )


def _gone(unmet: list[KnownFile], skipped: list[Skipped], options: Options) -> list[KnownFile]:
    """Of the files that were not met, those that are gone, not just out of sight."""
    there = {item.path for item in skipped}
    closed = tuple("" if not i.path else i.path + "/" for i in skipped if i.is_folder)
    return [
        file
        for file in unmet
        if file.path not in there
        and not file.path.startswith(closed)
        and (options.recursive or "/" not in file.path)
    ]


def _match(doubt: Doubt, digest: bytes | None, taken: set[str]) -> KnownFile | None:
    """The candidate with these bytes; of several, one with the same file name."""
    name = doubt.file.path.rpartition("/")[2]
    same = [
        known
        for known in doubt.candidates
        if digest is not None and known.file_hash == digest and known.id not in taken
    ]
    same.sort(key=lambda known: known.path.rpartition("/")[2] != name)
    return same[0] if same else None
