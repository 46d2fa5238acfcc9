"""Scan jobs as the page names them: no path of this machine, times as ISO 8601, reasons counted."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from audiolab.catalog.advice import advice
from audiolab.catalog.follow import JobStatus
from audiolab.catalog.paths import encode
from audiolab.scanner.folders import LibraryFolders, shown

EXAMPLES_PER_REASON = 5
COUNTS = ("found", "analysed", "unchanged", "skipped", "failed", "planned")
_OPTIONS = re.compile(r"(?<=\w)\?\w+=\S+")
_ABSOLUTE = re.compile(r"(?<![\w.:/@])/(?:[^\s/'\",;:()]+/)*([^\s/'\",;:()]*)")


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
    place, name = _named(status, folders)
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
        "by": f"process {status.pid} on {status.host}",
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


def reasons(report: Mapping[str, Any], what: str) -> list[dict[str, Any]]:
    """Why files failed or were skipped, most frequent first, with files and what to do about it.

    Parameters
    ----------
    report : mapping
        Of a job, running or ended.
    what : {"failure", "skip"}
    """
    examples: dict[str, list[str]] = {}
    for item in report.get(f"{what}s", []):
        paths = examples.setdefault(item["reason"], [])
        if len(paths) < EXAMPLES_PER_REASON:
            paths.append(item["path"])
    counted = sorted(report.get(f"{what}_reasons", {}).items(), key=lambda item: -item[1])
    return [
        {
            "reason": reason,
            "count": count,
            "examples": examples.get(reason, []),
            "advice": advice(reason),
        }
        for reason, count in counted
    ]


def without_paths(text: str, root: str = "", name: str = "") -> str:
    """`text` with the root called by its name, any other absolute path by its last part.

    Options of a database's address, among them the folder of its socket, are left out.
    """
    if root:
        text = text.replace(encode(root), name).replace(root, name)
    return _ABSOLUTE.sub(lambda found: found[1] or "/", _OPTIONS.sub("", text))


def _named(status: JobStatus, folders: LibraryFolders) -> tuple[tuple[str, ...] | None, str]:
    """Place and name of the folder; one that is not in the library goes by its own name."""
    root = Path(status.root)
    place = folders.place(root)
    return place, shown(place) if place else encode(root.name) or "disk"


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
