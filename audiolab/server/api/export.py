"""Tracks as a file to save, sent while it is made: a library of any size costs a batch of memory.

Paths in it are relative to the library's folders: nobody learns from it where they are.
"""

import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, WithJsonSchema
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from audiolab.catalog import Catalog
from audiolab.catalog.export import (
    M3U8_HEAD,
    XSPF_END,
    XSPF_HEAD,
    m3u8_entries,
    xspf_entries,
)
from audiolab.catalog.paths import decode
from audiolab.catalog.tables import write_csv
from audiolab.config import Settings
from audiolab.described import sounding_like, split
from audiolab.errors import ModelError, QueryError
from audiolab.server.base import AudiolabHandler
from audiolab.server.questions import Sort, Which

MIME = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "m3u8": "application/vnd.apple.mpegurl",
    "xspf": "application/xspf+xml",
}
SIMILAR = 100  # as many as the page shows
BATCH = 1_000
FILE_NAME = "audiolab-tracks"


class Taken(Which):
    """What to take along."""

    sort: Sort = "relevance"
    similar: Annotated[
        list[str] | None,
        WithJsonSchema(
            {"type": "array", "items": {"type": "string", "format": "uuid"}, "minItems": 1}
        ),
        Field(
            max_length=50,
            description=f"Ids of tracks: those most like them instead, at most {SIMILAR}.",
        ),
    ] = None


class ExportHandler(AudiolabHandler):
    """GET: the tracks of ``q`` in the order of ``sort``, or those most like ``similar``, or like
    the description that ``q`` ends with.
    """

    async def get(self, format: str) -> None:
        """Send a part, make the next."""
        query, settings = self.asked.query, self.library.settings
        parts = await self.ask(lambda catalog: _parts(_Selection(catalog, query, settings), format))
        part = await self.ask(lambda _: next(parts))
        self.set_header("Content-Type", MIME[format])
        self.set_header("Content-Disposition", f'attachment; filename="{FILE_NAME}.{format}"')
        self.set_header("Cache-Control", "no-store")
        if self.request.method == "HEAD":
            return
        try:
            while part:
                self.write(part)
                await self.flush()
                part = await self.ask(lambda _: next(parts, b""))
        except StreamClosedError:
            return  # nobody wants it any more
        except HTTPError:
            self.detach().close()  # an end would be taken for the file's end

    async def head(self, format: str) -> None:
        """The headers that GET would send."""
        await self.get(format)


class _Selection:
    """The tracks that were asked for, in batches."""

    def __init__(self, catalog: Catalog, query: Taken, settings: Settings) -> None:
        self._catalog = catalog
        self._filters, description = split(query.q)
        self._sort = None if query.sort == "relevance" else query.sort
        self._alike: pd.DataFrame | None = None
        if query.similar:
            self._alike = catalog.similar(query.similar, SIMILAR, self._filters)
        elif description:
            self._alike = _sounding_like(catalog, description, self._filters, settings)

    def frames(self) -> Iterator[pd.DataFrame]:
        """As frames."""
        if self._alike is not None:
            yield self._alike
            return
        last, full = None, True
        while full:
            frame = self._catalog.tracks(self._filters, self._sort, BATCH, after=last)
            yield frame
            full = len(frame) == BATCH
            last = str(frame.index[-1]) if full else None

    def documents(self) -> Iterator[list[str]]:
        """As texts of JSON objects."""
        if self._alike is not None:
            yield list(self._catalog.documents_of(self._alike.index).values())
            return
        last, full = None, True
        while full:
            found, _ = self._catalog.document_page(self._filters, self._sort, BATCH, last, cap=0)
            yield list(found.values())
            full = len(found) == BATCH
            last = next(reversed(found), None)


def _sounding_like(
    catalog: Catalog, description: str, filters: str, settings: Settings
) -> pd.DataFrame:
    try:
        return sounding_like(catalog, description, SIMILAR, filters, settings)
    except ModelError as error:
        raise QueryError(str(error), query=description) from error


def _csv(selection: _Selection) -> Iterator[bytes]:
    for place, frame in enumerate(selection.frames()):
        lines = io.BytesIO()
        write_csv(frame.reset_index(names="id"), lines, header=place == 0)
        yield lines.getvalue()


def _json(selection: _Selection) -> Iterator[bytes]:
    yield b"["
    separator = "\n"
    for documents in selection.documents():
        if documents:
            yield (separator + ",\n".join(documents)).encode()
            separator = ",\n"
    yield b"\n]\n"


def _jsonl(selection: _Selection) -> Iterator[bytes]:
    for documents in selection.documents():
        yield "".join(f"{document}\n" for document in documents).encode()


def _m3u8(selection: _Selection) -> Iterator[bytes]:
    yield M3U8_HEAD
    for frame in selection.frames():
        places = {str(track): decode(path) for track, path in frame["path"].items()}
        # A relative name with a line break has no place in a playlist.
        named = [len(place.splitlines()) == 1 for place in places.values()]
        yield m3u8_entries(frame[named], places.__getitem__)


def _xspf(selection: _Selection) -> Iterator[bytes]:
    yield XSPF_HEAD
    for frame in selection.frames():
        places = {str(track): Path(decode(path)) for track, path in frame["path"].items()}
        yield xspf_entries(frame, places.__getitem__)
    yield XSPF_END


_WRITERS: dict[str, Callable[[_Selection], Iterator[bytes]]] = {
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "m3u8": _m3u8,
    "xspf": _xspf,
}


def _parts(selection: _Selection, format: str) -> Iterator[bytes]:
    """The file in parts; the first has tracks in it, so that a mistake shows before it is sent."""
    parts = _WRITERS[format](selection)
    yield b"".join(islice(parts, 2))
    yield from filter(None, parts)
