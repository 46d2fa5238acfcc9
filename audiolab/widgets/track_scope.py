"""The tools under the waveform: how much of it is seen, and which pictures of that part."""

from typing import Any

from traitlets import Dict, List

from audiolab.widgets.part import Part


class TrackScope(Part):
    """Zoom, and pictures on demand.

    Attributes
    ----------
    choices : list of dict
        Pictures there are: `name` and `label`.
    chosen : list of str
        Those that are wanted; set by the browser.
    view : dict
        `busy` while pictures are made, a `note` or a `problem` about them, and whether the
        waveform is `zoomed`.
    """

    module = "track_scope"

    choices: Any = List().tag(sync=True)
    chosen: Any = List().tag(sync=True)
    view: Any = Dict().tag(sync=True)
