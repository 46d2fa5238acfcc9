"""Analysis: files and arrays in, values out. No database, no scheduler, no notebook.

Importing this package is light; decoders and compiled code load with the first file.
"""

from audiolab.analysis.decode import AUDIO_EXTENSIONS
from audiolab.analysis.result import FileTags, SignalAnalysis, TrackAnalysis
from audiolab.analysis.tags import read_artwork
from audiolab.analysis.track import StageOutcome, analyze, run_stage
from audiolab.analysis.versions import STAGE_VERSIONS

__all__ = [
    "AUDIO_EXTENSIONS",
    "STAGE_VERSIONS",
    "FileTags",
    "SignalAnalysis",
    "StageOutcome",
    "TrackAnalysis",
    "analyze",
    "read_artwork",
    "run_stage",
]
