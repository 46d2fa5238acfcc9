"""Get the bytes of one file from a server or a folder into a partial file, and go on after a break.

The partial file stays when the connection breaks, so that the next attempt, or the next call,
asks only for the rest. Proxies are those of the environment, as everywhere in requests.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.analysis.networks.published import PublishedFile
from audiolab.errors import ModelError

if TYPE_CHECKING:
    import requests

Progress = Callable[[str, int, int | None], None]  # file, bytes so far, bytes in all

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
CHUNK_BYTES = 1 << 18
ATTEMPTS = 4


def nothing(file: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""


class WrongContentError(ModelError):
    """What came is not the published file."""


@dataclass(frozen=True)
class Fetcher:
    """Gets files by HTTP.

    Attributes
    ----------
    session : requests.Session
    progress : callable
        Told of every chunk.
    pause_seconds : float
        Wait before the second attempt; doubled for each one after it.
    """

    session: "requests.Session"
    progress: Progress = nothing
    pause_seconds: float = 1.0

    def fetch(self, urls: list[str], file: PublishedFile, partial: BufferedRandom) -> None:
        """Fill `partial` from the first of `urls` that has the file.

        Parameters
        ----------
        urls : list of str
            Where it may be.
        file : PublishedFile
            Which one; its size, where known, is not exceeded.
        partial : binary file
            Open for reading and writing; what is in it already is not asked for again.

        Raises
        ------
        ModelError
            If no server has it, or none stays connected.
        OSError
            If it cannot be written.
        """
        for url in urls:
            if self._attempts(url, file, partial):
                return
        raise ModelError(file.file, f"not found at {urls[0]}")

    def _attempts(self, url: str, file: PublishedFile, partial: BufferedRandom) -> bool:
        """Whether the file was there; tries again as long as something arrives."""
        import requests

        failures = 0
        while True:
            before = partial.seek(0, 2)
            try:
                return self._attempt(url, file, partial)
            except requests.RequestException as error:
                failures = 1 if partial.seek(0, 2) > before else failures + 1
                if failures >= ATTEMPTS:
                    raise ModelError(file.file, _trouble(url, error)) from error
                time.sleep(self.pause_seconds * 2 ** (failures - 1))

    def _attempt(self, url: str, file: PublishedFile, partial: BufferedRandom) -> bool:
        done = partial.seek(0, 2)
        if file.size is not None and done == file.size:
            return True
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
        timeout = (CONNECT_SECONDS, READ_SECONDS)
        with self.session.get(url, headers=headers, stream=True, timeout=timeout) as answer:
            if answer.status_code == 404:
                return False
            resumed = answer.status_code == 206 and _start(answer) == done
            if not resumed:
                done = 0
                partial.seek(0)
                partial.truncate()
            if answer.status_code == 416:  # nothing beyond what is here: begin again
                return self._attempt(url, file, partial)
            answer.raise_for_status()
            total = file.size or _length(answer, done)
            for chunk in answer.iter_content(CHUNK_BYTES):
                partial.write(chunk)
                done += len(chunk)
                if done > file.most_bytes:
                    raise WrongContentError(
                        file.file, f"{url} sends more than the published file has"
                    )
                self.progress(file.file, done, total)
        return True


def copy_file(source: Path, file: str, partial: BufferedRandom) -> None:
    """Fill `partial` from a folder.

    Raises
    ------
    ModelError
        If there is no such file.
    OSError
        If it cannot be read or written.
    """
    path = source / file
    if not path.is_file():
        raise ModelError(file, f"not found in {source}")
    partial.seek(0)
    partial.truncate()
    with path.open("rb") as original:
        shutil.copyfileobj(original, partial, CHUNK_BYTES)


def _start(answer: "requests.Response") -> int | None:
    """First byte of a partial answer: ``Content-Range: bytes 100-199/200``."""
    start = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(start) if start.isdecimal() else None


def _length(answer: "requests.Response", done: int) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return done + int(length) if length.isdecimal() else None


def _trouble(url: str, error: "requests.RequestException") -> str:
    import requests

    host = url.split("/")[2] if "//" in url else url
    if isinstance(error, requests.Timeout):
        return f"{host} does not answer: try again later, or --from a mirror"
    if error.response is not None:
        return f"{host} answers {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return f"{host} keeps breaking the connection: the next download goes on from there"
    return f"no connection to {host}: check the network or the proxy, or use --from DIR"
