"""Scan jobs as the page names them: no path of this machine, times as ISO 8601, reasons counted."""

from datetime import datetime
from pathlib import Path
from typing import Any

from audiolab.catalog.follow import JobStatus
from audiolab.scanner.folders import LibraryFolders
from audiolab.scanner.shown import named, reasons, without_paths
from audiolab.widgets.texts import Text, t

COUNTS = ("found", "analysed", "unchanged", "skipped", "failed", "planned")


def job_row(status: JobStatus, folders: LibraryFolders) -> dict[str, Any]:
    """What the page shows of a job.

    Parameters
    ----------
    status : JobStatus
    folders : LibraryFolders
        Decide how its folder is named, and whether it can be scanned from here.

    Returns
    -------
    dict
        `id`, `name` of the folder, its `place` (None if it is not in the library), `state`,
        `phase`, the counts, `through` (files of the planned that are done), `rate` in files per
        second, `left` in seconds, `error`, the files in hand (`current`), `reasons` of failures so
        far, times `started` and `finished`, `seconds` it took, `by` whom, whether it is `stopping`.
    """
    place, name = named(Path(status.root), folders)
    report = status.report or {}
    return {
        "id": status.id,
        "name": name,
        "place": None if place is None else list(place),
        "state": status.state,
        "phase": status.phase,
        **{name: getattr(status, name) for name in COUNTS},
        "through": _through(status),
        "rate": status.rate_hz,
        "left": status.eta_seconds,
        "error": status.error and without_paths(status.error, status.root, name),
        "current": report.get("current", []),
        "reasons": reasons(report, "failure"),
        "started": _iso(status.started_at),
        "finished": _iso(status.finished_at),
        "seconds": _seconds(status),
        "by": who(status),
        "stopping": status.cancelling and not status.ended,
    }


def job_details(status: JobStatus, folders: LibraryFolders) -> dict[str, Any]:
    """The same, with everything its report knows and what was asked for."""
    report = status.report or {}
    return {
        **job_row(status, folders),
        "skips": reasons(report, "skip"),
        "moved": report.get("moved", 0),
        "missing": report.get("missing", 0),
        "stages": list(status.options.get("stages", [])),
        "recursive": bool(status.options.get("recursive", True)),
    }


def who(status: JobStatus) -> Text:
    """The process that runs a job."""
    return t("scan.process", pid=str(status.pid), host=status.host)


def _through(status: JobStatus) -> int:
    """Planned files that are done: the rest of those found was done before or is to come."""
    met = status.analysed + status.unchanged + status.skipped + status.failed
    return max(0, status.planned - (status.found - met))


def _seconds(status: JobStatus) -> float | None:
    if status.finished_at is None:
        return None
    return round((status.finished_at - status.started_at).total_seconds(), 1)


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
