"""What a kernel does before it knows which page it will show."""

import ipywidgets

from audiolab.catalog import Catalog
from audiolab.widgets import browser, scan_panel, stats_view  # noqa: F401  what pages are made of


def get_ready() -> None:
    """Import what pages need, and ask the catalog for something, so that it is at hand."""
    ipywidgets.register_comm_target()  # the import does so only where a kernel runs already
    with Catalog.open() as catalog:
        catalog.tracks(limit=1)
