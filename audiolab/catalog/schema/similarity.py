"""The similarity map, of which there is one at a time, and the jobs that make it."""

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from audiolab.catalog.schema.base import JOB_STATES, metadata, track_id_column

# Regions are named by its version.
similarity_map = Table(
    "similarity_map",
    metadata,
    Column("version", Integer, Identity(), primary_key=True),
    Column(
        "model_id",
        SmallInteger,
        ForeignKey("embedding_model.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("method", Text, nullable=False),
    Column("tracks", BigInteger, nullable=False),
    Column("seconds", REAL, nullable=False),
    Column("facts", JSONB, nullable=False),  # quality, hubness, clusters
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

map_point = Table(
    "map_point",
    metadata,
    track_id_column(primary=True),
    Column("x", REAL, nullable=False),
    Column("y", REAL, nullable=False),
    Column("occurrence", Integer),  # not known of tracks that were placed later
    Column("distance_mean", REAL, nullable=False),
    Column("distance_spread", REAL, nullable=False),
)

map_job = Table(
    "map_job",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("state", Text, nullable=False),
    Column("options", JSONB, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("phase", Text),
    Column("share", REAL),
    Column("error", Text),
    Column("cancel_requested", Boolean, nullable=False, server_default="false"),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("heartbeat_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint(f"state IN {JOB_STATES}", name="state"),
)
