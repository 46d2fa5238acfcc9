"""The catalog: tracks in Postgres, asked through filters, answered as DataFrames."""

from audiolab.catalog.catalog import Catalog
from audiolab.catalog.filters import Filter

__all__ = ["Catalog", "Filter"]
