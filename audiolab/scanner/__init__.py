"""Scanning: find the audio files under a folder, analyse what is new, tell the catalog.

walk -> plan (pure) -> run (dask) -> records -> catalog, and a report that adds up.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from audiolab.scanner.api import scan
    from audiolab.scanner.detached import start_detached
    from audiolab.scanner.progress import Observer, ProgressBar
    from audiolab.scanner.report import FileFailure, ScanReport, SkippedItem

__all__ = [
    "FileFailure",
    "Observer",
    "ProgressBar",
    "ScanReport",
    "SkippedItem",
    "scan",
    "start_detached",
]

# On first use: the processes that analyse need `audiolab.scanner.worker`, and no catalog.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "api": ["scan"],
        "detached": ["start_detached"],
        "progress": ["Observer", "ProgressBar"],
        "report": ["FileFailure", "ScanReport", "SkippedItem"],
    },
)
