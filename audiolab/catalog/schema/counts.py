"""What is kept right with every change to tracks: counts of values, and the vocabulary."""

from sqlalchemy import BigInteger, Column, Identity, Table, Text

from audiolab.catalog.schema.base import metadata

# What triggers keep of every change to tracks; the counts are its sums (migration 0002).
facet_count = Table(
    "facet_count",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("tracks", BigInteger, nullable=False),
)

term = Table(
    "term",
    metadata,
    Column("id", BigInteger, Identity(), unique=True, nullable=False),
    Column("word", Text, primary_key=True),
)
