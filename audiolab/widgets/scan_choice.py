"""The folder that is chosen on the scan page: what is in it, and whether it can be scanned."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from audiolab.catalog.follow import JobStatus
from audiolab.catalog.scans import Root
from audiolab.errors import ScanError
from audiolab.scanner.folders import LibraryFolders, Place, shown
from audiolab.widgets.scan_jobs import who
from audiolab.widgets.texts import t

# How long the page counts files: in each folder of a folder, and in all of them.
EACH_SECONDS = 0.15
ALL_SECONDS = 1.5


def listing(folders: LibraryFolders, place: Place) -> dict[str, Any]:
    """What is in a folder, or the `problem` with it; () is the list of the library's folders."""
    found: dict[str, Any] = {"place": list(place), "tops": len(folders.tops), "files": 0}
    if not place:
        return {**found, "folders": list(folders.tops)}
    try:
        inside = folders.look(place)
    except ScanError as error:
        return {**found, "folders": [], "problem": str(error)}
    return {**found, "folders": list(inside.folders), "files": inside.files}


def note(
    folders: LibraryFolders, path: Path, roots: Sequence[Root], running: Iterable[JobStatus]
) -> dict[str, Any] | None:
    """What a visitor should know before a folder is scanned; None if it is a new one.

    Parameters
    ----------
    folders : LibraryFolders
    path : Path
        The folder.
    roots : sequence of Root
        What the catalog has.
    running : iterable of JobStatus
        Scans that wait or run.

    Returns
    -------
    dict or None
        The `text`; whether it `stops` a scan; the `place` to choose instead.
    """
    for status in running:
        if Path(status.root) == path:
            return {"text": t("folders.running", who=who(status)), "stops": True}
    for root in roots:
        if root.folder == path:
            return {"text": t("folders.in_library")}
        if path.is_relative_to(root.folder):
            return _part_of(folders.place(root.folder))
        if root.folder.is_relative_to(path):
            place = list(folders.place(root.folder) or ())
            return {
                "text": t("folders.within", folder=shown(place)),
                "place": place,
                "stops": True,
            }
    return None


def _part_of(place: Place | None) -> dict[str, Any]:
    """A folder inside a root; the root may lie outside of what is shown here."""
    larger = t("folders.part_of_larger")
    return {
        "text": t("folders.part_of", folder=shown(place)) if place else larger,
        "place": None if place is None else list(place),
        "stops": True,
    }


def counts(
    folders: LibraryFolders,
    place: Place,
    listed: dict[str, Any],
    outdated: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Audio files below a folder, as far as a moment goes: each [number, whether all].

    Parameters
    ----------
    folders : LibraryFolders
    place : tuple of str
    listed : dict
        What `listing` found there.
    outdated : callable
        Whether nobody wants the answer any more; it ends early then.
    """
    left, total, whole = ALL_SECONDS, listed["files"], True
    found: dict[str, tuple[int, bool]] = {}
    for name in listed["folders"]:
        if left <= 0 or outdated():
            whole = False
            break
        begun = time.monotonic()
        try:
            files, complete = folders.count((*place, name), min(EACH_SECONDS, left))
        except ScanError:  # what cannot be read says so when it is opened
            continue
        left -= time.monotonic() - begun
        found[name] = (files, complete)
        total, whole = total + files, whole and complete
    return {"place": list(place), "folders": found, "total": (total, whole)}
