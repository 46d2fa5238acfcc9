"""Widgets: the library page and its parts, for Voila and for notebooks."""

from audiolab.widgets.browser import LibraryBrowser
from audiolab.widgets.scan_panel import ScanPanel

__all__ = ["LibraryBrowser", "ScanPanel"]
