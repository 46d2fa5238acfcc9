"""Scanning: find the audio files under a folder, analyse what is new, tell the catalog.

walk -> plan (pure) -> run (dask) -> records -> catalog, and a report that adds up.
"""

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
