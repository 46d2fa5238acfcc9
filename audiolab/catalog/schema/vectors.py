"""Embeddings, how they are reduced for finding neighbours, and what classifiers said.

The vectors themselves are in a table per model; see `vectors` and `space`.
"""

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from audiolab.catalog.schema.base import metadata, track_id_column

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
    track_id_column(primary=True),
    Column("head", Text, ForeignKey("head.name", ondelete="CASCADE"), primary_key=True),
    Column("scores", ARRAY(REAL), nullable=False),
)
