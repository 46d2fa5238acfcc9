"""Names of the classes of a network, from metadata in Essentia's format."""

import json
from pathlib import Path

from audiolab.errors import ModelError


def read_classes(path: Path, count: int) -> tuple[str, ...]:
    """Class names from a file of metadata in Essentia's format.

    Raises
    ------
    ModelError
        If the file is missing or does not name `count` different classes.
    """
    try:
        return parse_classes(path.read_bytes(), count, path.name)
    except FileNotFoundError:
        raise ModelError(path.name, "missing, it names the classes of the network") from None
    except OSError as error:
        raise ModelError(path.name, (error.strerror or "unreadable").lower()) from error


def parse_classes(content: bytes, count: int, file: str) -> tuple[str, ...]:
    """Class names from metadata in Essentia's format; `file` is its name for messages.

    Raises
    ------
    ModelError
        If it does not name `count` different classes.
    """
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ModelError(file, "not a readable JSON file") from error
    classes = document.get("classes") if isinstance(document, dict) else None
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ModelError(file, "expected a list of names under 'classes'")
    if len(classes) != count or len(set(classes)) != count:
        raise ModelError(file, f"expected {count} different classes, got {len(set(classes))}")
    return tuple(classes)
