"""Scans as a page or a program may see them: no path of this machine, reasons counted."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audiolab.catalog.advice import advice
from audiolab.catalog.paths import encode
from audiolab.scanner.folders import LibraryFolders, Place, shown

EXAMPLES_PER_REASON = 5
_OPTIONS = re.compile(r"(?<=\w)\?\w+=\S+")
_ABSOLUTE = re.compile(r"(?<![\w.:/@])/(?:[^\s/'\",;:()]+/)*([^\s/'\",;:()]*)")


def named(root: Path, folders: LibraryFolders) -> tuple[Place | None, str]:
    """Place and name of a root; one that is not in the library goes by its own name."""
    place = folders.place(root)
    return place, shown(place) if place else encode(root.name) or "disk"


def reasons(report: Mapping[str, Any], what: str) -> list[dict[str, Any]]:
    """Why files failed or were skipped, most frequent first, with files and what to do about it.

    Parameters
    ----------
    report : mapping
        Of a job, running or ended.
    what : {"failure", "skip"}
    """
    examples: dict[str, list[str]] = {}
    for item in report.get(f"{what}s", []):
        paths = examples.setdefault(item["reason"], [])
        if len(paths) < EXAMPLES_PER_REASON:
            paths.append(item["path"])
    counted = sorted(report.get(f"{what}_reasons", {}).items(), key=lambda item: -item[1])
    return [
        {
            "reason": reason,
            "count": count,
            "examples": examples.get(reason, []),
            "advice": advice(reason),
        }
        for reason, count in counted
    ]


def without_paths(text: str, root: str = "", name: str = "") -> str:
    """`text` with the root called by its name, any other absolute path by its last part.

    Options of a database's address, among them the folder of its socket, are left out.
    """
    if root:
        text = text.replace(encode(root), name).replace(root, name)
    return _ABSOLUTE.sub(lambda found: found[1] or "/", _OPTIONS.sub("", text))
