"""Indexes of neighbours are inverted files, searched as far as their trial says."""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = """
DELETE FROM embedding_space;
ALTER TABLE embedding_space ADD lists INTEGER NOT NULL, ADD probes INTEGER NOT NULL;
"""


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql(COLUMNS)
    for model in connection.scalars(text("SELECT id FROM embedding_model")).all():
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS embedding_{model:d}_near")
