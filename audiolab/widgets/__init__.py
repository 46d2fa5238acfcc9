"""Widgets: the library page and its parts, for Voila and for notebooks."""

from audiolab.widgets.browser import LibraryBrowser

__all__ = ["LibraryBrowser"]
