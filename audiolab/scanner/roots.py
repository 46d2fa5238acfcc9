"""Which folders a scan is about, checked at the door."""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from audiolab.catalog.paths import is_url
from audiolab.errors import OutsideLibraryError, RootOverlapError, ScanError
from audiolab.scanner.walk import because


def resolve_roots(paths: Sequence[str | Path]) -> list[str]:
    """The addresses behind `paths`, each once: folders absolute and without links, or URLs.

    Raises
    ------
    ScanError
        If there is none, or one is not there, is no folder, cannot be read or lies in another.
    """
    if not paths:
        raise ScanError(
            "no folder to scan: name one (audiolab scan ~/Music) or set AUDIOLAB_LIBRARY_PATH"
        )
    roots = list(dict.fromkeys(_resolve(path) for path in paths))
    for root in roots:
        for other in roots:
            if root != other and _is_inside(root, other):
                raise ScanError(f"{root} is inside {other}: name {other} alone")
    return roots


def check_apart(root: str, others: Iterable[str]) -> None:
    """Refuse a root that contains another or lies inside one: a file has one place in the catalog.

    Raises
    ------
    RootOverlapError
        Naming both folders and what to do.
    """
    for other in others:
        if root != other and _is_inside(root, other):
            raise RootOverlapError(f"{root} is inside the root {other}: scan {other} instead")
        if root != other and _is_inside(other, root):
            raise RootOverlapError(
                f"{root} contains the root {other}, which the catalog already has: "
                f"scan {other}, or folders beside it"
            )


def _is_inside(address: str, other: str) -> bool:
    return address.startswith(other.rstrip("/") + "/")


def check_inside(root: str, library: Sequence[Path]) -> None:
    """Refuse a folder that is not in the library.

    Parameters
    ----------
    root : str
        Absolute, without links; or a URL, which is in no library.
    library : sequence of Path
        The folders of ``AUDIOLAB_LIBRARY_PATH``, absolute and without links.

    Raises
    ------
    OutsideLibraryError
    """
    if not any(root == str(folder) or _is_inside(root, str(folder)) for folder in library):
        raise OutsideLibraryError(
            f"{root} is in none of the library's folders: add it to AUDIOLAB_LIBRARY_PATH"
        )


def _resolve(path: str | Path) -> str:
    if is_url(str(path)):
        from audiolab.scanner.addresses import resolve_url  # fsspec is not needed for folders

        address = resolve_url(str(path))
        return address if is_url(address) else _resolve(Path(address))
    given = Path(os.path.expanduser(path))  # noqa: PTH111 (leaves an unknown ~name as it is)
    try:
        mode = given.stat().st_mode
    except FileNotFoundError:
        raise ScanError(
            f"expected a folder to scan, but {given} does not exist: check the path"
        ) from None
    except OSError as error:
        raise ScanError(
            f"{given} cannot be read: {because(error)}; check its permissions"
        ) from error
    if not stat.S_ISDIR(mode):
        raise ScanError(
            f"expected a folder to scan, but {given} is a file: scan its folder, {given.parent}"
        )
    if not os.access(given, os.R_OK | os.X_OK):
        raise ScanError(f"{given} cannot be read: permission denied; check its permissions")
    return str(given.resolve())
