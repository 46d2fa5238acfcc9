"""The address of the page as part of its state: deep links, Back and Forward, reload."""

import os
from urllib.parse import parse_qs

from traitlets import Dict

from audiolab.widgets.part import Part

Params = dict[str, list[str]]


class Url(Part):
    """Two-way ``?query`` of the page.

    Attributes
    ----------
    location : dict
        What the address says, `params`, and the `visit` it belongs to. Set by `arrive` when a page
        opens, by the browser on Back and Forward. In JupyterLab `params` is None: the address is
        not ours.
    target : dict
        Where the address should go: `params`, and whether to `replace` the current entry.
    """

    module = "url"

    location = Dict().tag(sync=True)
    target = Dict().tag(sync=True)

    def arrive(self) -> None:
        """Take the address that the page was opened with, if the server has told it."""
        query = os.environ.get("QUERY_STRING")
        if query is not None:
            self.location = {"params": parse_qs(query, keep_blank_values=True), "visit": 0}

    def show(self, params: Params, *, replace: bool = False) -> None:
        """Write `params` into the address, as a new entry of the history or over the current."""
        self.target = {"params": params, "replace": replace}
