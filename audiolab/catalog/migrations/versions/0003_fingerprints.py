"""Acoustic fingerprints: which tracks are one recording."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE fingerprint (
    track_id UUID NOT NULL,
    chromaprint TEXT NOT NULL,
    keys BYTEA NOT NULL,
    CONSTRAINT pk_fingerprint PRIMARY KEY (track_id),
    CONSTRAINT fk_fingerprint_track_id
        FOREIGN KEY(track_id) REFERENCES track (id) ON DELETE CASCADE
);

-- Written as it is: it does not get shorter.
ALTER TABLE fingerprint ALTER chromaprint SET STORAGE EXTERNAL;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TABLES)
