"""Widgets: the library page and its parts, for Voila and for notebooks."""

from audiolab.widgets.browser import LibraryBrowser
from audiolab.widgets.plotly_view import PlotlyView
from audiolab.widgets.scan_panel import ScanPanel
from audiolab.widgets.stats_view import StatsView
from audiolab.widgets.track_view import TrackView

__all__ = ["LibraryBrowser", "PlotlyView", "ScanPanel", "StatsView", "TrackView"]
