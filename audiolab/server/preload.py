"""Which scripts a page is going to need, so that its browser fetches them before it runs any.

A module's imports are known only once it has come, and theirs once they have: a chain of waits.
"""

import re
from functools import cache

from audiolab.server.assets import STATIC

# Per page, the modules of the widgets that it is built of.
PARTS = {
    "library": ("host", "url", "search_box", "filter_bar", "playlists", "track_list", "player"),
    "stats": ("host", "url", "search_box", "filter_bar", "stats_head", "stats_charts", "player"),
    "scan": ("host", "url", "scan_view"),
}
_IMPORT = re.compile(r'^(?:import|export) .*?"\./(\w+)\.js"', re.MULTILINE)


@cache
def modules(page: str) -> tuple[str, ...]:
    """Names of all modules behind the widgets of `page`, those first that others wait for."""
    found: dict[str, None] = {}

    def follow(name: str) -> None:
        if name not in found:
            found[name] = None
            for other in _IMPORT.findall((STATIC / f"{name}.js").read_text(encoding="utf-8")):
                follow(other)

    for part in PARTS.get(page, ()):
        follow(part)
    return tuple(found)
