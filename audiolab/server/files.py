"""Sending a file: whole or in part, in blocks read on a thread, at the client's pace."""

import os
import stat
from email.utils import formatdate
from pathlib import Path
from typing import Any, BinaryIO

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from audiolab.server.base import AudiolabHandler
from audiolab.server.ranges import UnsatisfiableRangeError, parse_range, still_valid

BLOCK_BYTES = 256 * 1024


class FileHandler(AudiolabHandler):
    """A handler that answers with a file."""

    _size = 0

    async def send_file(self, path: Path, mime: str, cache: str = "private, no-cache") -> None:
        """Answer with `path`, honouring Range, If-Range, If-None-Match and HEAD.

        Parameters
        ----------
        path : Path
            The file. It never comes from the request.
        mime : str
            Its content type.
        cache : str
            The Cache-Control header.

        Raises
        ------
        HTTPError
            410 if the file has gone or cannot be read, 416 for a range outside it.
        """
        file, status = await self.library.on_file_thread(lambda: _open(path))
        try:
            self._describe(status, mime, cache)
            if self.check_etag_header():
                self.set_status(304)
                return
            start, stop = self._part(status)
            self.set_header("Content-Length", str(stop - start))
            if self.request.method != "HEAD":
                await self._send(file, start, stop)
        finally:
            file.close()

    def compute_etag(self) -> str | None:
        """The file's tag, not a hash of what was written."""
        return self._headers.get("Etag")

    def write_error(self, status_code: int, **context: Any) -> None:
        """Problem details; to a range outside the file, how long the file is."""
        if status_code == 416:
            self.set_header("Content-Range", f"bytes */{self._size}")
        super().write_error(status_code, **context)

    def _describe(self, status: os.stat_result, mime: str, cache: str) -> None:
        self.set_header("Content-Type", mime)
        self.set_header("Cache-Control", cache)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Etag", entity_tag(status))
        self.set_header("Last-Modified", formatdate(status.st_mtime, usegmt=True))

    def _part(self, status: os.stat_result) -> tuple[int, int]:
        """First byte to send and the byte after the last; sets the status that says so."""
        headers = self.request.headers
        whole = (0, status.st_size)
        if not still_valid(headers.get("If-Range"), entity_tag(status), status.st_mtime):
            return whole
        try:
            part = parse_range(headers.get("Range"), status.st_size)
        except UnsatisfiableRangeError:
            self._size = status.st_size
            raise HTTPError(416, f"the file has {status.st_size} bytes") from None
        if part is None:
            return whole
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {part[0]}-{part[1] - 1}/{status.st_size}")
        return part

    async def _send(self, file: BinaryIO, start: int, stop: int) -> None:
        file.seek(start)
        try:
            while start < stop:
                wanted = min(BLOCK_BYTES, stop - start)
                block = await self.library.on_file_thread(lambda: file.read(wanted))  # noqa: B023
                if not block:  # cut shorter under our hands: the promised length cannot be kept
                    self.detach().close()
                    return
                start += len(block)
                self.write(block)
                await self.flush()
        except StreamClosedError:
            return  # the listener went on to something else


def entity_tag(status: os.stat_result) -> str:
    """A strong entity tag: changes with the file's content, size or place on the disk."""
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"'


def _open(path: Path) -> tuple[BinaryIO, os.stat_result]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise HTTPError(410, why_unreadable(error)) from None
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise HTTPError(410, "this is no longer a file")
    return file, status


def why_unreadable(error: OSError) -> str:
    """What to tell about a file that cannot be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "the file is no longer where it was: scan its folder again"
    if isinstance(error, PermissionError):
        return "the file cannot be read: its permissions forbid it"
    return f"the file cannot be read: {os.strerror(error.errno or 0)}"
