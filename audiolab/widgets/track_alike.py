"""The tracks most like one, with the reasons, and filters for them."""

from typing import Any

from traitlets import Dict

from audiolab.widgets.part import Part


class TrackAlike(Part):
    """Similar tracks.

    Attributes
    ----------
    view : dict
        `state` ("loading", "ready", "none" or "problem") with a `message`; the track's `id`; `rows`
        (`rows.track_rows`) with a sentence `why` each; the `limits` that can be switched on
        (`alike.limits`); and whether `all` of them can be shown in the library.
    value : dict
        What is wanted: `limits` by name, and a `query`. Set by the browser.
    """

    module = "track_alike"

    view: Any = Dict({"state": "loading"}).tag(sync=True)
    value: Any = Dict({"limits": [], "query": ""}).tag(sync=True)
