"""The application: global options and the table of verbs.

Modules of verbs import nothing heavy at the top, so that `audiolab --help` answers at once.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from audiolab import __version__
from audiolab.cli import (
    compare,
    dashboard,
    db,
    demo,
    doctor,
    jobs,
    ledger,
    maps,
    models,
    playlists,
    scan,
    tracks,
    users,
    write,
)
from audiolab.cli.errors import INTERRUPTED, run
from audiolab.cli.session import Given

HELP = """Listen to a whole music library on your own machine: analyse, search, compare, browse.

Data goes to stdout, everything else to stderr. Exit codes: 0 done; 1 done, but some files failed
(see `audiolab ledger --failed`); 2 bad usage or bad input; 130 interrupted, run again to go on.
"""

app = typer.Typer(
    name="audiolab",
    help=HELP,
    rich_markup_mode="markdown",
    add_completion=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"audiolab {__version__}")
        raise typer.Exit


@app.callback()
def _start(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Database, caches, logs (AUDIOLAB_DATA_DIR).", metavar="DIR"),
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(help="An external Postgres instead (AUDIOLAB_DATABASE_URL).", metavar="URL"),
    ] = None,
    log_level: Annotated[
        str | None,
        typer.Option(help="debug, info, warning or error (AUDIOLAB_LOG_LEVEL).", metavar="LEVEL"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.obj = Given(data_dir=data_dir, database_url=database_url, log_level=log_level)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command("scan")(scan.scan)
app.command("ls")(tracks.ls)
app.command("show")(tracks.show)
app.command("stats")(tracks.stats)
app.command("similar")(compare.similar)
app.command("map")(maps.make_map)
app.command("hubness")(maps.hubness)
app.command("duplicates")(compare.duplicates)
app.command("export")(compare.export)
app.command("write")(write.write)
app.command("ledger")(ledger.ledger)
app.command("jobs")(jobs.jobs)
app.command("dashboard")(dashboard.dashboard)
app.command("lab")(dashboard.lab)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(models.app, name="models")
app.add_typer(db.app, name="db")
app.add_typer(playlists.app, name="playlist")
app.add_typer(users.app, name="users")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    code = run(app, arguments)
    if code == INTERRUPTED:
        # Whoever presses Ctrl-C twice is not to wait for the exit handlers of a cluster that was
        # starting; worker processes end with this one.
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
