"""How values are computed: what the modules that compute them say at their top."""

import ast
from collections.abc import Iterator
from pathlib import Path

import audiolab

ANALYSIS = Path(audiolab.__file__).parent / "analysis"

# In the order in which a reader meets the values.
MODULES = {
    "Tempo": "tempo",
    "Metrical level and time signature": "meter",
    "Tempogram": "tempogram",
    "Onsets": "onsets",
    "Beats": "beats",
    "Danceability": "danceability",
    "Chroma": "chroma",
    "Key": "key",
    "Loudness": "loudness",
    "True peak": "true_peak",
    "Energy": "energy",
    "Valence": "valence",
    "Timbre": "spectrum",
    "Zero crossing rate": "zero_crossings",
    "Silence": "silence",
    "The networks' input": "networks/mel",
    "Genre, mood, instruments, voice": "networks/rules",
    "Arousal and mood valence": "networks/circumplex",
    "Search by description": "networks/clap",
    "Similarity without networks": "signal_embedding",
    "Fingerprint": "fingerprint",
    "What all of them share": "stream",
}


def markdown() -> str:
    """One section a module."""
    return "\n\n".join(_sections())


def _sections() -> Iterator[str]:
    for heading, module in MODULES.items():
        source = (ANALYSIS / f"{module}.py").read_text("utf-8")
        yield f"### {heading}"
        yield (ast.get_docstring(ast.parse(source)) or "").replace("``", "`")
        yield f"Source: `audiolab/analysis/{module}.py`"
