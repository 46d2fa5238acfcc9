"""What all tables share: the metadata, the states, how a row names its track."""

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData
from sqlalchemy.dialects.postgresql import UUID

STATES = ("analysed", "partial", "failed", "missing", "excluded")
VISIBLE_STATES = ("analysed", "partial")
JOB_STATES = ("pending", "running", "completed", "failed", "cancelled")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def track_id_column(*, primary: bool) -> Column[Any]:
    """Of a table whose rows go with their track."""
    return Column("track_id", UUID(as_uuid=False), ForeignKey("track.id", ondelete="CASCADE"),
                  primary_key=primary, nullable=False)  # fmt: skip
