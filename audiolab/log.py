"""Logging: one JSON object a line into a file of the data folder, short human lines to stderr.

Set up once by a program's entry point; library code only calls ``logging.getLogger(__name__)``.
"""

import logging
import sys
from pathlib import Path

KEEP_BYTES = 10_000_000


def set_up(data_dir: Path, program: str, level: str = "info") -> Path:
    """Send the records of ``audiolab.*`` to ``data_dir/logs/<program>.log`` and warnings to stderr.

    A file over 10 MB is set aside as ``<program>.log.1`` when the program starts.

    Returns
    -------
    Path
        The log file.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    from pythonjsonlogger.json import JsonFormatter

    folder = data_dir / "logs"
    data_dir.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)  # what a library holds is nobody else's business
    path = folder / f"{program}.log"
    if path.exists() and path.stat().st_size > KEEP_BYTES:
        path.replace(path.with_suffix(".log.1"))
    to_file = logging.FileHandler(path, encoding="utf-8")
    to_file.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{process}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )
    )
    to_file.setLevel(level.upper())
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    to_stderr.setLevel(logging.WARNING)
    logger = logging.getLogger("audiolab")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.addHandler(to_file)
    logger.addHandler(to_stderr)
    logger.setLevel(level.upper())
    logger.propagate = False
    return path
