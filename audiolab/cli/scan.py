"""`audiolab scan`: bring the catalog up to date with folders."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.errors import INTERRUPTED, SOME_FAILED
from audiolab.cli.session import load

if TYPE_CHECKING:
    from audiolab.config import Settings
    from audiolab.scanner import ScanReport
    from audiolab.scanner.model import Plan
    from audiolab.scanner.progress import ProgressBar

EXAMPLES_PER_REASON = 3


def scan(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...", help="Folders; by default AUDIOLAB_LIBRARY_PATH.", show_default=False
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Processes; by default AUDIOLAB_NUM_WORKERS or one per core."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDR", help="A running dask scheduler, e.g. tcp://10.0.0.5:8786."),
    ] = None,
    recursive: Annotated[
        bool, typer.Option(" /--no-recursive", help="Stay out of the folders below.")
    ] = True,
    stages: Annotated[
        str | None, typer.Option(metavar="LIST", help="What to run, e.g. tags,signal.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Analyse again what is up to date.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try again what failed before.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove tracks whose file is gone.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    library_only: Annotated[bool, typer.Option("--library-only", hidden=True)] = False,
    job: Annotated[str | None, typer.Option(hidden=True)] = None,  # of audiolab.scanner.detached
) -> None:
    """Listen to what is new or changed in one or more folders.

    A file that cannot be analysed is noted in the ledger and never stops a scan. Ctrl-C finishes
    the files in hand; scanning again goes on where this scan was.
    """
    settings = load(context, "scan", num_workers=workers, scheduler=scheduler)
    from audiolab.scanner import scan as run_scan

    with _bar(dry_run, as_json) as bar:
        report = run_scan(
            *(paths or ()),
            settings=settings,
            progress=bar,
            recursive=recursive,
            stages=None if stages is None else _split(stages),
            force=force,
            retry_failed=retry_failed,
            prune=prune,
            dry_run=dry_run,
            library_only=library_only,
            job=job,
        )
    if as_json:
        output.write_document(report.to_dict())
    else:
        _print(report)
        _advise(settings, report)
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.failed:
        raise typer.Exit(SOME_FAILED)


def _split(stages: str) -> list[str]:
    return [stage.strip() for stage in stages.split(",") if stage.strip()]


def _bar(dry_run: bool, as_json: bool) -> "ProgressBar":
    """A progress bar on stderr; a dry run also lists its plan."""
    from audiolab.scanner.progress import ProgressBar

    class Planner(ProgressBar):
        def planned(self, plan: "Plan") -> None:
            _print_plan(plan)

    return Planner() if dry_run and not as_json else ProgressBar()


def _print_plan(plan: "Plan") -> None:
    show = output.printable
    for task in plan.tasks:
        typer.echo(f"{task.why:8} {show(task.path)}  ({', '.join(task.stages)})")
    for move in plan.moves:
        typer.echo(f"{'moved':8} {show(move.known.path)} -> {show(move.file.path)}")
    for failure in plan.failed_before:
        typer.echo(f"{'failed':8} {show(failure.path)}  ({failure.reason}; --retry-failed tries)")
    for item in plan.skipped:
        typer.echo(f"{'skip':8} {show(item.path)}  ({item.reason})")
    if plan.missing:
        typer.echo(f"{len(plan.missing)} tracks whose file is gone would be marked missing")
    if plan.pruned:
        typer.echo(f"{len(plan.pruned)} tracks whose file is gone would be removed")


def _advise(settings: "Settings", report: "ScanReport") -> None:
    """Once there is something new without genres, how to get them."""
    from audiolab.analysis import find_installed

    advice = find_installed(settings).advice
    if report.analysed and advice:
        typer.echo(advice, err=True)


def _print(report: "ScanReport") -> None:
    """The report for a person."""
    verb = "to analyse" if report.dry_run else "analysed"
    moved = f" ({report.moved} moved)" if report.moved else ""
    typer.echo(
        f"{report.found} found: {report.analysed} {verb}, {report.unchanged} unchanged{moved}, "
        f"{report.skipped} skipped, {report.failed} failed, in {_duration(report.seconds)}"
    )
    if not report.found:
        typer.echo(f"no audio files in {', '.join(report.roots)}")
    if report.missing:
        typer.echo(f"{report.missing} tracks are missing: their files are gone")
    if report.pruned:
        typer.echo(f"{report.pruned} tracks removed: their files were gone")
    _print_groups(report)
    if report.interrupted:
        typer.echo("interrupted: scan again to go on", err=True)


def _print_groups(report: "ScanReport") -> None:
    for reason, count in report.failure_groups():
        paths = [failure.path for failure in report.failures if failure.reason == reason]
        _print_group("failed", reason, count, paths)
    for reason, count in report.skip_groups():
        paths = [item.path for item in report.skips if item.reason == reason]
        _print_group("skipped", reason, count, paths)
    if report.failed and not report.dry_run:
        typer.echo("all of them: audiolab ledger --failed; again: audiolab scan --retry-failed")


def _print_group(what: str, reason: str, count: int, paths: list[str]) -> None:
    typer.echo(f"  {what}: {count} × {reason}")
    for path in paths[:EXAMPLES_PER_REASON]:
        typer.echo(f"    {output.printable(path)}")
    if count > EXAMPLES_PER_REASON:
        typer.echo(f"    … and {count - EXAMPLES_PER_REASON} more")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{seconds:.1f} s"
