"""What was written into the tags of files. Of no track any more, when that is gone: files stay."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from audiolab.catalog.schema.base import metadata

tag_write = Table(
    "tag_write",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("undoes", Integer),  # another one
    Column("what", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
)

tag_change = Table(
    "tag_change",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "write_id", Integer, ForeignKey("tag_write.id", ondelete="CASCADE"), nullable=False,
        index=True,
    ),
    Column("undoes", BigInteger),  # another one
    Column("track_id", UUID(as_uuid=False), nullable=False),
    Column("path", Text, nullable=False),  # absolute, as `paths.encode` gives it
    Column("temporary", Text, nullable=False),  # name of the copy beside it
    # Slot -> what was in it, or null. JSON, but as text: tags hold NUL characters, JSONB does not.
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("reason", Text),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("state IN ('pending', 'written', 'failed', 'undone')", name="state"),
    Index("ix_tag_change_pending", "id", postgresql_where=text("state = 'pending'")),
)  # fmt: skip
