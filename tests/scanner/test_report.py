"""Numbers that add up."""

import json

from audiolab.catalog.scans import KnownFile
from audiolab.scanner.model import Failure, Plan, Task
from audiolab.scanner.report import FileFailure, ScanReport, StageCounts
from audiolab.scanner.tally import Tally, forecast
from audiolab.scanner.walk import Skipped

VERSIONS = {"tags": "1", "signal": "2", "networks": "3"}
TASKS = tuple(Task(f"{i}.mp3", 1, 1, ("tags",), "new") for i in range(5))
PLAN = Plan(
    tasks=TASKS,
    unchanged=3,
    failed_before=(Failure("old.mp3", "signal", "empty file"),),
    skipped=(Skipped("link", "link loop"),),
    missing=("id",),
)


def tally(through: int = 0, failures: tuple[Failure, ...] = ()) -> Tally:
    """The plan's, so many files analysed and then the failures."""
    counted = Tally(PLAN, VERSIONS)
    for task in TASKS[:through]:
        counted.add(task, None)
    for task, failure in zip(TASKS[through:], failures, strict=False):
        counted.add(task, failure)
    return counted


def adds_up(report: ScanReport) -> bool:
    parts = report.analysed + report.unchanged + report.skipped + report.failed
    return report.found == parts


def test_a_finished_scan_adds_up() -> None:
    finished = tally(3, (Failure("3.mp3", "tags", "empty file"),))
    finished.add_vanished(TASKS[4])
    report = finished.report("/root", 2.5)
    assert (report.found, report.analysed, report.unchanged) == (10, 3, 3)
    assert (report.skipped, report.failed, report.missing) == (2, 2, 1)
    assert adds_up(report)
    assert report.failure_groups() == [("empty file", 2)]
    assert report.skip_groups() == [("link loop", 1), ("gone before it could be read", 1)]


def test_an_interrupted_scan_adds_up_as_well() -> None:
    report = tally(2).report("/root", 1.0, interrupted=True)
    assert (report.analysed, report.skipped) == (2, 4)
    assert adds_up(report)


def known(name: str, stages: dict[str, str], reasons: dict[str, str]) -> KnownFile:
    return KnownFile(name, name, 1, 1, b"", "analysed", stages, reasons)


def test_what_an_interruption_came_before_is_what_it_was() -> None:
    both, current = ("tags", "signal"), {"tags": "1", "signal": "2"}
    empty = {"tags": "empty file", "signal": "empty file"}
    tasks = (
        Task("fine.mp3", 1, 1, both, "forced", known("fine.mp3", current, {})),
        Task("half.mp3", 1, 1, both, "forced", known("half.mp3", current, {"tags": "odd"})),
        Task("bad.mp3", 1, 1, both, "retry", known("bad.mp3", current, empty)),
        Task("old.mp3", 1, 1, both, "forced", known("old.mp3", {"tags": "1", "signal": "1"}, {})),
        Task("other.mp3", 1, 1, both, "changed", known("other.mp3", current, empty)),
        Task("new.mp3", 1, 1, both, "new"),
        Task("tried.mp3", 1, 1, both, "retry", known("tried.mp3", current, empty)),
    )
    counted = Tally(Plan(tasks, standing={"tags": (0, 0), "signal": (0, 0)}), VERSIONS)
    counted.add(tasks[-1], None)
    report = counted.report("/root", 1.0, interrupted=True)
    assert (report.analysed, report.unchanged, report.skipped, report.failed) == (1, 2, 3, 1)
    assert [(f.path, f.stage, f.reason) for f in report.failures] == [
        ("bad.mp3", "tags", "empty file")
    ]
    assert report.stages == {
        "tags": StageCounts(found=7, analysed=1, unchanged=2, skipped=2, failed=2),
        "signal": StageCounts(found=7, analysed=1, unchanged=2, skipped=3, failed=1),
    }


def test_a_forecast_adds_up() -> None:
    report = forecast(PLAN, "/root", 1.0, VERSIONS)
    assert (report.dry_run, report.analysed) == (True, 5)
    assert adds_up(report)


def test_two_roots_add_up() -> None:
    one = tally(5).report("/one", 1.0)
    both = one + Tally(Plan(unchanged=4), VERSIONS).report("/two", 2.0)
    assert (both.found, both.seconds, both.roots) == (14, 3.0, ("/one", "/two"))
    assert [failure.root for failure in both.failures] == ["/one"]
    assert adds_up(both)


def test_json_has_what_the_contract_names() -> None:
    document = json.loads(json.dumps(tally(5).report("/root", 1.23456).to_dict()))
    assert document["seconds"] == 1.235
    assert document["failures"] == [
        {"path": "old.mp3", "stage": "signal", "reason": "empty file", "root": "/root"}
    ]
    numbers = ("found", "analysed", "unchanged", "skipped", "failed")
    assert [document[name] for name in numbers] == [10, 5, 3, 1, 1]


def test_a_summary_has_bounded_size_and_all_counts() -> None:
    failures = tuple(FileFailure(f"{n}.mp3", "signal", f"reason {n % 2}") for n in range(3_001))
    summary = ScanReport(found=3_001, failed=3_001, failures=failures).summary(most=1_000)
    assert len(summary["failures"]) == 1_000
    assert summary["failure_reasons"] == {"reason 0": 1_501, "reason 1": 1_500}
    assert summary["failed"] == 3_001


def test_every_stage_of_a_scan_adds_up() -> None:
    tasks = (
        Task("new.mp3", 1, 1, ("tags", "signal"), "new"),
        Task("half.mp3", 1, 1, ("tags", "signal"), "new"),
        Task("stale.mp3", 1, 1, ("signal",), "stale"),
        Task("gone.mp3", 1, 1, ("tags", "signal"), "new"),
        Task("later.mp3", 1, 1, ("tags", "signal"), "new"),
    )
    standing = {"tags": (4, 1), "signal": (2, 2)}
    plan = Plan(tasks, unchanged=3, failed_before=(Failure("old.mp3", "signal", "empty"),),
                skipped=(Skipped("link", "link loop"),), standing=standing)  # fmt: skip
    counted = Tally(plan, VERSIONS)
    counted.add(tasks[0], None)
    counted.add(tasks[1], Failure("half.mp3", "signal", "damaged"), ["signal"])
    counted.add(tasks[2], None)
    counted.add_vanished(tasks[3])
    report = counted.report("/root", 1.0, interrupted=True)
    assert report.stages == {
        "tags": StageCounts(found=10, analysed=2, unchanged=4, skipped=3, failed=1),
        "signal": StageCounts(found=10, analysed=2, unchanged=2, skipped=3, failed=3),
    }
    assert report.found == 10
    assert (report + report).stages["tags"] == StageCounts(20, 4, 8, 6, 2)
    assert report.to_dict()["stages"]["tags"]["unchanged"] == 4
