"""The search box: the query language, debounced in the browser."""

from typing import Any

from traitlets import Dict, List, Unicode

from audiolab.errors import QueryError
from audiolab.widgets.part import Part


class SearchBox(Part):
    """What the visitor searches for.

    Attributes
    ----------
    value : str
        The query, 300 ms after the last key or at once on Enter.
    problem : dict
        Why the query cannot be understood: `message`, and `position` in characters and
        `suggestion` where known; empty if all is well.
    typed : str
        The word that is being typed now, before `value` follows.
    suggestions : list of dict
        Ways on from it: `text` and `label` (`suggest.suggest`).
    """

    module = "search_box"

    value = Unicode().tag(sync=True)
    problem = Dict().tag(sync=True)
    typed = Unicode().tag(sync=True)
    suggestions: Any = List().tag(sync=True)

    def explain(self, error: QueryError | None) -> None:
        """Show what is wrong with the query, or that nothing is."""
        self.problem = (
            {}
            if error is None
            else {
                "message": str(error),
                "position": error.position,
                "suggestion": error.suggestion,
            }
        )
