"""What a person sees while a scan runs."""

import io

from rich.console import Console

from audiolab.scanner.model import Failure, Plan, Task
from audiolab.scanner.progress import ProgressBar

PLAN = Plan(tasks=tuple(Task(f"{i}.mp3", 1, 1, ("tags",), "new") for i in range(3)))


def watch(console: Console) -> None:
    with ProgressBar(console) as bar:
        bar.walking("/music")
        bar.hashing(7)
        bar.planned(PLAN)
        bar.finished("a/[bold]\x1b[2J.mp3", None)
        bar.finished("b.mp3", Failure("b.mp3", "tags", "empty file"))
        bar.note("a [note]")


def test_a_terminal_sees_a_bar_with_failures_and_the_last_file() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    watch(console)
    seen = console.file.getvalue()
    assert "2/3" in seen
    assert "1 failed" in seen
    assert "b.mp3" in seen
    assert "\x1b[2J" not in seen


def test_a_log_file_gets_lines_only() -> None:
    console = Console(file=io.StringIO(), width=120)
    watch(console)
    assert console.file.getvalue() == "/music: 3 files found, 3 to analyse\na [note]\n"
