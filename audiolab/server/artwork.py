"""``artwork/{id}``: the cover picture inside an audio file, if it has one."""

import os
from pathlib import Path

from tornado.web import HTTPError

from audiolab.server.base import AudiolabHandler
from audiolab.server.files import entity_tag

MAX_BYTES = 10_000_000
# A picture that may carry scripts (SVG) or is no picture is not passed on.
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")


class ArtworkHandler(AudiolabHandler):
    """GET: the picture as it is in the file; 404 if there is none."""

    async def get(self, track: str) -> None:
        """Send the picture."""
        path = await self.ask(lambda catalog: catalog.path(track))
        status = await self.library.on_file_thread(lambda: _status(path))
        self.set_header("Etag", entity_tag(status))
        self.set_header("Cache-Control", "private, max-age=300")
        if self.check_etag_header():
            self.set_status(304)
            return
        mime, picture = await self.library.on_file_thread(lambda: _read(path))
        self.set_header("Content-Type", mime)
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        self.finish(picture)

    async def head(self, track: str) -> None:
        """The headers that GET would send."""
        await self.get(track)


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError:
        raise HTTPError(410, "the file is no longer where it was: scan its folder again") from None


def _read(path: Path) -> tuple[str, bytes]:
    from audiolab.analysis.tags import read_artwork

    found = read_artwork(path)
    if found is None or found[0] not in PICTURES or not 0 < len(found[1]) <= MAX_BYTES:
        raise HTTPError(404, "this track has no cover picture")
    return found
