"""Scans: start one of a folder in the library, see how they go, end one."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from audiolab.analysis import EVERY_STAGE
from audiolab.catalog import Catalog
from audiolab.catalog.follow import JobStatus
from audiolab.config import Settings
from audiolab.errors import OutsideLibraryError
from audiolab.scanner import start_detached
from audiolab.scanner.folders import LibraryFolders
from audiolab.scanner.shown import named, reasons, without_paths
from audiolab.server.declare import Asked, Reply
from audiolab.server.questions import NO_NUL, Nothing, no_nul

FRESH = "no-store"
COUNTS = ("found", "analysed", "unchanged", "skipped", "failed", "planned")


def _each_once(stages: list[str]) -> list[str]:
    if len(set(stages)) < len(stages):
        raise ValueError("expected each stage once")
    return stages


Stages: TypeAlias = Annotated[
    list[Literal[EVERY_STAGE]],  # type: ignore[valid-type]
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]


class NewScan(Nothing):
    """A scan to start."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="NewScan")

    path: Annotated[
        str,
        StringConstraints(min_length=1, max_length=4096),
        AfterValidator(no_nul),
        Field(
            description="A folder of the library: its path on the server, or its name as `folder` "
            "of other scans has it, `Music / House`.",
            json_schema_extra={"format": "audiolab-folder", "pattern": NO_NUL},
        ),
    ]
    recursive: Annotated[bool, Field(description="Look into the folders below too.")] = True
    stages: Annotated[
        Stages | None, Field(description="What to listen for; by default what can be run.")
    ] = None


def start(catalog: Catalog, asked: Asked) -> Reply:
    """Start a scan as a process of its own."""
    wanted: NewScan = asked.body
    folders = LibraryFolders(asked.settings.library_path)
    job = start_detached(
        asked.settings,
        _folder(folders, wanted.path),
        catalog=catalog,
        recursive=wanted.recursive,
        stages=wanted.stages,
        library_only=True,
    )
    reply = described(catalog.job(job), folders)
    return Reply(reply, 202, {"Location": f"{asked.address}scans/{job}"}, FRESH)


def latest(catalog: Catalog, asked: Asked) -> Reply:
    """Scans that wait or run, then the latest."""
    folders, limit = LibraryFolders(asked.settings.library_path), asked.query.limit
    jobs = catalog.recent_jobs(limit + 1)
    document = {
        "items": [described(job, folders) for job in jobs[:limit]],
        "total": min(len(jobs), limit),
        "total_capped": len(jobs) > limit,
        "next": None,
    }
    return Reply(document, cache=FRESH)


def status(catalog: Catalog, asked: Asked) -> Reply:
    """How a scan goes."""
    return Reply(_status(catalog, asked), cache=FRESH)


def cancel(catalog: Catalog, asked: Asked) -> Reply:
    """Ask a scan to end after the files in hand; one that has ended stays as it is."""
    catalog.cancel_job(asked.place["scan"].lower())
    return Reply(_status(catalog, asked), cache=FRESH)


def _status(catalog: Catalog, asked: Asked) -> dict[str, Any]:
    return scan_document(catalog, asked.place["scan"], asked.settings)


def scan_document(catalog: Catalog, scan: str, settings: Settings) -> dict[str, Any]:
    """How a scan goes, for a program."""
    return described(catalog.job(scan.lower()), LibraryFolders(settings.library_path))


def described(job: JobStatus, folders: LibraryFolders) -> dict[str, Any]:
    """A scan for a program: without the paths of this machine."""
    _, name = named(Path(job.root), folders)
    report = job.report or {}
    return {
        "id": job.id,
        "folder": name,
        "state": job.state,
        "phase": job.phase,
        **{count: getattr(job, count) for count in COUNTS},
        "rate_hz": job.rate_hz,
        "eta_seconds": job.eta_seconds,
        "error": job.error and without_paths(job.error, job.root, name),
        "recursive": bool(job.options.get("recursive", True)),
        "stages": list(job.options.get("stages") or ()),
        "cancelling": job.cancelling and not job.ended,
        "failures": [_reason(one) for one in reasons(report, "failure")],
        "skips": [_reason(one) for one in reasons(report, "skip")],
        "started_at": job.started_at.isoformat(),
        "heartbeat_at": job.heartbeat_at.isoformat(),
        "finished_at": job.finished_at and job.finished_at.isoformat(),
    }


def _reason(counted: dict[str, Any]) -> dict[str, Any]:
    return {name: counted[name] for name in ("reason", "count", "examples")}


def _folder(folders: LibraryFolders, said: str) -> Path:
    """The folder that is meant, without links.

    What is outside the library is refused in the same words, whether it is there or not.

    Raises
    ------
    OutsideLibraryError
        If it is not in the library.
    ScanError
        If it is not a folder.
    """
    place = tuple(part.strip() for part in said.strip().strip("/").split("/"))
    if said.startswith("/"):
        try:
            place = folders.place(Path(said).resolve()) or ()
        except (OSError, RuntimeError, ValueError):  # a link loop, a name too long
            place = ()
    if not place:
        raise OutsideLibraryError("there is no such folder in the library")
    return folders.path(place)
