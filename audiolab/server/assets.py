"""``static/…``: the page's own scripts and styles, and the plotly bundle of the installed wheel.

Our modules import one another by name, from whichever folder they come. The dashboard's pages take
them from ``static/<version>/``, which changes with any of them and which browsers keep for ever:
who comes back asks for none of fifty files. Notebooks know no version, and ask whether a file is
still the same. The plotly bundle (1.5 MB) has its own version in its name.
"""

import hashlib
import importlib.metadata
import importlib.util
import re
from functools import lru_cache
from pathlib import Path

from tornado.web import HTTPError

from audiolab import resources
from audiolab.server.base import AudiolabHandler
from audiolab.server.files import FileHandler

STATIC = resources.PACKAGE / "widgets" / "static"
MIME = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# In the order of the cascade; as `page.js` lists them, and what only our own pages have.
SHEETS = ("tokens", "controls", "browser", "filters", "tracks", "cards", "player", "queue",
          "playlists", "scan", "plots", "track", "stats", "map", "shell")  # fmt: skip
FOR_EVER = "private, max-age=31536000, immutable"
REVALIDATE = "private, no-cache"

_NAME = re.compile(r"[a-z0-9_]+\.[a-z]+")


class StaticHandler(FileHandler):
    """GET and HEAD of one of our files, which all lie in one folder."""

    async def get(self, name: str, wanted: str = "") -> None:
        """Send the file, whichever version is asked for: there is one."""
        path = STATIC / name
        if not _NAME.fullmatch(name) or path.suffix not in MIME or not path.is_file():
            raise HTTPError(404, "there is no such file")
        cache = FOR_EVER if wanted == version() else REVALIDATE
        await self.send_file(path, f"{MIME[path.suffix]}; charset=utf-8", cache)

    async def head(self, name: str, wanted: str = "") -> None:
        """The headers that GET would send."""
        await self.get(name, wanted)


class StyleHandler(AudiolabHandler):
    """GET and HEAD of all our styles as one sheet: nothing is painted before they are there."""

    async def get(self, wanted: str = "") -> None:
        """Send the sheet; its entity tag is of its content."""
        self.set_header("Content-Type", MIME[".css"] + "; charset=utf-8")
        self.set_header("Cache-Control", FOR_EVER if wanted == version() else REVALIDATE)
        self.finish(_styles(version()))

    async def head(self, wanted: str = "") -> None:
        """The headers that GET would send."""
        await self.get(wanted)


class PlotlyHandler(FileHandler):
    """GET and HEAD of the plotly bundle, under the installed version only."""

    async def get(self, version: str) -> None:
        """Send the bundle."""
        if version != importlib.metadata.version("plotly"):
            raise HTTPError(404, "this version of plotly is not installed")
        await self.send_file(plotly_bundle(), "text/javascript; charset=utf-8", FOR_EVER)

    async def head(self, version: str) -> None:
        """The headers that GET would send."""
        await self.get(version)


def version() -> str:
    """What tells our files from those before and after them: a hash of their names and times."""
    files = sorted((path.name, path.stat().st_mtime_ns) for path in STATIC.iterdir())
    return hashlib.sha256(repr(files).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _styles(_: str) -> str:
    return "\n".join((STATIC / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)


def plotly_bundle() -> Path:
    """The wheel's own bundle, found without importing plotly.

    Raises
    ------
    HTTPError
        404 if plotly is not installed.
    """
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise HTTPError(404, "plotly is not installed")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"
