"""Get the bytes of one file from a server or a folder into a partial file, and go on after a break.

The partial file stays when the connection breaks, so that the next attempt, or the next call,
asks only for the rest: what pooch, which librosa brings along, cannot do. Proxies are those of the
environment, as everywhere in requests.
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
CHUNK_BYTES = 1 << 14  # at most this much is lost when a connection breaks
ATTEMPTS = 4
TIMED_OUT, TOO_MANY = 408, 429  # the answers to a request that may do better later, besides 5xx


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
        refusals = []
        for url in urls:
            refusal = self._attempts(url, file, partial)
            if not refusal:
                return
            refusals.append(refusal)
        raise ModelError(file.file, refusals[0])

    def _attempts(self, url: str, file: PublishedFile, partial: BufferedRandom) -> str:
        """Why the file is not to be had there, or ""; tries again as long as something arrives."""
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

    def _attempt(self, url: str, file: PublishedFile, partial: BufferedRandom) -> str:
        done = partial.seek(0, 2)
        if file.size is not None and done == file.size:
            return ""
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
        timeout = (CONNECT_SECONDS, READ_SECONDS)
        with self.session.get(url, headers=headers, stream=True, timeout=timeout) as answer:
            if answer.status_code == 416 and done:  # nothing beyond what is here: begin again
                partial.truncate(0)
                return self._attempt(url, file, partial)
            if refusal := _refusal(url, answer):
                return refusal
            answer.raise_for_status()
            if answer.status_code != 206 or _start(answer) != done:
                done = partial.seek(0)
                partial.truncate()
            self._receive(answer, file, partial, done)
        return ""

    def _receive(
        self, answer: "requests.Response", file: PublishedFile, partial: BufferedRandom, done: int
    ) -> None:
        total = file.size or _length(answer, done)
        for chunk in answer.iter_content(CHUNK_BYTES):
            partial.write(chunk)
            done += len(chunk)
            if done > file.most_bytes:
                raise WrongContentError(
                    file.file, f"{shown(answer.url)} sends more than the published file has"
                )
            self.progress(file.file, done, total)


def copy_file(source: Path, file: PublishedFile, partial: BufferedRandom) -> None:
    """Fill `partial` from a folder, flat or laid out as the official site.

    Raises
    ------
    ModelError
        If there is no such file.
    OSError
        If it cannot be read or written.
    """
    places = (source / file.file, source / file.folder / file.file)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise ModelError(file.file, f"not found in {source}")
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


def _refusal(url: str, answer: "requests.Response") -> str:
    """Why asking this address again is of no use; "" if it may be."""
    status = answer.status_code
    if status == 404:
        return f"not found at {shown(url)}"
    final = 400 <= status < 500 and status not in (TIMED_OUT, TOO_MANY)
    return f"{shown(url)} answers {status} {answer.reason}" if final else ""


def shown(url: str) -> str:
    """An address as it may be shown: without name and password."""
    scheme, _, rest = url.partition("//")
    host, slash, path = rest.partition("/")
    return f"{scheme}//{host.rpartition('@')[2]}{slash}{path}"


def _trouble(url: str, error: "requests.RequestException") -> str:
    import requests

    host = shown(url).split("/")[2]
    if isinstance(error, requests.Timeout):
        return f"{host} does not answer: try again later, or --from a mirror"
    if error.response is not None:
        return f"{host} answers {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return f"{host} keeps breaking the connection: the next download goes on from there"
    return f"no connection to {host}: check the network or the proxy, or use --from DIR"
