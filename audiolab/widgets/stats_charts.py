"""The charts of the statistics page."""

from typing import Any

from traitlets import Dict

from audiolab.widgets.part import Part


class StatsCharts(Part):
    """Totals, what is worth a look, and charts whose bars lead to their tracks.

    Attributes
    ----------
    view : dict
        Everything shown, replaced as a whole: `state` ("loading", "ready", "empty", "no_match"),
        the `base` of all links (parameters of the current filter), `totals` (`label`, `value`,
        `note`), `doubts` and `charts` (`charts.charts`), and whether the distributions are
        `approximate`.
    """

    module = "stats_charts"

    view: Any = Dict({"state": "loading"}).tag(sync=True)
