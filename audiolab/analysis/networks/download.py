"""Put published files into the models folder: whole, checked and in one step, or not at all."""

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from audiolab.analysis.networks.classes import parse_classes
from audiolab.analysis.networks.fetch import Fetcher, WrongContentError, copy_file
from audiolab.analysis.networks.manifest import manifest
from audiolab.analysis.networks.published import PublishedFile
from audiolab.errors import ModelError

Done = Literal["downloaded", "already there"]


@dataclass(frozen=True)
class Mirror:
    """Where files come from.

    Attributes
    ----------
    folder : Path or None
        A folder with the files under their official names.
    url : str
        Or an address below which they are. Both flat or in the folders of the official site.
    """

    folder: Path | None = None
    url: str = ""

    @staticmethod
    def of(source: str | None) -> "Mirror":
        """The mirror that ``--from`` names; None is the official site.

        Raises
        ------
        ModelError
            If it is neither an address nor a folder.
        """
        if source is None:
            return Mirror()
        if _is_address(source):
            return Mirror(url=source.rstrip("/"))
        folder = Path(source).expanduser()
        if not folder.is_dir():
            raise ModelError(source, "expected a folder or an http(s) address to download from")
        return Mirror(folder=folder)

    def urls(self, file: PublishedFile) -> list[str]:
        """Where the file may be."""
        official = f"{file.folder}/{file.file}"
        if not self.url:
            return [manifest().base_url + official]
        return [f"{self.url}/{file.file}", f"{self.url}/{official}"]


def download(
    file: PublishedFile, folder: Path, mirror: Mirror, fetcher: Fetcher, *, replace: bool = False
) -> Done:
    """Bring one file into the models folder.

    Parameters
    ----------
    file : PublishedFile
    folder : Path
        The models folder; made if need be.
    mirror : Mirror
    fetcher : Fetcher
        Used unless the mirror is a folder.
    replace : bool
        Whether a file of that name that is not the published one may be replaced.

    Raises
    ------
    ModelError
        If the file cannot be had, is not what was published, or cannot be written. The folder is
        as before then, except for a hidden partial file if the connection broke.
    """
    target = folder / file.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists():
            if _is_published(file, target):
                return "already there"
            if not replace:
                raise ModelError(
                    file.file, f"another file of this name is in {folder}: --force replaces it"
                )
        with _partial_file(folder, file) as partial:
            _fill(file, mirror, fetcher, partial)
            os.fsync(partial.fileno())
            Path(partial.name).replace(target)
    except OSError as error:
        raise ModelError(file.file, _why_not_written(folder, error)) from error
    return "downloaded"


def _is_address(source: str) -> bool:
    try:
        parts = urlsplit(source)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def _fill(file: PublishedFile, mirror: Mirror, fetcher: Fetcher, partial: BufferedRandom) -> None:
    """The right content into the partial file."""
    if mirror.folder is not None:
        copy_file(mirror.folder, file, partial)
        _check(file, partial)
        return
    begun = partial.seek(0, 2) > 0
    urls = mirror.urls(file)
    try:
        fetcher.fetch(urls, file, partial)
        _check(file, partial)
    except WrongContentError:
        if not begun:
            raise
        partial.truncate(0)  # what an earlier download left may be what is wrong
        fetcher.fetch(urls, file, partial)
        _check(file, partial)


@contextmanager
def _partial_file(folder: Path, file: PublishedFile) -> Iterator[BufferedRandom]:
    """A hidden file beside the target; kept only for what a next attempt can go on with."""
    path = folder / f".{file.file}.part"
    with path.open("a+b") as partial:
        try:
            fcntl.flock(partial, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ModelError(file.file, "another download of it is running") from error
        try:
            yield partial
        except (WrongContentError, OSError):
            path.unlink(missing_ok=True)
            raise
        except BaseException:
            if not path.stat().st_size:
                path.unlink()
            raise


def _check(file: PublishedFile, partial: BufferedRandom | BufferedReader) -> None:
    """Refuse what is not the published file."""
    if isinstance(partial, BufferedRandom):
        partial.flush()
    partial.seek(0)
    if file.classes is not None:
        try:
            parse_classes(partial.read(), file.classes, file.file)
        except ModelError as error:
            raise WrongContentError(file.file, error.reason) from error
        return
    digest = hashlib.file_digest(partial, "sha256").hexdigest()
    if digest != file.sha256:
        raise WrongContentError(
            file.file,
            f"not the published file (sha256 {digest[:12]}…, expected {file.sha256[:12]}…): "
            "nothing was installed",
        )


def _is_published(file: PublishedFile, path: Path) -> bool:
    try:
        with path.open("rb") as content:
            _check(file, content)
    except WrongContentError:
        return False
    return True


def _why_not_written(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"no room left in {folder}: make room, or choose another AUDIOLAB_MODELS_DIR"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{folder} cannot be written: choose another AUDIOLAB_MODELS_DIR"
    return f"{folder}: {(error.strerror or str(error)).lower()}"
