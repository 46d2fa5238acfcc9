"""The head of the track view: the way back, cover, title, what is most worth knowing, play."""

from typing import Any

from traitlets import Dict

from audiolab.widgets.part import Part
from audiolab.widgets.texts import Text


class TrackHead(Part):
    """Which track is shown.

    Attributes
    ----------
    view : dict
        `state` ("loading", "ready", "unknown" or "problem") with a `message`; the track's `row`
        (`rows.track_row`), further `facts`, `warnings` (`facts.warnings`), and whether there is a
        library to go `back` to.
    """

    module = "track_head"

    view: Any = Dict({"state": "loading"}).tag(sync=True)

    def toast(self, text: Text, undo: dict[str, Any] | None = None) -> None:
        """Tell the visitor something in passing; `undo` is the message that takes it back."""
        self.send({"type": "toast", "text": text, "undo": undo})
