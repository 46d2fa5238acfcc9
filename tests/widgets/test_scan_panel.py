"""ScanPanel without a page: choosing, starting, watching, and everything it must not do or say."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from audiolab import Catalog, ScanPanel
from audiolab.catalog.advice import advice
from audiolab.config import Settings
from audiolab.errors import DatabaseError
from widgets.written import written

UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Two library folders beside a folder that is none."""
    for name in (
        "Music/House/a.wav",
        "Music/House/b.wav",
        "Music/c.wav",
        "Samples/d.wav",
        "not/e.wav",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "Music/out").symlink_to(tmp_path / "not")
    return tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, dict[str, Any]]]:
    """The scans that would have been started."""
    calls: list[tuple[Path, dict[str, Any]]] = []
    monkeypatch.setattr(
        "audiolab.widgets.scan_panel.start_detached",
        lambda _, path, catalog, **options: calls.append((path, options)),
    )
    return calls


@pytest.fixture
def make(catalog: Catalog, disk: Path) -> Iterator[Callable[..., ScanPanel]]:
    """Makes panels whose page has just been opened: ``make("Music", "Samples", scan=job)``."""
    made: list[ScanPanel] = []
    before = {root.id for root in catalog.roots()}

    def panel(*library: str, **params: str) -> ScanPanel:
        folders = tuple(disk / name for name in library)
        settings = Settings(data_dir=disk / "data", library_path=folders)
        made.append(ScanPanel(catalog, settings))
        query = {name: [value] for name, value in params.items()}
        made[-1]._url.location = {"params": query, "visit": 1}
        return made[-1]

    yield panel
    for one in made:
        one.close()
    for root in catalog.roots():
        if root.id not in before:
            catalog.remove_root(root)


@pytest.fixture
def panel(make: Callable[..., ScanPanel]) -> ScanPanel:
    return make("Music", "Samples")


def say(panel: ScanPanel, **message: Any) -> list[dict[str, Any]]:
    """What the page's JavaScript sends; returns the toasts that come back."""
    told: list[dict[str, Any]] = []
    panel._view.send = told.append
    panel._view._handle_custom_msg(message, [])
    return told


def everything(panel: ScanPanel) -> str:
    """All that a page gets to know."""
    view = panel._view
    return json.dumps([view.folder, view.counts, view.stages, view.jobs, view.shown, view.problem])


def test_nothing_is_shown_before_somebody_comes(catalog: Catalog, disk: Path) -> None:
    panel = ScanPanel(catalog, Settings(data_dir=disk / "data", library_path=(disk / "Music",)))
    assert (panel._view.jobs, panel._view.folder) == (None, {})
    panel._url.location = {"params": None, "visit": 1}  # JupyterLab
    assert panel._view.jobs == []


def test_choosing_a_folder(panel: ScanPanel, disk: Path) -> None:
    view = panel._view
    assert view.folder["folders"] == ["Music", "Samples"]
    assert view.counts["folders"] == {"Music": (3, True), "Samples": (1, True)}
    say(panel, type="open", place=["Music"])
    assert view.folder == {
        "place": ["Music"], "tops": 2, "folders": ["House"], "files": 1, "note": None,
    }  # fmt: skip
    assert view.counts == {"place": ["Music"], "folders": {"House": (2, True)}, "total": (3, True)}
    assert str(disk) not in everything(panel)


def test_a_single_library_folder_is_open_at_once(make: Callable[..., ScanPanel]) -> None:
    assert make("Music")._view.folder["place"] == ["Music"]


def test_without_a_library_there_is_nothing_to_choose(make: Callable[..., ScanPanel]) -> None:
    panel = make()
    assert (panel._view.folder["tops"], panel._view.folder["folders"]) == (0, [])
    told = say(panel, type="start", place=["Music"], stages=["tags"])
    assert told[-1]["text"] == "there is no such folder in the library"


@pytest.mark.parametrize(
    "place",
    [
        ["not"], ["Music", ".."], ["Music", "out"], ["/"], ["Music", "../not"], [], None, "Music",
        [[]],
    ],
    ids=str,
)  # fmt: skip
def test_nothing_outside_is_listed_or_scanned(
    panel: ScanPanel, started: list[Any], disk: Path, place: Any
) -> None:
    told = say(panel, type="start", place=place, stages=["tags"])
    assert told[-1]["kind"] == "error"
    assert started == []
    say(panel, type="open", place=place)
    assert panel._view.folder["folders"] == ([] if place != [] else ["Music", "Samples"])
    assert "e.wav" not in everything(panel)
    assert str(disk) not in everything(panel) + str(told)


@pytest.mark.parametrize(
    "message",
    [
        {}, {"type": "evil"}, {"type": "again"}, {"type": "again", "job": ["x"]},
        {"type": "again", "job": UNKNOWN}, {"type": "cancel", "job": "x' OR true"},
        {"type": "cancel"}, {"type": "show", "job": 3}, {"type": "show", "job": UNKNOWN},
        {"type": "start", "place": ["Music"]}, {"type": "start", "place": ["Music"], "stages": []},
        {"type": "start", "place": ["Music"], "stages": ["--force", "evil", 3]},
        {"type": "start", "place": ["Music"], "stages": ["networks"]},
    ],
    ids=str,
)  # fmt: skip
def test_nonsense_from_the_page_starts_nothing(
    panel: ScanPanel, started: list[Any], message: dict[str, Any]
) -> None:
    before = everything(panel)
    say(panel, **message)
    assert started == []
    assert everything(panel) == before


def test_starting_a_scan(panel: ScanPanel, started: list[Any], disk: Path) -> None:
    told = say(
        panel, type="start", place=["Music", "House"], stages=["signal", "tags"], recursive=False,
        retry_failed=True,
    )  # fmt: skip
    options = {"recursive": False, "stages": ["tags", "signal"], "retry_failed": True}
    assert started == [(disk / "Music/House", {**options, "library_only": True})]
    assert written(told[-1]["text"]) == "Music / House: the scan has been started"


def test_one_scan_per_folder_and_who_has_it(panel: ScanPanel, catalog: Catalog, disk: Path) -> None:
    root = catalog.root(disk / "Music")
    with catalog.hold_root(root):
        job = catalog.start_job(root, {})
        told = say(panel, type="start", place=["Music"], stages=["tags"])
        assert told[-1]["text"].startswith("Music is being scanned by process ")
        say(panel, type="open", place=["Music"])
        note = panel._view.folder["note"]
        assert note["stops"]
        assert written(note["text"]).startswith("Being scanned right now, by process ")
        catalog.finish_job(job, "completed", {})


def test_what_is_known_of_a_folder(panel: ScanPanel, catalog: Catalog, disk: Path) -> None:
    house = catalog.root(disk / "Music/House")
    say(panel, type="open", place=["Music", "House"])
    assert "takes in what is new" in written(panel._view.folder["note"]["text"])
    say(panel, type="open", place=["Music"])
    note = panel._view.folder["note"]
    assert (note["place"], note["stops"]) == (["Music", "House"], True)
    told = say(panel, type="start", place=["Music"], stages=["tags"])
    assert told[-1]["kind"] == "error"
    assert str(disk) not in written(told[-1]["text"])
    catalog.remove_root(house)
    catalog.root(disk / "Music")
    say(panel, type="open", place=["Music", "House"])
    assert written(panel._view.folder["note"]["text"]).startswith(
        "Part of “Music”, which is scanned"
    )
    catalog.remove_root(catalog.root(disk / "Music"))
    catalog.root(disk)  # larger than all that may be shown
    say(panel, type="open", place=["Music"])
    assert written(panel._view.folder["note"]["text"]).startswith("Part of a larger folder")
    assert str(disk) not in everything(panel)


def test_a_scan_from_beginning_to_end(panel: ScanPanel, catalog: Catalog, disk: Path) -> None:
    root = catalog.root(disk / "Music")
    with catalog.hold_root(root):
        job = catalog.start_job(root, {"stages": ["tags"], "recursive": False})
        report = {
            "current": ["House/a.wav"],
            "failure_reasons": {"empty file": 7, "damaged": 9},
            "failures": [{"path": "x.wav", "stage": "tags", "reason": "empty file"}],
        }
        numbers = {"found": 50, "planned": 40, "unchanged": 10, "analysed": 4, "failed": 16}
        catalog.update_job(job, **numbers, phase="analysing", rate_hz=2.5, report=report)
        panel.refresh()
        (row,) = panel._view.jobs
        assert (row["name"], row["place"], row["through"]) == ("Music", ["Music"], 20)
        assert (row["current"], row["rate"], row["stopping"]) == (["House/a.wav"], 2.5, False)
        assert [(one["reason"], one["count"], one["examples"]) for one in row["reasons"]] == [
            ("damaged", 9, []),
            ("empty file", 7, ["x.wav"]),
        ]
        assert row["reasons"][1]["advice"] == advice("empty file")
        say(panel, type="cancel", job=job)
        assert panel._view.jobs[0]["stopping"]
        error = f"{disk}/Music is gone; see {disk}/data/logs/scan.log"
        catalog.finish_job(job, "failed", report, error=error)
    say(panel, type="show", job=job)
    assert panel._url.target["params"] == {"scan": [job]}
    shown = panel._view.shown
    assert (shown["state"], shown["stages"], shown["recursive"]) == ("failed", ["tags"], False)
    assert shown["error"] == "Music is gone; see scan.log"
    assert str(disk) not in everything(panel)
    say(panel, type="show", job="")
    assert (panel._view.shown, panel._url.target["params"]) == ({}, {})


def test_a_link_to_a_scan_opens_it(
    make: Callable[..., ScanPanel], catalog: Catalog, disk: Path
) -> None:
    job = catalog.start_job(catalog.root(disk / "Music"), {})
    catalog.finish_job(job, "completed", {"moved": 2, "skip_reasons": {"link loop": 1}})
    shown = make("Music", scan=job)._view.shown
    assert (shown["id"], shown["moved"], shown["skips"][0]["reason"]) == (job, 2, "link loop")
    assert make("Music", scan="nonsense")._view.shown == {}


def test_scanning_again(panel: ScanPanel, catalog: Catalog, started: list[Any], disk: Path) -> None:
    job = catalog.start_job(
        catalog.root(disk / "Samples"), {"stages": ["tags", "networks"], "recursive": False}
    )
    catalog.finish_job(job, "cancelled", {})
    say(panel, type="again", job=job, retry_failed=True)
    options = {"recursive": False, "stages": ["tags"], "retry_failed": True}
    assert started == [(disk / "Samples", {**options, "library_only": True})]


def test_scans_of_other_folders_are_seen_without_their_path(
    panel: ScanPanel, catalog: Catalog, started: list[Any], disk: Path
) -> None:
    job = catalog.start_job(catalog.root(disk / "not"), {})
    catalog.finish_job(job, "cancelled", {})
    told = say(panel, type="again", job=job)
    assert (panel._view.jobs[0]["name"], panel._view.jobs[0]["place"]) == ("not", None)
    assert told[-1]["text"].startswith("not is not in the library")
    assert started == []
    assert str(disk) not in everything(panel)


def test_database_down_and_back(panel: ScanPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise DatabaseError("the database in /var/lib/audiolab does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(panel._catalog, "recent_jobs", refuse)
        say(panel, type="retry")
        assert panel._view.problem == {"message": "the database in audiolab does not answer"}
    say(panel, type="retry")
    assert panel._view.problem == {}


def test_changes_are_followed_until_the_panel_is_closed(
    panel: ScanPanel, catalog: Catalog, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audiolab.widgets.watch.RETRY_SECONDS", 0.1)
    changes, failed = catalog.job_changes, []

    def unreliable() -> Any:
        if not failed:
            failed.append(True)
            raise DatabaseError("gone for a moment")
        return changes(poll_seconds=0.1)

    monkeypatch.setattr(panel._watch, "_changes", unreliable)
    problems = []
    panel._view.observe(lambda change: problems.append(change["new"]), "problem")

    async def visit() -> None:
        panel._url.location = {"params": {}, "visit": 2}
        panel._url.location = {"params": {}, "visit": 3}  # no second thread
        catalog.start_job(catalog.root(disk / "Music"), {}, pending=True)
        end = time.monotonic() + 20
        while not panel._view.jobs and time.monotonic() < end:
            await asyncio.sleep(0.05)
        panel.close()

    asyncio.run(visit())
    assert panel._view.jobs[0]["state"] == "pending"
    assert problems == [{"message": "gone for a moment"}, {}]
    thread = panel._watch._thread
    assert thread
    thread.join(10)
    assert not thread.is_alive()
