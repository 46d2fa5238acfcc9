"""Analysis: files and arrays in, values out. No database, no scheduler, no notebook.

Importing this package is light; decoders and compiled code load with the first file.
"""

from audiolab.analysis.decode import AUDIO_EXTENSIONS
from audiolab.analysis.networks import Installed, find_installed
from audiolab.analysis.result import (
    AffectAnalysis,
    ClapAnalysis,
    FileTags,
    NetworkAnalysis,
    SignalAnalysis,
    TrackAnalysis,
)
from audiolab.analysis.tags import read_artwork
from audiolab.analysis.track import (
    EVERY_STAGE,
    StageOutcome,
    analyze,
    default_stages,
    run_stage,
    run_stages,
    stage_versions,
)
from audiolab.analysis.versions import STAGE_VERSIONS

__all__ = [
    "AUDIO_EXTENSIONS",
    "EVERY_STAGE",
    "STAGE_VERSIONS",
    "AffectAnalysis",
    "ClapAnalysis",
    "FileTags",
    "Installed",
    "NetworkAnalysis",
    "SignalAnalysis",
    "StageOutcome",
    "TrackAnalysis",
    "analyze",
    "default_stages",
    "find_installed",
    "read_artwork",
    "run_stage",
    "run_stages",
    "stage_versions",
]
