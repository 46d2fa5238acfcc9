"""How a scan tells what it is doing: it calls an observer and never prints itself."""

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from audiolab.scanner.model import Failure, Plan

if TYPE_CHECKING:
    from rich.console import Console


class Observer(Protocol):
    """What a scan reports while it runs, in this order for each root."""

    def walking(self, root: str) -> None:
        """The folder is being read."""

    def hashing(self, files: int) -> None:
        """So many files are compared by their bytes."""

    def planned(self, plan: Plan) -> None:
        """It is decided what to do."""

    def finished(self, path: str, failure: Failure | None) -> None:
        """A file is through."""

    def note(self, text: str) -> None:
        """Something the user should read."""


class Silent:
    """Nobody watches."""

    def walking(self, root: str) -> None:
        """Ignored."""

    def hashing(self, files: int) -> None:
        """Ignored."""

    def planned(self, plan: Plan) -> None:
        """Ignored."""

    def finished(self, path: str, failure: Failure | None) -> None:
        """Ignored."""

    def note(self, text: str) -> None:
        """Ignored."""


class ProgressBar:
    """A bar with rate, time left, failures and the last file, for terminals and notebooks.

    Where there is no terminal, only notes and one line per root are written.

    Parameters
    ----------
    console : rich.console.Console or None
        Where to draw; stderr by default.
    """

    def __init__(self, console: "Console | None" = None) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._console = console or Console(stderr=True)
        self._live = self._console.is_terminal or self._console.is_jupyter
        self._failed = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failed]}", style="red"),
            TextColumn("{task.fields[file]}", style="dim", markup=False),
            console=self._console,
            transient=True,
            disable=not self._live,
        )
        self._task = self._progress.add_task("", total=None, rate="", failed="", file="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def walking(self, root: str) -> None:
        """Start over for a root."""
        self._root = root
        self._restart("Looking", total=None, file=_tail(root))

    def _restart(self, what: str, total: int | None, file: str) -> None:
        self._progress.reset(
            self._task, description=what, total=total, rate="", failed=self._failures(), file=file
        )

    def _failures(self) -> str:
        return f"{self._failed} failed" if self._failed else ""

    def hashing(self, files: int) -> None:
        """Say why nothing moves."""
        self._progress.update(self._task, description="Comparing", file=f"{files} files")

    def planned(self, plan: Plan) -> None:
        """Now the total is known."""
        self._restart("Listening", total=len(plan.tasks), file="")
        if not self._live and plan.tasks:
            self.note(f"{self._root}: {plan.found} files found, {len(plan.tasks)} to analyse")

    def finished(self, path: str, failure: Failure | None) -> None:
        """One file more."""
        self._failed += failure is not None
        speed = self._progress.tasks[0].speed
        self._progress.update(
            self._task,
            advance=1,
            rate=f"{speed:.1f}/s" if speed else "",
            failed=self._failures(),
            file=_tail(path),
        )

    def note(self, text: str) -> None:
        """Write a line above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def _tail(path: str, width: int = 40) -> str:
    """The end of a path, which tells files apart."""
    printable = "".join(c if c.isprintable() else "?" for c in path)
    return printable if len(printable) <= width else "…" + printable[1 - width :]
