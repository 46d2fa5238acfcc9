"""`audiolab doctor`: is everything there that audiolab needs, and if not, what to do."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import checks, output, page_checks
from audiolab.cli.checks import Check
from audiolab.cli.errors import SOME_FAILED
from audiolab.cli.session import load

if TYPE_CHECKING:
    from audiolab.config import Settings


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the installation; exit code 1 if something needs attention."""
    done = []
    for check in _checks(load(context)):
        done.append(check)
        if not as_json:
            _show(check)
    if as_json:
        output.write_document([asdict(check) for check in done])
    if not all(check.ok for check in done):
        raise typer.Exit(SOME_FAILED)


def _show(check: Check) -> None:
    mark = "ok  " if check.ok else "BAD "
    typer.echo(f"{mark} {check.name:20} {check.found}")
    if not check.ok:
        typer.echo(f"     -> {check.advice}")


def _checks(settings: "Settings") -> Iterator[Check]:
    yield checks.check_platform()
    yield checks.check_python()
    yield from checks.check_packages()
    yield checks.check_compiled()
    yield checks.check_settings()
    yield checks.check_data_folder(settings)
    yield checks.check_free_disk(settings)
    yield checks.check_database(settings)
    yield checks.check_models(settings)
    yield from page_checks.check_page()
