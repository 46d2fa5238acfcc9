"""Playlists: fixed lists of tracks in an order, and smart ones that are a query."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE playlist (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    query TEXT,
    sort TEXT,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_playlist PRIMARY KEY (id),
    CONSTRAINT uq_playlist_folded_name UNIQUE (folded_name)
);

CREATE TABLE playlist_track (
    playlist_id UUID NOT NULL,
    track_id UUID NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_playlist_track PRIMARY KEY (playlist_id, track_id),
    CONSTRAINT fk_playlist_track_playlist_id
        FOREIGN KEY(playlist_id) REFERENCES playlist (id) ON DELETE CASCADE,
    CONSTRAINT fk_playlist_track_track_id
        FOREIGN KEY(track_id) REFERENCES track (id) ON DELETE CASCADE
);

CREATE INDEX ix_playlist_track_track_id ON playlist_track (track_id);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TABLES)
