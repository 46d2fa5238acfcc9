"""What is known of the map, of the job that makes one, and of hubness, as a page shows it."""

from dataclasses import asdict
from typing import Any

from audiolab.catalog import Catalog
from audiolab.catalog.maps.hubness import Hubness
from audiolab.catalog.maps.jobs import MapJob
from audiolab.catalog.maps.store import MapInfo
from audiolab.scanner.shown import without_paths
from audiolab.widgets.texts import t

LEAST_TRACKS = 3


def facts(catalog: Catalog, version: int | None = None) -> dict[str, Any]:
    """Whether there is a map, and what is known of it.

    Returns
    -------
    dict
        `state`: "ready", "none" (nobody has made one) or "unheard" (there are no embeddings);
        `version`, `tracks`, `waiting`, `quality`, `clusters`, `hubness` before (`none`) and after
        (`corrected`) of a map; and the `job` that makes one or the last that failed, or None.
    """
    info = catalog.map_info()
    job = catalog.map_job()
    found: dict[str, Any] = {"job": None if job is None else job_row(job)}
    if info is not None:
        return {**found, "state": "ready", **_known(info)}
    return {**found, "state": "none" if catalog.embedding_models() else "unheard"}


def job_row(job: MapJob) -> dict[str, Any] | None:
    """A job that waits, runs or failed; None for one that ended as it should."""
    if job.state not in ("pending", "running", "failed"):
        return None
    return {
        "state": job.state,
        "phase": t(f"map_phases.{job.phase or 'starting'}"),
        "share": job.share,
        "error": without_paths(job.error) if job.error else None,
    }


def _known(info: MapInfo) -> dict[str, Any]:
    return {
        "version": info.version,
        "model": info.model,
        "method": info.method,
        "tracks": info.tracks,
        "waiting": info.waiting,
        "made_at": info.made_at.isoformat(),
        "quality": None if info.quality is None else asdict(info.quality),
        "clusters": [asdict(one) for one in info.clusters],
        "hubness": {"none": _hubness(info.hubness), "corrected": _hubness(info.corrected)},
    }


def _hubness(found: Hubness) -> dict[str, Any]:
    return {**asdict(found), "coverage": found.coverage}
