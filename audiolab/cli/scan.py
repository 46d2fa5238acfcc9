"""`audiolab scan`: bring the catalog up to date with folders."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.errors import INTERRUPTED, SOME_FAILED
from audiolab.cli.scan_report import print_plan, print_report
from audiolab.cli.session import load
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.config import Settings
    from audiolab.scanner import ScanReport
    from audiolab.scanner.model import Plan
    from audiolab.scanner.progress import ProgressBar


def scan(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH...",
            help="Folders, or URLs (s3://, sftp://); by default AUDIOLAB_LIBRARY_PATH.",
            show_default=False,
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
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and scan again whenever files change.")
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

    def run(force: bool = False, retry_failed: bool = False, advise: bool = False) -> "ScanReport":
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
            print_report(report)
        if advise and report.analysed and not as_json:
            _advise(settings)
        return report

    first = partial(run, force, retry_failed, advise=not dry_run)
    if not watch:
        report = first()
    elif dry_run or job:
        raise AudiolabError("--watch scans for ever: leave out --dry-run, or --watch")
    else:
        report = _watch(first, run, paths or settings.library_path)
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.failed and not watch:
        raise typer.Exit(SOME_FAILED)


def _watch(
    first: "Callable[[], ScanReport]",
    again: "Callable[[], ScanReport]",
    paths: "Sequence[str | Path]",
) -> "ScanReport":
    """Scan until Ctrl-C; the last report."""
    from audiolab.scanner.roots import resolve_roots
    from audiolab.scanner.watch import watch

    def note(text: str) -> None:
        typer.echo(text, err=True)

    report = None
    for report in watch(first, again, resolve_roots(paths), note):
        if not report.interrupted:
            note("watching for changes; Ctrl-C ends it")
    assert report is not None
    return report


def _split(stages: str) -> list[str]:
    return [stage.strip() for stage in stages.split(",") if stage.strip()]


def _bar(dry_run: bool, as_json: bool) -> "ProgressBar":
    """A progress bar on stderr; a dry run also lists its plan."""
    from audiolab.scanner.progress import ProgressBar

    class Planner(ProgressBar):
        def planned(self, plan: "Plan") -> None:
            print_plan(plan)

    return Planner() if dry_run and not as_json else ProgressBar()


def _advise(settings: "Settings") -> None:
    """How to get genres, where no network listens."""
    from audiolab.analysis import find_installed

    if advice := find_installed(settings).advice:
        typer.echo(advice, err=True)
