"""audiolab: listen to a whole music library on your own machine, and ask it anything.

from audiolab import Catalog, Filter, analyze, scan

scan("~/Music")
Catalog.open().tracks("genre:house bpm:120..128 key:8A")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOME = {
    "AudiolabError": "audiolab.errors",
    "Catalog": "audiolab.catalog",
    "Filter": "audiolab.catalog",
    "LibraryBrowser": "audiolab.widgets",
    "ScanPanel": "audiolab.widgets",
    "ScanReport": "audiolab.scanner",
    "StatsView": "audiolab.widgets",
    "TrackAnalysis": "audiolab.analysis",
    "TrackView": "audiolab.widgets",
    "analyze": "audiolab.analysis",
    "scan": "audiolab.scanner",
    "sounding_like": "audiolab.described",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `import audiolab` stays light."""
    if name not in _HOME:
        raise AttributeError(f"module 'audiolab' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
