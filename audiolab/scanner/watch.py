"""Scan again when files have come, changed or gone, once they have settled.

There is no second scanner: a change leads to an ordinary scan, which finds out by itself what is
new. So nothing is lost when events are: shares do not tell what other machines do on them, and
where the system has no more watches, looking every few minutes has to do.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from audiolab.catalog.paths import is_url
from audiolab.errors import DatabaseError, RootBusyError, ScanError
from audiolab.scanner.interrupt import Interruption
from audiolab.scanner.report import ScanReport
from audiolab.scanner.walk import is_audio, is_left_out

SETTLED_SECONDS = 5.0  # quiet for so long: a file that is copied changes all the time
LONGEST_SECONDS = 600.0  # but never wait longer than that
LOOK_SECONDS = 3600.0  # without any event
LOOK_WITHOUT_EVENTS_SECONDS = 300.0
AGAIN_SECONDS = 60.0  # after a scan that could not be done
TICK_MS = 500

Ticks = Iterator[bool]


def watch(
    first: Callable[[], ScanReport],
    again: Callable[[], ScanReport],
    roots: Sequence[str],
    note: Callable[[str], None],
) -> Iterator[ScanReport]:
    """Scan now, and again whenever something has changed below the roots, until Ctrl-C.

    Parameters
    ----------
    first, again : callable
        The first scan and the later ones.
    roots : sequence of str
        Absolute folders.
    note : callable
        Tells the user what happens.

    Yields
    ------
    ScanReport
        Of each scan.

    Raises
    ------
    AudiolabError
        If a root is not a folder of this machine, or the first scan cannot be done; the later ones
        are tried again.
    """
    for root in roots:
        if is_url(root):
            raise ScanError(f"{root} cannot be watched: leave out --watch and scan it now and then")
    report = None
    with Interruption():  # SIGTERM, too, ends it as Ctrl-C does
        try:
            for report in _rounds(first, again, roots, note):
                yield report
                if report.interrupted:
                    return
        except KeyboardInterrupt:
            if report is None:
                raise


def _rounds(
    first: Callable[[], ScanReport],
    again: Callable[[], ScanReport],
    roots: Sequence[str],
    note: Callable[[str], None],
) -> Iterator[ScanReport]:
    """Scans for ever, each when it is due."""
    scan = first
    while True:
        for _ in due(_ticks(roots, note)):
            try:
                report = scan()
            except (ScanError, DatabaseError) as error:
                if scan is first:
                    raise
                if not isinstance(error, RootBusyError):
                    note(f"{error}; trying again in {AGAIN_SECONDS:.0f} s")
                break
            scan = again
            yield report
        time.sleep(AGAIN_SECONDS)  # then with new eyes: the folder may be another one


def due(ticks: Iterable[bool], clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """When to scan: at once, and then when changes have settled, or nothing came for an hour.

    Parameters
    ----------
    ticks : iterable of bool
        Twice a second whether there were changes.
    clock : callable
        Seconds; for tests.
    """
    began = latest = None
    looked: float | None = None
    for changed in ticks:
        now = clock()
        if changed:
            began, latest = began or now, now
        settled = latest is not None and now - latest >= SETTLED_SECONDS
        overdue = began is not None and now - began >= LONGEST_SECONDS
        if looked is None or settled or overdue or now - looked >= LOOK_SECONDS:
            began = latest = None
            yield
            looked = clock()


def _ticks(roots: Sequence[str], note: Callable[[str], None]) -> Ticks:
    """Whether something has changed, twice a second, for ever."""
    try:
        yield from _events(roots)
    except FileNotFoundError:
        pass  # no root: the scan will say so
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        minutes = LOOK_WITHOUT_EVENTS_SECONDS / 60
        note(f"changes cannot be watched ({reason}): looking every {minutes:.0f} min")
    while True:
        yield True
        for _ in range(int(LOOK_WITHOUT_EVENTS_SECONDS * 1000 / TICK_MS)):
            time.sleep(TICK_MS / 1000)
            yield False


def _events(roots: Sequence[str]) -> Ticks:
    from watchfiles import Change, watch

    def concerns(change: Change, path: str) -> bool:
        return is_concerned(path, roots, gone=change is Change.deleted)

    for changes in watch(
        *roots,
        watch_filter=concerns,
        debounce=TICK_MS,
        step=TICK_MS // 5,
        rust_timeout=TICK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        yield bool(changes)


def is_concerned(path: str, roots: Iterable[str], *, gone: bool) -> bool:
    """Whether a change at a path can be one of the library: of a sound, or of a folder."""
    tops = [root.rstrip("/") + "/" for root in roots]
    top = next((top for top in tops if path.startswith(top)), None)
    if top is None:
        return True  # a root itself
    *folders, name = path[len(top) :].split("/")
    is_folder = gone or os.path.isdir(path)  # noqa: PTH112 (what is gone may have been one)
    if any(is_left_out(folder, is_folder=True) for folder in folders):
        return False
    return not is_left_out(name, is_folder=is_folder) and (is_folder or is_audio(name))
