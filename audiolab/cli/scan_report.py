"""A scan's plan and its report, for a person."""

from typing import TYPE_CHECKING

import typer

from audiolab.cli import output

if TYPE_CHECKING:
    from audiolab.scanner import ScanReport
    from audiolab.scanner.model import Plan

EXAMPLES_PER_REASON = 3


def print_plan(plan: "Plan") -> None:
    """What a scan would do, a line for each file that is not up to date."""
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
        typer.echo(f"tracks whose file is gone, to be marked missing: {len(plan.missing)}")
    if plan.pruned:
        typer.echo(f"tracks whose file is gone, to be removed: {len(plan.pruned)}")


def print_report(report: "ScanReport") -> None:
    """What a scan has done: the numbers, then the reasons, most frequent first."""
    verb = "to analyse" if report.dry_run else "analysed"
    moved = f" ({report.moved} moved)" if report.moved else ""
    typer.echo(
        f"{report.found} found: {report.analysed} {verb}, {report.unchanged} unchanged{moved}, "
        f"{report.skipped} skipped, {report.failed} failed, in {_duration(report.seconds)}"
    )
    if not report.found:
        typer.echo(f"no audio files in {', '.join(report.roots)}")
    if report.missing:
        typer.echo(_gone(report.missing, "is missing: its file is", "are missing: their files are"))
    if report.pruned:
        typer.echo(_gone(report.pruned, "removed: its file was", "removed: their files were"))
    _print_groups(report)
    if report.interrupted:
        left = report.skipped - len(report.skips)
        again = f"{left} files were not reached: scan again to go on"
        what = again if left else "files that were not reached are as they were"
        typer.echo(f"interrupted: {what}", err=True)


def _gone(tracks: int, one: str, several: str) -> str:
    return f"{tracks} track{'' if tracks == 1 else 's'} {one if tracks == 1 else several} gone"


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
    from audiolab.catalog.advice import advice

    typer.echo(f"  {what}: {count} × {output.printable(reason)}: {advice(reason)}")
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
