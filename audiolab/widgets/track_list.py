"""The list of tracks: one page of rows, the total, the order, and what to do if there are none."""

from collections.abc import Sequence
from typing import Any

from traitlets import Dict, Int, List

from audiolab.widgets.part import Part
from audiolab.widgets.texts import Text


class TrackList(Part):
    """A page of tracks.

    Attributes
    ----------
    view : dict
        Everything shown, replaced as a whole so that the page never shows half of a change:
        `state` ("loading", "ready", "empty", "no_match"), `rows`, the `bars` of their waveforms by
        id, where states are asked for the `standing` of each (its state and the reason), `total`,
        whether there are
        `more` than that, `page`, `size`, `sort`, the ids they are `similar` to, how they are
        `described`, and the same
        tracks as `query` and `code`.
    exact : int or None
        How many tracks there are, where the view could only say "more"; comes a moment later.
    chips : list of dict
        The chosen filters, to be taken off (`chips.chips`).
    problem : dict
        Why the list could not be brought up to date (`message`); the rows stay. Empty if it is.
    selected : list of str
        Ids of the rows the visitor selected.
    """

    module = "track_list"

    view = Dict({"state": "loading"}).tag(sync=True)
    exact = Int(None, allow_none=True).tag(sync=True)
    chips: Any = List().tag(sync=True)
    problem: Any = Dict().tag(sync=True)
    selected: Any = List().tag(sync=True)

    def toast(self, text: Text) -> None:
        """Tell the visitor something in passing."""
        self.send({"type": "toast", "text": text})

    def removed(self, ids: Sequence[str], number: int) -> None:
        """Say that tracks were taken out of the catalog, and offer to bring them back."""
        self.send({"type": "removed", "ids": list(ids), "number": number})

    def explain(self, message: str | None) -> None:
        """Show that the list is not up to date and why, or that it is."""
        self.problem = {} if message is None else {"message": message}
