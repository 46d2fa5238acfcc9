"""Networks: genre, mood, instruments, voice and embeddings from a 16 kHz stream.

The weights are not part of audiolab; ``models/manifest.toml`` names them, `find_installed` says
which of them are there, `NetworkPass` listens with them.
"""

from audiolab.analysis.networks.find import find_installed
from audiolab.analysis.networks.installed import (
    Installed,
    InstalledNetwork,
    InstalledWeights,
    StageNetworks,
)
from audiolab.analysis.networks.manifest import Manifest, manifest

__all__ = [
    "Installed",
    "InstalledNetwork",
    "InstalledWeights",
    "Manifest",
    "StageNetworks",
    "find_installed",
    "manifest",
]
