"""What is kept of a track beside its row: a page of 50 must not read it."""

from sqlalchemy import REAL, CheckConstraint, Column, DateTime, LargeBinary, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from audiolab.catalog.schema.base import metadata, track_id_column

WAVEFORM_POINTS = 800

stage_status = Table(
    "stage_status",
    metadata,
    track_id_column(primary=True),
    Column("stage", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("seconds", REAL),
    Column("finished_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("state IN ('done', 'partial', 'failed')", name="state"),
)

correction = Table(
    "correction",
    metadata,
    track_id_column(primary=True),
    Column("field", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("analysed", JSONB),
    Column("corrected_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

waveform = Table(
    "waveform",
    metadata,
    track_id_column(primary=True),
    Column("peaks", LargeBinary, nullable=False),
)

beats = Table(
    "beats", metadata, track_id_column(primary=True), Column("seconds", LargeBinary, nullable=False)
)

fingerprint = Table(
    "fingerprint",
    metadata,
    track_id_column(primary=True),
    Column("chromaprint", Text, nullable=False),
    Column("keys", LargeBinary, nullable=False),  # a few of its numbers, to find copies by
)
