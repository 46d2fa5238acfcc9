"""audiolab: listen to a whole music library on your own machine, and ask it anything.

from audiolab import Catalog, Filter, analyze, scan

scan("~/Music")
Catalog.open().tracks("genre:house bpm:120..128 key:8A")
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from audiolab.analysis import TrackAnalysis, analyze
    from audiolab.catalog import Catalog, Filter
    from audiolab.described import sounding_like
    from audiolab.errors import AudiolabError
    from audiolab.scanner import ScanReport, scan
    from audiolab.widgets import LibraryBrowser, ScanPanel, StatsView, TrackView

__version__ = "0.1.0"

__all__ = [
    "AudiolabError",
    "Catalog",
    "Filter",
    "LibraryBrowser",
    "ScanPanel",
    "ScanReport",
    "StatsView",
    "TrackAnalysis",
    "TrackView",
    "analyze",
    "scan",
    "sounding_like",
]

# A public name is loaded on first use, so that `import audiolab` stays light.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "analysis": ["TrackAnalysis", "analyze"],
        "catalog": ["Catalog", "Filter"],
        "described": ["sounding_like"],
        "errors": ["AudiolabError"],
        "scanner": ["ScanReport", "scan"],
        "widgets": ["LibraryBrowser", "ScanPanel", "StatsView", "TrackView"],
    },
)
