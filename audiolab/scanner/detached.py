"""Start a scan that outlives whoever started it: a page, a notebook, a kernel."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from audiolab.catalog import Catalog
from audiolab.config import Settings
from audiolab.errors import CatalogError
from audiolab.scanner.roots import check_apart, check_inside, resolve_roots

logger = logging.getLogger(__name__)

LAST_WORDS_BYTES = 2_000
# Notebook kernels have these, and a progress bar would draw itself into the log for hours.
LIKE_A_TERMINAL = frozenset({"FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"})


def start_detached(
    settings: Settings,
    path: str | Path,
    *,
    catalog: Catalog | None = None,
    recursive: bool = True,
    stages: Sequence[str] | None = None,
    force: bool = False,
    retry_failed: bool = False,
    library_only: bool = False,
) -> str:
    """Start ``audiolab scan`` as a process of its own session and return its job.

    ``catalog.follow_job(id)`` tells how it goes and ``catalog.cancel_job(id)`` ends it. If the
    process cannot begin (another scan was faster, say), the job's state is "failed" and its error
    says why.

    Parameters
    ----------
    settings : Settings
        The process gets the same.
    path : str or Path
        The folder.
    catalog : Catalog or None
        An open one of these settings; None opens it for a moment.
    recursive, stages, force, retry_failed, library_only
        As for `audiolab.scan`.

    Returns
    -------
    str
        The job's id.

    Raises
    ------
    ScanError
        If the path is not a folder, or lies in another root.
    OutsideLibraryError
        If `library_only` and the path is not in the library.
    RootBusyError
        If another scan has the folder.
    DatabaseError
        If the catalog cannot be reached.
    """
    (root,) = resolve_roots([path])
    if library_only:
        check_inside(root, [folder.resolve() for folder in settings.library_path])
    wanted = {
        "recursive": recursive,
        "force": force,
        "retry_failed": retry_failed,
        **({} if stages is None else {"stages": list(stages)}),
    }
    options = [
        *([] if recursive else ["--no-recursive"]),
        *([] if stages is None else ["--stages", ",".join(stages)]),
        *(["--force"] if force else []),
        *(["--retry-failed"] if retry_failed else []),
        *(["--library-only"] if library_only else []),
    ]
    if catalog is not None:
        return _start(catalog, settings, root, wanted, options)
    with Catalog.open(settings=settings) as own:
        return _start(own, settings, root, wanted, options)


def _start(
    catalog: Catalog,
    settings: Settings,
    root: str,
    wanted: Mapping[str, object],
    options: Sequence[str],
) -> str:
    check_apart(root, [known.address for known in catalog.roots()])
    job = catalog.start_job(catalog.root(root), wanted, pending=True)
    log_file = settings.data_dir / "logs" / "scan-detached.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("ab") as log:
        begin = log.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            [sys.executable, "-m", "audiolab", "scan", *options, "--job", job, "--", root],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=_environment(settings),
            start_new_session=True,  # neither Ctrl-C nor the end of a terminal reaches it
        )
    threading.Thread(
        target=_watch, args=(process, job, settings, log_file, begin), name=f"scan {job}",
        daemon=True,
    ).start()  # fmt: skip
    return job


def _environment(settings: Settings) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in LIKE_A_TERMINAL}
    return ours | settings.environment()


def _watch(
    process: "subprocess.Popen[bytes]", job: str, settings: Settings, log_file: Path, begin: int
) -> None:
    """Wait for the process, and put its last words into the row if it never got that far."""
    code = process.wait()
    with log_file.open("rb") as log:
        log.seek(begin)
        words = log.read(LAST_WORDS_BYTES).decode(errors="replace").strip().splitlines()
    error = (words or [f"the scan could not be started (exit code {code})"])[-1]
    try:
        with Catalog.open(settings=settings) as catalog:
            catalog.fail_unstarted(job, error.removeprefix("audiolab: "))
    except CatalogError:
        logger.warning("how scan %s ended could not be recorded", job, exc_info=True)
