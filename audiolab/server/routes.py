"""Which handler answers which address."""

from typing import Any

from jupyter_server.utils import url_path_join

from audiolab.server.artwork import ArtworkHandler
from audiolab.server.assets import PlotlyHandler, StaticHandler
from audiolab.server.base import UUID, NotFoundHandler
from audiolab.server.export import ExportHandler
from audiolab.server.opus import OpusHandler
from audiolab.server.stream import StreamHandler
from audiolab.server.waveform import BeatsHandler, WaveformHandler

Route = tuple[Any, ...]

_ROUTES: tuple[tuple[str, type], ...] = (
    (rf"stream/({UUID})", StreamHandler),
    (rf"opus/({UUID})", OpusHandler),
    (rf"waveform/({UUID})", WaveformHandler),
    (rf"beats/({UUID})", BeatsHandler),
    (rf"artwork/({UUID})", ArtworkHandler),
    (r"export/(csv|json|m3u8)", ExportHandler),
    (r"static/plotly-([0-9.]+)\.min\.js", PlotlyHandler),
    (r"static/([^/]+)", StaticHandler),
    (r".*", NotFoundHandler),
)


def routes(base_url: str) -> list[Route]:
    """Our handlers under ``{base_url}audiolab/``, for Voila and for JupyterLab."""
    prefix = url_path_join(base_url, "audiolab/")
    return [(prefix + pattern, handler) for pattern, handler in _ROUTES]
