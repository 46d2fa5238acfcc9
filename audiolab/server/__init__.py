"""The HTTP side: audio streams, peaks and covers, in Voila and in JupyterLab alike."""

import sys

# jsonschema compiles a grammar of IRIs when it is imported, a second of each start, for a format
# that no schema of Jupyter's asks for; it does without where the grammar is not installed.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Where Jupyter Server finds the extension."""
    return [{"module": "audiolab.server.extension"}]
