"""Planning: every found file ends in exactly one place, and in the right one."""

from dataclasses import dataclass, field, replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.scanner.model import Options, Plan
from audiolab.scanner.plan import make_plan, settle
from audiolab.scanner.walk import FoundFile, Skipped

VERSIONS = {"tags": "2", "signal": "5"}
OPTIONS = Options(("tags", "signal"), VERSIONS)


@dataclass(frozen=True)
class Known:
    path: str
    id: str = "id"
    file_size_bytes: int | None = 10
    mtime_ns: int | None = 100
    file_hash: bytes | None = b"hash"
    state: str = "analysed"
    stages: dict[str, str] = field(default_factory=lambda: dict(VERSIONS))
    reasons: dict[str, str] = field(default_factory=dict)


FILE = FoundFile("a.mp3", 10, 100)


def in_order(files: list) -> list:
    return sorted(files, key=lambda file: file.path)


def plan(found: list, known: list[Known], options: Options = OPTIONS, hashes=None) -> Plan:
    first = make_plan(in_order(found), in_order(known), options)
    return settle(first, hashes or {}, options)


def test_a_new_file_gets_every_stage_asked_for() -> None:
    [task] = plan([FILE], []).tasks
    assert (task.path, task.stages, task.why, task.known) == (
        "a.mp3",
        ("tags", "signal"),
        "new",
        None,
    )


def test_an_unchanged_file_is_left_alone() -> None:
    result = plan([FILE], [Known("a.mp3")])
    assert (result.unchanged, result.tasks, result.touches) == (1, (), ())


@pytest.mark.parametrize("file", [FoundFile("a.mp3", 11, 100), FoundFile("a.mp3", 11, 50)])
def test_another_size_is_a_change_whatever_the_clock_says(file: FoundFile) -> None:
    [task] = plan([file], [Known("a.mp3")]).tasks
    assert (task.why, task.known.id) == ("changed", "id")


def test_another_date_is_settled_by_the_bytes() -> None:
    file = replace(FILE, mtime_ns=50)
    first = make_plan([file], [Known("a.mp3")], OPTIONS)
    assert [doubt.file for doubt in first.doubts] == [file]
    same = settle(first, {"a.mp3": b"hash"}, OPTIONS)
    assert (same.unchanged, same.tasks, len(same.touches)) == (1, (), 1)
    other = settle(first, {"a.mp3": b"else"}, OPTIONS)
    assert ([task.why for task in other.tasks], other.touches) == (["changed"], ())


def test_changed_bytes_renew_the_stages_that_were_not_asked_for() -> None:
    tags_only = replace(OPTIONS, stages=("tags",))
    [task] = plan([FoundFile("a.mp3", 11, 100)], [Known("a.mp3")], tags_only).tasks
    assert task.stages == ("tags", "signal")


def test_only_the_stale_stage_runs_again() -> None:
    known = Known("a.mp3", stages={"tags": "1", "signal": "5"})
    [task] = plan([FILE], [known]).tasks
    assert (task.stages, task.why) == (("tags",), "stale")


def test_a_stage_that_never_ran_is_stale_only_when_wanted() -> None:
    known = Known("a.mp3", stages={"tags": "2"})
    assert plan([FILE], [known], replace(OPTIONS, stages=("tags",))).unchanged == 1
    assert plan([FILE], [known]).tasks[0].stages == ("signal",)


def test_force_runs_what_is_up_to_date() -> None:
    [task] = plan([FILE], [Known("a.mp3")], replace(OPTIONS, force=True)).tasks
    assert (task.stages, task.why) == (("tags", "signal"), "forced")


def test_what_failed_before_is_not_tried_again_unless_asked() -> None:
    known = Known("a.mp3", state="failed", reasons={"signal": "empty file"})
    result = plan([FILE], [known])
    assert [(f.path, f.stage, f.reason) for f in result.failed_before] == [
        ("a.mp3", "signal", "empty file")
    ]
    assert (result.tasks, result.unchanged) == ((), 0)
    [task] = plan([FILE], [known], replace(OPTIONS, retry_failed=True)).tasks
    assert (task.stages, task.why) == (("signal",), "retry")


def test_what_failed_in_an_older_version_is_tried_again() -> None:
    known = Known(
        "a.mp3", state="failed", stages={"tags": "2", "signal": "4"}, reasons={"signal": "damaged"}
    )
    assert plan([FILE], [known]).tasks[0].stages == ("signal",)


def test_an_excluded_file_is_skipped_even_if_it_changed() -> None:
    known = Known("a.mp3", state="excluded")
    for file in (FILE, FoundFile("a.mp3", 11, 7)):
        result = plan([file], [known], replace(OPTIONS, force=True))
        assert (result.skipped, result.tasks) == ((Skipped("a.mp3", "excluded"),), ())


def test_a_file_that_is_gone_is_missing_once() -> None:
    known = [
        Known("a.mp3", "1"),
        Known("b.mp3", "2", state="missing"),
        Known("c.mp3", "3", state="excluded"),
    ]
    result = plan([], known)
    assert (result.missing, result.found) == (("1",), 0)


def test_a_missing_file_that_returns_is_not_listened_to_again() -> None:
    result = plan([FILE], [Known("a.mp3", state="missing")])
    assert (result.unchanged, len(result.touches), result.tasks) == (1, 1, ())


def test_files_out_of_sight_are_not_missing() -> None:
    known = [Known("sub/a.mp3", "1"), Known("subway/b.mp3", "2")]
    assert plan([Skipped("sub", "unreadable folder", True)], known).missing == ("2",)
    assert plan([], known, replace(OPTIONS, recursive=False)).missing == ()
    assert plan([Skipped("", "unreadable folder", True)], known).missing == ()


def test_a_renamed_file_keeps_its_track() -> None:
    moved = FoundFile("new/a.mp3", 10, 999)
    result = plan([moved], [Known("a.mp3")], hashes={"new/a.mp3": b"hash"})
    assert [(m.known.id, m.file.path) for m in result.moves] == [("id", "new/a.mp3")]
    assert (result.missing, result.tasks, result.unchanged) == ((), (), 1)


def test_the_same_size_with_other_bytes_is_a_new_file() -> None:
    result = plan([FoundFile("b.mp3", 10, 1)], [Known("a.mp3")], hashes={"b.mp3": b"else"})
    assert (result.missing, [t.why for t in result.tasks], result.moves) == (("id",), ["new"], ())


def test_a_copy_is_a_new_file() -> None:
    result = plan([FILE, FoundFile("copy.mp3", 10, 1)], [Known("a.mp3")])
    assert (result.unchanged, [t.path for t in result.tasks]) == (1, ["copy.mp3"])


def test_of_two_copies_one_inherits_the_track() -> None:
    found = [FoundFile("x/b.mp3", 10, 1), FoundFile("x/c.mp3", 10, 1)]
    hashes = {"x/b.mp3": b"hash", "x/c.mp3": b"hash"}
    result = plan(found, [Known("a.mp3")], hashes=hashes)
    assert (len(result.moves), len(result.tasks)) == (1, 1)


def test_of_two_tracks_with_equal_bytes_the_one_with_that_name_moves() -> None:
    known = [Known("one/a.mp3", "1"), Known("one/b.mp3", "2")]
    found = [FoundFile("two/b.mp3", 10, 1), FoundFile("two/a.mp3", 10, 1)]
    result = plan(found, known, hashes={"two/a.mp3": b"hash", "two/b.mp3": b"hash"})
    assert {m.known.id: m.file.path for m in result.moves} == {"1": "two/a.mp3", "2": "two/b.mp3"}


def test_a_moved_file_with_a_stale_stage_is_moved_and_analysed() -> None:
    known = Known("a.mp3", stages={"tags": "1", "signal": "5"})
    result = plan([FoundFile("b.mp3", 10, 1)], [known], hashes={"b.mp3": b"hash"})
    assert (len(result.moves), result.tasks[0].stages, result.tasks[0].path) == (
        1,
        ("tags",),
        "b.mp3",
    )


def test_an_excluded_file_stays_excluded_under_a_new_name() -> None:
    known = Known("a.mp3", state="excluded")
    result = plan([FoundFile("b.mp3", 10, 1)], [known], hashes={"b.mp3": b"hash"})
    assert (len(result.moves), result.skipped, result.tasks) == (
        1,
        (Skipped("b.mp3", "excluded"),),
        (),
    )


paths = st.sampled_from(["a.mp3", "b.mp3", "d/a.mp3", "d/b.mp3", "d/e/a.mp3", "f/c.mp3"])
sizes = st.integers(1, 2)
hashes = st.sampled_from([b"one", b"two"])
files = st.builds(FoundFile, paths, sizes, st.integers(1, 2))
skipped = st.builds(
    Skipped, st.sampled_from(["d", "d/e", "g"]), st.just("unreadable"), st.just(True)
)
stages = st.dictionaries(st.sampled_from(list(VERSIONS)), st.sampled_from(["1", "2", "5"]))
known_files = st.builds(
    Known,
    paths,
    st.uuids().map(str),
    st.none() | sizes,
    st.none() | st.integers(1, 2),
    st.none() | hashes,
    st.sampled_from(["analysed", "partial", "failed", "missing", "excluded"]),
    stages,
    st.dictionaries(st.sampled_from(list(VERSIONS)), st.just("damaged")),
)
options = st.builds(
    Options,
    st.sampled_from([c for n in (1, 2) for c in combinations(VERSIONS, n)]),
    st.just(VERSIONS),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(
    st.lists(files, unique_by=lambda file: file.path),
    st.lists(skipped, unique_by=lambda item: item.path),
    st.lists(known_files, unique_by=lambda file: file.path),
    options,
    st.dictionaries(paths, st.none() | hashes),
)
def test_nothing_is_lost_and_nothing_counted_twice(found, left, known, chosen, digests) -> None:
    first = make_plan(in_order([*found, *left]), in_order(known), chosen)
    assert first.found == len(found) + len(left)
    last = settle(first, digests, chosen)
    assert last.found == len(found) + len(left)
    assert last.doubts == ()
    places = (
        [task.path for task in last.tasks]
        + [failure.path for failure in last.failed_before]
        + [item.path for item in last.skipped if not item.is_folder]
    )
    assert len(places) == len(set(places))
    moved = [move.known.id for move in last.moves]
    assert len(moved) == len(set(moved))
    assert not set(moved) & set(last.missing)
    known_paths = {item.path for item in known}
    assert not known_paths & {move.file.path for move in last.moves}
    assert all(task.stages for task in last.tasks)
    assert all(task.known.state != "excluded" for task in last.tasks if task.known)


@given(st.lists(known_files, unique_by=lambda file: file.path), options)
def test_a_folder_as_the_catalog_knows_it_needs_no_bytes(known, chosen) -> None:
    here = [
        replace(item, file_size_bytes=item.file_size_bytes or 1, mtime_ns=item.mtime_ns or 1)
        for item in known
    ]
    found = [FoundFile(item.path, item.file_size_bytes, item.mtime_ns) for item in here]
    result = make_plan(in_order(found), in_order(here), chosen)
    assert (result.doubts, result.missing) == ((), ())


@pytest.mark.parametrize("wrong", ["found", "known"])
def test_files_out_of_order_are_refused_and_not_taken_for_missing(wrong: str) -> None:
    names = ["b.mp3", "a.mp3"]
    found = [FoundFile(name, 1, 1) for name in (names if wrong == "found" else sorted(names))]
    known = [Known(name) for name in (names if wrong == "known" else sorted(names))]
    with pytest.raises(ValueError, match="expected the order of paths"):
        make_plan(found, known, OPTIONS)
