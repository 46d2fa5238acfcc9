"""Tracks: what a list shows in one narrow row with arrays, and the indexes it is browsed by."""

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB, TSVECTOR, UUID
from sqlalchemy.types import TypeEngine

from audiolab.catalog.fields import FIELDS
from audiolab.catalog.schema.base import STATES, VISIBLE_STATES, metadata

_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "text[]": ARRAY(Text()),
    "real": REAL(),
    "real[]": ARRAY(REAL()),
    "double precision": DOUBLE_PRECISION(),
    "bigint": BigInteger(),
    "integer": Integer(),
    "smallint": SmallInteger(),
    "boolean": Boolean(),
    "timestamptz": DateTime(timezone=True),
    "jsonb": JSONB(),
}

SEARCH_VECTOR = (
    "setweight(to_tsvector('simple', search_head), 'A') || "
    "setweight(to_tsvector('simple', search_meaning), 'B') || "
    "setweight(to_tsvector('simple', search_body), 'C')"
)

# Title and artist alone, for ranking: the index of `search` does not know weights.
HEAD_VECTOR = "to_tsvector('simple'::regconfig, search_head)"


def _track_columns() -> list[Column[Any]]:
    own = {"path": False, "filename": False, "added_at": False}
    now = {"added_at": func.now()}
    return [
        Column(f.name, _TYPES[f.sql_type], nullable=own.get(f.name, True),
               server_default=now.get(f.name))
        for f in FIELDS
    ]  # fmt: skip


root = Table(
    "root",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

track = Table(
    "track",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("root_id", Integer, ForeignKey("root.id", ondelete="CASCADE"), nullable=False),
    Column("state", Text, nullable=False),
    Column("state_before", Text),
    Column("mtime_ns", BigInteger),
    Column("file_hash", LargeBinary),
    Column("audio_hash", LargeBinary),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    *_track_columns(),
    Column(
        "genres",
        ARRAY(Text),
        Computed("audiolab_names(genre_primary, genre_secondary)", persisted=True),
    ),
    Column(
        "moods",
        ARRAY(Text),
        Computed("audiolab_names(mood_primary, mood_secondary)", persisted=True),
    ),
    Column(
        "instrument_names",
        ARRAY(Text),
        Computed("audiolab_names(NULL, instruments)", persisted=True),
    ),
    Column("search_head", Text, nullable=False, server_default=""),
    Column("search_meaning", Text, nullable=False, server_default=""),
    Column("search_body", Text, nullable=False, server_default=""),
    Column("search", TSVECTOR, Computed(SEARCH_VECTOR, persisted=True)),
    UniqueConstraint("root_id", "path"),
    CheckConstraint(f"state IN {STATES}", name="state"),
    Index("ix_track_search_head", text(f"({HEAD_VECTOR})"), postgresql_using="gin"),
)

# Browsing goes over the tracks that lists show; their number decides the size of these.
_visible = track.c.state.in_(VISIBLE_STATES)

for _array in ("search", "genres", "moods", "instrument_names", "disputed"):
    Index(f"ix_track_{_array}", track.c[_array], postgresql_using="gin")

for _column in ("added_at", "tempo_bpm", "energy", "duration_seconds"):
    Index(f"ix_track_{_column}", track.c[_column], track.c.id, postgresql_where=_visible)

for _column in ("title", "artist"):
    Index(
        f"ix_track_{_column}", func.lower(track.c[_column]), track.c.id, postgresql_where=_visible
    )

Index("ix_track_key", func.lpad(track.c.key_camelot, 3, "0"), track.c.id, postgresql_where=_visible)

for _column in ("file_hash", "audio_hash"):
    Index(f"ix_track_{_column}", track.c[_column])

Index("ix_track_updated_at", track.c.updated_at)
