"""``stream/{id}``: a track's audio file, for players (parts) and for downloads (whole)."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from audiolab.server.files import FileHandler
from audiolab.server.questions import Flag, Nothing

MIME = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "aif": "audio/aiff",
    "aiff": "audio/aiff",
}


class Saved(Nothing):
    """Whether to save a file."""

    download: Annotated[Flag, Field(description="Save it under its name.")] = False


class StreamHandler(FileHandler):
    """GET and HEAD of one audio file; ``?download=1`` saves it under its name."""

    async def get(self, track: str) -> None:
        """Send the file, or the part that was asked for."""
        path = await self.ask(lambda catalog: catalog.path(track))
        saved = self.asked.query.download
        self.set_header("Content-Disposition", content_disposition(path, attachment=saved))
        await self.send_file(path, mime_type(path))

    async def head(self, track: str) -> None:
        """The headers that GET would send."""
        await self.get(track)


def mime_type(path: Path) -> str:
    """The content type of an audio file, by its format's suffix."""
    return MIME.get(path.suffix.lower().lstrip("."), "application/octet-stream")


def content_disposition(path: Path, *, attachment: bool) -> str:
    """The header that names a file, for old clients in ASCII and for the others as it is.

    Source: RFC 6266, RFC 8187. Bytes of a name that are not UTF-8 become question marks.
    """
    name = path.name.encode("utf-8", "replace").decode()
    plain = re.sub(r"[^A-Za-z0-9._ ()\[\]-]", "_", name)
    kind = "attachment" if attachment else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
