"""The HTTP side: audio streams, peaks and covers, in Voila and in JupyterLab alike."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Where Jupyter Server finds the extension."""
    return [{"module": "audiolab.server.extension"}]
