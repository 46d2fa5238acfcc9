"""The scan page's one part: choose a folder, start, watch, stop, look back."""

from typing import Any

from traitlets import Dict, List

from audiolab.widgets.part import Part
from audiolab.widgets.texts import Text


class ScanView(Part):
    """What the scan page shows.

    Attributes
    ----------
    folder : dict
        The chosen folder: its `place`, the names of the `folders` in it and the audio `files`
        directly in it; how many library folders there are (`tops`); a `note` about it (`text`, a
        better `place` to choose, whether it `stops` a scan), and a `problem` in its place.
    counts : dict
        Audio files found in a moment, [number, whether all]: of the whole folder (`total`) and of
        each folder in it (`folders`). For `place` only.
    stages : list of dict
        What can be listened for (`scan_stages.stages`).
    jobs : list of dict
        Scans: those that wait or run first, then the latest (`scan_jobs.job_row`). None before
        anybody has come.
    shown : dict
        One of them in detail (`scan_jobs.job_details`); empty if none is open.
    problem : dict
        Why the page is not up to date (`message`). Empty if it is.
    """

    module = "scan_view"

    folder: Any = Dict().tag(sync=True)
    counts: Any = Dict().tag(sync=True)
    stages: Any = List().tag(sync=True)
    jobs: Any = List(default_value=None, allow_none=True).tag(sync=True)
    shown: Any = Dict().tag(sync=True)
    problem: Any = Dict().tag(sync=True)

    def toast(self, text: Text, kind: str = "note") -> None:
        """Tell the visitor something in passing."""
        self.send({"type": "toast", "text": text, "kind": kind})
