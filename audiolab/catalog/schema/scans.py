"""Scans: the jobs, and what they left out."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from audiolab.catalog.schema.base import JOB_STATES, metadata

scan_job = Table(
    "scan_job",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("root_id", Integer, ForeignKey("root.id", ondelete="CASCADE"), nullable=False),
    Column("state", Text, nullable=False),
    Column("options", JSONB, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("found", BigInteger, nullable=False, server_default="0"),
    Column("analysed", BigInteger, nullable=False, server_default="0"),
    Column("unchanged", BigInteger, nullable=False, server_default="0"),
    Column("skipped", BigInteger, nullable=False, server_default="0"),
    Column("failed", BigInteger, nullable=False, server_default="0"),
    Column("planned", BigInteger, nullable=False, server_default="0"),
    Column("rate_hz", Float),
    Column("eta_seconds", Float),
    Column("phase", Text),
    Column("error", Text),
    Column("report", JSONB),
    Column("cancel_requested", Boolean, nullable=False, server_default="false"),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("heartbeat_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint(f"state IN {JOB_STATES}", name="state"),
)

skipped_path = Table(
    "skipped_path",
    metadata,
    Column("root_id", Integer, ForeignKey("root.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

Index("ix_scan_job_started_at", scan_job.c.started_at)
