"""The values of the track view, with ways to correct some of them, and the file's tags beside."""

from typing import Any

from traitlets import Dict, List

from audiolab.widgets.part import Part


class TrackFacts(Part):
    """Everything known of a track.

    Attributes
    ----------
    groups : list of dict
        Values by group (`facts.groups`).
    claims : list of dict
        What the tags claim beside the analysis (`beside.beside`).
    tags : dict
        All tags of the file, name to texts.
    genres : list of str
        Names offered when the genre is corrected.
    """

    module = "track_facts"

    groups: Any = List().tag(sync=True)
    claims: Any = List().tag(sync=True)
    tags: Any = Dict().tag(sync=True)
    genres: Any = List().tag(sync=True)
