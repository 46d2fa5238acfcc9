"""The command line: every verb with its arguments and options, from the program's own help."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer.main

from audiolab.cli.app import app
from generate.tables import table

NAME = "audiolab"
OF_A_FLAG = re.compile(r" *\[default: (?:True|False)\]")


def markdown() -> str:
    """One section a command, with those of its group below it."""
    return "\n\n".join(_command(NAME, typer.main.get_command(app), 1))


def _command(name: str, command: Any, level: int) -> Iterator[str]:
    context = typer.Context(command, info_name=name)
    if level > 1:  # the page itself is about the whole
        yield f"{'#' * level} {name}"
        yield inspect.cleandoc(command.help or "")
    yield f"    {' '.join([name, *command.collect_usage_pieces(context)])}"
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    rows = [_row(*record) for record in records if record and "--help" not in record[0]]
    if rows:
        yield table(("", ""), rows)
    for verb, below in getattr(command, "commands", {}).items():
        yield from _command(f"{name} {verb}", below, level + 1)


def _row(spelling: str, text: str) -> tuple[str, str]:
    return f"`{spelling.removeprefix(' / ')}`", OF_A_FLAG.sub("", text)
