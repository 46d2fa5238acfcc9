"""The catalog: tracks in Postgres, asked through filters, answered as DataFrames."""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from audiolab.catalog.catalog import Catalog
    from audiolab.catalog.filters import Filter

__all__ = ["Catalog", "Filter"]

# On first use: many a process needs one of the modules beside them, and no DataFrames.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__, submod_attrs={"catalog": ["Catalog"], "filters": ["Filter"]}
)
