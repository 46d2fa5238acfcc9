"""The tables of the catalog, as SQLAlchemy sees them. The migrations create them.

A track is a file: unique by (root, path), a UUID for life. Whatever else is known of it is in
tables beside, which refer to it and go with it.
"""

from audiolab.catalog.schema.base import JOB_STATES, STATES, VISIBLE_STATES, metadata
from audiolab.catalog.schema.counts import facet_count, term
from audiolab.catalog.schema.details import (
    WAVEFORM_POINTS,
    beats,
    correction,
    fingerprint,
    stage_status,
    waveform,
)
from audiolab.catalog.schema.playlists import playlist, playlist_track
from audiolab.catalog.schema.scans import scan_job, skipped_path
from audiolab.catalog.schema.similarity import map_job, map_point, similarity_map
from audiolab.catalog.schema.tag_writes import tag_change, tag_write
from audiolab.catalog.schema.tracks import HEAD_VECTOR, root, track
from audiolab.catalog.schema.vectors import class_scores, embedding_model, embedding_space, head

__all__ = [
    "HEAD_VECTOR",
    "JOB_STATES",
    "STATES",
    "VISIBLE_STATES",
    "WAVEFORM_POINTS",
    "beats",
    "class_scores",
    "correction",
    "embedding_model",
    "embedding_space",
    "facet_count",
    "fingerprint",
    "head",
    "map_job",
    "map_point",
    "metadata",
    "playlist",
    "playlist_track",
    "root",
    "scan_job",
    "similarity_map",
    "skipped_path",
    "stage_status",
    "tag_change",
    "tag_write",
    "term",
    "track",
    "waveform",
]
