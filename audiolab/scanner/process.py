"""Start a verb of the command line as a process of its own, which outlives whoever started it."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from audiolab.catalog import Catalog
from audiolab.config import Settings
from audiolab.errors import CatalogError

logger = logging.getLogger(__name__)

LAST_WORDS_BYTES = 2_000
# Notebook kernels have these, and a progress bar would draw itself into the log for hours.
LIKE_A_TERMINAL = frozenset({"FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"})

Unstarted = Callable[[Catalog, str], None]  # records why the process never got to its job


def launch(settings: Settings, verb: str, arguments: Sequence[str], unstarted: Unstarted) -> None:
    """Start ``audiolab VERB`` in a session of its own, with these settings.

    Parameters
    ----------
    settings : Settings
        The process gets the same.
    verb : str
    arguments : sequence of str
    unstarted : callable
        Called with an open catalog and the last line that the process wrote, once it has ended,
        however it did.
    """
    log_file = settings.data_dir / "logs" / f"{verb}-detached.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("ab") as log:
        begin = log.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            [sys.executable, "-m", "audiolab", verb, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=_environment(settings),
            start_new_session=True,  # neither Ctrl-C nor the end of a terminal reaches it
        )

    def watch() -> None:
        code = process.wait()
        _record(settings, unstarted, _last_words(log_file, begin, f"{verb} ended with {code}"))

    threading.Thread(target=watch, name=f"{verb} {process.pid}", daemon=True).start()


def _environment(settings: Settings) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in LIKE_A_TERMINAL}
    return ours | settings.environment()


def _last_words(log_file: Path, begin: int, otherwise: str) -> str:
    with log_file.open("rb") as log:
        log.seek(begin)
        words = log.read(LAST_WORDS_BYTES).decode(errors="replace").strip().splitlines()
    return (words or [otherwise])[-1].removeprefix("audiolab: ")


def _record(settings: Settings, unstarted: Unstarted, words: str) -> None:
    try:
        with Catalog.open(settings=settings) as catalog:
            unstarted(catalog, words)
    except CatalogError:
        logger.warning("how a process ended could not be recorded", exc_info=True)
