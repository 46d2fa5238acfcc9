"""Postgres' complaints in the user's words: what happened, and what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audiolab.catalog.embedded.cluster import DATABASE
from audiolab.errors import DatabaseError

_COMPLAINT = re.compile(r"\b(?:FATAL|PANIC|ERROR|error|fatal):\s+(.*)")

# The first pattern that fits says what to do; the order matters.
_ADVICE = (
    ("lock timeout", "other programs use the catalog: close them and try again"),
    ('extension "vector"', "install pgvector on that server, or let a superuser create it"),
    (
        "shared memory",
        "the system has too little shared memory left for Postgres: stop other databases",
    ),
    ("No space left on device", "the disk is full: free some space and try again"),
    ("Disk quota exceeded", "the disk quota is used up: free some space and try again"),
    ("Read-only file system", "the disk is read-only: set AUDIOLAB_DATA_DIR to another folder"),
    ("Permission denied", "set AUDIOLAB_DATA_DIR to a folder that you can write"),
    ("Cannot allocate memory", "the machine has too little memory left: close other programs"),
)


# What the server tells clients who ask too early.
_HARMLESS = ("the database system is", f'database "{DATABASE}" does not exist')


def complaint(output: str) -> str | None:
    """The first fatal or error message of a program's output, None if there is none."""
    found = (match.group(1).strip() for match in _COMPLAINT.finditer(output))
    return next((text for text in found if not text.startswith(_HARMLESS)), None)


@contextmanager
def file_errors_explained(data_dir: Path) -> Iterator[None]:
    """Turn what the file system refuses into one line that names the folder and the way out."""
    try:
        yield
    except DatabaseError:
        raise  # is an OSError too, and says all there is to say
    except OSError as error:
        raise DatabaseError(
            f"the data folder {data_dir} cannot be used: {error.strerror or error} "
            f"({error.filename or data_dir}): make room or give it the right permissions, "
            "or set AUDIOLAB_DATA_DIR to another folder"
        ) from error


def explain(what: str, output: str, log: Path | None = None) -> str:
    """One line: what failed, why, what to do.

    Parameters
    ----------
    what : str
        What was tried and failed, e.g. ``the database in /data did not start``.
    output : str
        What the program printed.
    log : Path, optional
        Where to read more.
    """
    lines = output.strip().splitlines()
    why = complaint(output) or (lines[-1].strip() if lines else "it gave no reason")
    advice = next((text for pattern, text in _ADVICE if pattern in output), None)
    if advice is None and log is not None:
        advice = f"see {log}"
    return f"{what}: {why}" + (f" ({advice})" if advice else "")
