"""Plots of tracks and of libraries, as plotly figures for notebooks, pages and files.

Figures of one track take its id or the path of a file; figures of many take a DataFrame or whatever
``where`` arguments take: a Filter, a query, a dict, None for the whole library. Importing this
registers the templates ``audiolab_light`` and ``audiolab_dark`` with plotly, and in notebooks keeps
figures as HTML too, so that nbconvert has them (``plotly.io.renderers.default`` changes that).

Examples
--------
>>> from audiolab import Catalog, plots
>>> figure = plots.distribution("tag_genre:house", "tempo_bpm", Catalog.open())
>>> figure.write_html("house.html")
"""

from audiolab.plots.chromagram import chromagram
from audiolab.plots.confusion import confusion
from audiolab.plots.distribution import distribution
from audiolab.plots.energy_valence import energy_valence
from audiolab.plots.key_wheel import key_wheel
from audiolab.plots.loudness import loudness
from audiolab.plots.similarity_map import similarity_map
from audiolab.plots.spectrogram import spectrogram
from audiolab.plots.style import PALETTE, TEMPLATES
from audiolab.plots.tempogram import tempogram
from audiolab.plots.waveform import waveform

__all__ = [
    "PALETTE",
    "TEMPLATES",
    "chromagram",
    "confusion",
    "distribution",
    "energy_valence",
    "key_wheel",
    "loudness",
    "similarity_map",
    "spectrogram",
    "tempogram",
    "waveform",
]
