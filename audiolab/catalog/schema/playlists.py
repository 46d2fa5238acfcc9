"""Playlists, fixed and smart."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text, func
from sqlalchemy.dialects.postgresql import UUID

from audiolab.catalog.schema.base import metadata, track_id_column

playlist = Table(
    "playlist",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, unique=True),  # whatever the server's locale
    Column("query", Text),  # of a smart one
    Column("sort", Text),
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

playlist_track = Table(
    "playlist_track",
    metadata,
    Column(
        "playlist_id",
        UUID(as_uuid=False),
        ForeignKey("playlist.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    track_id_column(primary=True),
    Column("position", Integer, nullable=False),
    Index("ix_playlist_track_track_id", "track_id"),
)
