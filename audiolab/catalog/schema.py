"""The tables of the catalog, as SQLAlchemy sees them. The migrations create them.

A track is a file: unique by (root, path), a UUID for life. What a list shows is in one narrow
row with arrays; peaks, beats, fingerprints, vectors and class scores are in side tables, as a page
of 50 tracks must not read them.
"""

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
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

STATES = ("analysed", "partial", "failed", "missing", "excluded")
VISIBLE_STATES = ("analysed", "partial")
JOB_STATES = ("pending", "running", "completed", "failed", "cancelled")
WAVEFORM_POINTS = 800

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

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


def _track_id(*, primary: bool) -> Column[Any]:
    return Column("track_id", UUID(as_uuid=False), ForeignKey("track.id", ondelete="CASCADE"),
                  primary_key=primary, nullable=False)  # fmt: skip


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

stage_status = Table(
    "stage_status",
    metadata,
    _track_id(primary=True),
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
    _track_id(primary=True),
    Column("field", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("analysed", JSONB),
    Column("corrected_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

waveform = Table(
    "waveform", metadata, _track_id(primary=True), Column("peaks", LargeBinary, nullable=False)
)

beats = Table(
    "beats", metadata, _track_id(primary=True), Column("seconds", LargeBinary, nullable=False)
)

fingerprint = Table(
    "fingerprint",
    metadata,
    _track_id(primary=True),
    Column("chromaprint", Text, nullable=False),
    Column("keys", LargeBinary, nullable=False),  # a few of its numbers, to find copies by
)

embedding_model = Table(
    "embedding_model",
    metadata,
    Column("id", SmallInteger, Identity(), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("dimensions", Integer, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# How the vectors of a model are reduced for finding neighbours; see `space`.
embedding_space = Table(
    "embedding_space",
    metadata,
    Column(
        "model_id",
        SmallInteger,
        ForeignKey("embedding_model.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("components", LargeBinary),
    Column("size", Integer, nullable=False),
    Column("candidates", Integer, nullable=False),
    Column("lists", Integer, nullable=False),
    Column("probes", Integer, nullable=False),
    Column("vectors", BigInteger, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

head = Table(
    "head",
    metadata,
    Column("name", Text, primary_key=True),
    Column("classes", ARRAY(Text), nullable=False),
    Column("version", Text, nullable=False),
)

class_scores = Table(
    "class_scores",
    metadata,
    _track_id(primary=True),
    Column("head", Text, ForeignKey("head.name", ondelete="CASCADE"), primary_key=True),
    Column("scores", ARRAY(REAL), nullable=False),
)

skipped_path = Table(
    "skipped_path",
    metadata,
    Column("root_id", Integer, ForeignKey("root.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

term = Table(
    "term",
    metadata,
    Column("id", BigInteger, Identity(), unique=True, nullable=False),
    Column("word", Text, primary_key=True),
)

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
    _track_id(primary=True),
    Column("position", Integer, nullable=False),
    Index("ix_playlist_track_track_id", "track_id"),
)

# The similarity map, of which there is one at a time; regions of it are named by its version.
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
    _track_id(primary=True),
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

# What triggers keep of every change to tracks; the counts are its sums (migration 0002).
facet_count = Table(
    "facet_count",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("tracks", BigInteger, nullable=False),
)

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

# What was written into the tags of files. Of no track any more, when that is gone: files stay.
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
Index("ix_scan_job_started_at", scan_job.c.started_at)
