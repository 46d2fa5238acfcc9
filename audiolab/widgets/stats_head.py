"""Above the charts and the map: which of both, what is chosen, and what went wrong."""

from typing import Any

from traitlets import Dict, List, Unicode

from audiolab.widgets.part import Part
from audiolab.widgets.texts import Text


class StatsHead(Part):
    """The head of the statistics page.

    Attributes
    ----------
    shown : str
        "charts" or "map".
    chips : list of dict
        The chosen filters, to be taken off (`chips.chips`).
    problem : dict
        Why the page is not up to date (`message`). Empty if it is.
    """

    module = "stats_head"

    shown = Unicode("charts").tag(sync=True)
    chips: Any = List().tag(sync=True)
    problem: Any = Dict().tag(sync=True)

    def toast(self, text: Text, kind: str = "note") -> None:
        """Tell the visitor something in passing."""
        self.send({"type": "toast", "text": text, "kind": kind})

    def explain(self, message: str | None) -> None:
        """Show that the page is not up to date and why, or that it is."""
        self.problem = {} if message is None else {"message": message}
