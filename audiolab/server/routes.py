"""Which handler answers which address."""

from typing import Any

from jupyter_server.utils import url_path_join

from audiolab.server.api.handler import ApiHandler
from audiolab.server.api.table import OPERATIONS
from audiolab.server.assets import PlotlyHandler, StaticHandler, StyleHandler
from audiolab.server.base import PREFIX, NotFoundHandler
from audiolab.server.declare import Operation

Route = tuple[Any, ...]

_OTHERS: tuple[tuple[str, type], ...] = (
    (r"static/plotly-([0-9.]+)\.min\.js", PlotlyHandler),
    (r"static/(?:(?P<wanted>[0-9a-f]{12})/)?page\.css", StyleHandler),
    (r"static/(?:(?P<wanted>[0-9a-f]{12})/)?(?P<name>[^/]+)", StaticHandler),
    (r".*", NotFoundHandler),
)


def routes(base_url: str) -> list[Route]:
    """Our handlers under ``{base_url}audiolab/``, for Voila and for JupyterLab."""
    prefix = url_path_join(base_url, PREFIX)
    return [
        *((prefix + pattern, handler, {"operations": methods}) for pattern, handler, methods in
          _declared()),
        *((prefix + pattern, handler) for pattern, handler in _OTHERS),
    ]  # fmt: skip


def _declared() -> list[tuple[str, type, dict[str, Operation]]]:
    """Pattern, handler and operations by method of every address in the table."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.pattern, {})[operation.method] = operation
    return [
        (pattern, next(iter(methods.values())).handler or ApiHandler, methods)
        for pattern, methods in by_path.items()
    ]
