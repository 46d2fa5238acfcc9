"""`audiolab write`: what the catalog knows, into the tags of the files."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audiolab.cli import output
from audiolab.cli.errors import DONE, SOME_FAILED
from audiolab.cli.session import load, open_catalog
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.catalog import Catalog
    from audiolab.writeback import Edit, Plan, Refusal, WriteReport

SHOWN_BEFORE_ASKING = 20
EXAMPLES_PER_REASON = 3
DEFAULT_FIELDS = "bpm,key,replaygain"
JOURNAL = (
    ("Write", "number"),
    ("Started", "id"),
    ("What", "text"),
    ("Written", "number"),
    ("Undone", "number"),
    ("Failed", "number"),
    ("Pending", "number"),
)


def write(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="QUERY",
            help="Whose files, e.g. 'bpm:120..128'; with --undo the number of a write.",
            show_default=False,
        ),
    ] = None,
    fields: Annotated[
        str,
        typer.Option(metavar="LIST", help="Some of bpm,key,genre,mood,replaygain,beatgrid."),
    ] = DEFAULT_FIELDS,
    key_notation: Annotated[
        str, typer.Option(metavar="NAME", help="name (F#m), camelot (11A) or open (4m).")
    ] = "name",
    keep_existing: Annotated[
        bool, typer.Option("--keep-existing", help="Only fields that a file says nothing of.")
    ] = False,
    keep_mtime: Annotated[
        bool, typer.Option("--keep-mtime", help="Keep modification times; backups may miss it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the last write back, or that of a number.")
    ] = False,
    journal: Annotated[bool, typer.Option("--journal", help="List what was written.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Write tempo, key, gain and more into the tags of files, after showing what would change.

    The audio is never touched, and every write can be undone.
    """
    _check(undo=undo, journal=journal, dry_run=dry_run)
    number = _number(query) if undo else None
    with open_catalog(load(context)) as catalog:
        if journal:
            return _show_journal(catalog, as_json)
        if undo:
            return _undo(catalog, number, keep_mtime, as_json)
        from audiolab.writeback import make_plan

        with _bar("reading tags") as progress:
            plan = make_plan(catalog, query, fields, key_notation,
                             keep_existing=keep_existing, progress=progress)  # fmt: skip
        if dry_run or not plan.edits:
            return _show_plan(plan, len(plan.edits), as_json)
        if not yes and not _agreed(plan, as_json):
            typer.echo("nothing was written", err=True)
            return DONE
        return _write(catalog, plan, keep_mtime, as_json)


def _check(*, undo: bool, journal: bool, dry_run: bool) -> None:
    if undo + journal + dry_run > 1:
        raise AudiolabError("expected one of --undo, --journal and --dry-run")


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise AudiolabError(f"--undo: expected a number that --journal lists, got {text!r}")
    return int(text)


def _write(catalog: "Catalog", plan: "Plan", keep_mtime: bool, as_json: bool) -> int:
    from audiolab.writeback import write

    with _bar("writing tags") as progress:
        report = write(catalog, plan, keep_mtime=keep_mtime, progress=progress)
    return _show_report(report, plan.refused, "written", as_json)


def _undo(catalog: "Catalog", number: int | None, keep_mtime: bool, as_json: bool) -> int:
    from audiolab.writeback import undo

    with _bar("undoing") as progress:
        report = undo(catalog, number, keep_mtime=keep_mtime, progress=progress)
    return _show_report(report, (), "undone", as_json)


def _agreed(plan: "Plan", as_json: bool) -> bool:
    """Show what would change, and ask."""
    if as_json or not _can_ask():
        raise AudiolabError(
            f"{_files(len(plan.edits))} would change: say --yes to write, --dry-run to see how"
        )
    _show_plan(plan, SHOWN_BEFORE_ASKING, as_json=False)
    return typer.confirm(f"Write into {_files(len(plan.edits))}?", err=True)


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _files(number: int) -> str:
    return f"{number:,} file" if number == 1 else f"{number:,} files"


def _show_plan(plan: "Plan", most: int, as_json: bool) -> int:
    if as_json:
        output.write_document(
            {
                "edits": [_edit_values(edit) for edit in plan.edits],
                "right": plan.right,
                "refused": [{"path": one.path, "reason": one.reason} for one in plan.refused],
            }
        )
    else:
        for edit in plan.edits[:most]:
            _show_edit(edit)
        if len(plan.edits) > most:
            typer.echo(f"… and {_files(len(plan.edits) - most)} more: --dry-run shows them all")
        right = f", {_files(plan.right)} as they should be" if plan.right else ""
        typer.echo(f"{_files(len(plan.edits))} to change{right}", err=True)
        _show_refused(plan.refused)
    return SOME_FAILED if plan.refused else DONE


def _edit_values(edit: "Edit") -> dict[str, Any]:
    changes = [
        {"field": one.field, "slots": list(one.slots), "old": one.old, "new": one.new}
        for one in edit.fields
    ]
    return {"id": edit.track_id, "path": str(edit.path), "changes": changes}


def _show_edit(edit: "Edit") -> None:
    from audiolab.writeback import LABELS

    typer.echo(output.printable(str(edit.path)))
    for one in edit.fields:
        old = "nothing" if one.old is None else output.printable(one.old)
        typer.echo(f"    {LABELS[one.field]:12} {old} → {output.printable(one.new)}")


def _show_refused(refused: "Sequence[Refusal]") -> None:
    by_reason: dict[str, list[str]] = {}
    for one in refused:
        by_reason.setdefault(one.reason, []).append(one.path)
    for reason, paths in by_reason.items():
        typer.echo(f"{_files(len(paths))} left alone: {output.printable(reason)}", err=True)
        for path in paths[:EXAMPLES_PER_REASON]:
            typer.echo(f"    {output.printable(path)}", err=True)
        if len(paths) > EXAMPLES_PER_REASON:
            typer.echo(f"    … and {len(paths) - EXAMPLES_PER_REASON} more", err=True)


def _show_report(
    report: "WriteReport", refused: "Sequence[Refusal]", deed: str, as_json: bool
) -> int:
    left_alone = [*refused, *report.failed]
    if as_json:
        failures = [{"path": one.path, "reason": one.reason} for one in left_alone]
        output.write_document(report.values() | {"failed": len(failures), "failures": failures})
    else:
        if report.recovered:
            typer.echo(
                f"cleared up after an interrupted write: {_files(report.recovered.written)} had "
                f"been written, {_files(report.recovered.untouched)} not, "
                f"{report.recovered.copies} copies removed",
                err=True,
            )
        _show_refused(left_alone)
        if report.stopped:
            typer.echo(f"stopped: {report.stopped}; {_files(report.not_tried)} not tried", err=True)
        typer.echo(f"{_files(report.written)} {deed} (write {report.write})", err=True)
    return SOME_FAILED if left_alone or report.not_tried else DONE


def _show_journal(catalog: "Catalog", as_json: bool) -> int:
    writes = catalog.tag_writes()
    rows = list(output.records(writes.reset_index(names="write")))
    if as_json:
        output.write_document(rows)
    elif not rows:
        typer.echo("nothing was ever written into files", err=True)
    else:
        output.write_table(JOURNAL, ([_cell(row, name) for name, _ in JOURNAL] for row in rows))
    return DONE


def _cell(row: dict[str, Any], name: str) -> str:
    if name == "Started":
        return str(row["started_at"])[:16].replace("T", " ")
    return str(row[name.lower()])


@contextmanager
def _bar(what: str) -> "Iterator[Callable[[int, int], None]]":
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
