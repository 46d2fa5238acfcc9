"""`audiolab db`: the database under the catalog."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audiolab.cli import output
from audiolab.cli.session import load, open_catalog
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.catalog.backup import BackupReport
    from audiolab.config import Settings

app = typer.Typer(help="Look after the database.", no_args_is_help=False)


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which database is used and how it is, without starting it."""
    facts = _status(load(context))
    if as_json:
        output.write_document(facts)
        return
    for name, value in facts.items():
        shown = (
            "" if value is None else "yes" if value is True else "no" if value is False else value
        )
        typer.echo(f"{name.replace('_', ' '):14} {shown}")


def _status(settings: "Settings") -> dict[str, Any]:
    if settings.database_url:
        return {"kind": "external", **_external(settings.database_url)}
    from audiolab.catalog.embedded import server_status

    facts = asdict(server_status(settings.data_dir))
    url = facts.pop("url")
    shown = {name: _shown(value) for name, value in facts.items()}
    return {"kind": "embedded", "url": url and _for_psql(url), **shown}


def _external(url: str) -> dict[str, Any]:
    """Nothing is set up or upgraded by looking."""
    from audiolab.catalog.database import Database
    from audiolab.catalog.requirements import server_facts

    database = Database(url)
    try:
        with database.read() as connection:
            return {"url": database.address, "running": True, **asdict(server_facts(connection))}
    finally:
        database.close()


def _shown(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def _for_psql(url: str) -> str:
    """An address without SQLAlchemy's name for the driver."""
    return url.replace("postgresql+psycopg2://", "postgresql://", 1)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Make the schema, and where needed the embedded server's version, current."""
    from audiolab.catalog.migrate import SCHEMA_VERSION

    settings = load(context)
    if settings.database_url is None:
        from audiolab.catalog.embedded import upgrade_server

        with _bar() as progress:
            upgraded = upgrade_server(settings.data_dir, progress)
        if upgraded:
            typer.echo("the embedded server's version is current now", err=True)
    with open_catalog(settings):
        typer.echo(f"the schema is current: version {SCHEMA_VERSION}")


Archive = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace the catalog that is there already.")
]


@app.command()
def backup(context: typer.Context, file: Archive) -> None:
    """Write the whole catalog into one compressed file, checked by counting."""
    from audiolab.catalog import backup

    with _ready(load(context)) as address, _bar() as progress:
        report = backup.backup(address, file.expanduser(), progress)
    size = f"{report.size_bytes / 1e6:.1f} MB"
    typer.echo(f"{_tracks(report)} in {file}, {size}, in {report.seconds:.1f} s", err=True)


@app.command()
def restore(context: typer.Context, file: Archive, replace: Replace = False) -> None:
    """Fill the catalog from a backup, as a whole or not at all."""
    from audiolab.catalog import backup

    with _address(load(context)) as address, _bar() as progress:
        report = backup.restore(address, file.expanduser(), progress, replace=replace)
    typer.echo(f"{_tracks(report)} restored in {report.seconds:.1f} s", err=True)


@app.command()
def move(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="postgresql://user:password@host:5432/name", show_default=False
        ),
    ],
    replace: Replace = False,
) -> None:
    """Copy the whole catalog into another database, e.g. from the embedded to an external one."""
    from audiolab.catalog import backup

    with _ready(load(context)) as address, _bar() as progress:
        report = backup.move(address, to, progress, replace=replace)
    typer.echo(f"{_tracks(report)} copied in {report.seconds:.1f} s", err=True)
    typer.echo("to use them there, set AUDIOLAB_DATABASE_URL to that address", err=True)


def _tracks(report: "BackupReport") -> str:
    return f"{report.rows['public.track']:,} tracks"


@contextmanager
def _address(settings: "Settings") -> Iterator[str]:
    """The database's address; an embedded server that nobody else uses is stopped afterwards."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    from audiolab.catalog.embedded import ensure_server, release

    address = ensure_server(settings.data_dir)
    try:
        yield address
    finally:
        release(settings.data_dir)


@contextmanager
def _ready(settings: "Settings") -> Iterator[str]:
    """The address of a catalog whose schema is current."""
    with _address(settings) as address:
        with open_catalog(settings):
            pass
        yield address


@contextmanager
def _bar() -> "Iterator[Callable[[float, str], None]]":
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)


@app.command()
def url(context: typer.Context) -> None:
    """Print the database's address, for psql and other programs; starts the embedded server."""
    settings = load(context)
    if settings.database_url is not None:
        typer.echo(settings.database_url)
        return
    from audiolab.catalog.embedded import ensure_server

    typer.echo(_for_psql(ensure_server(settings.data_dir)))  # and left running, for that program


@app.command()
def stop(context: typer.Context) -> None:
    """Stop the embedded server; the next command that needs it starts it again."""
    settings = load(context)
    if settings.database_url:
        raise AudiolabError(
            "AUDIOLAB_DATABASE_URL names an external database: stop it by its own means"
        )
    from audiolab.catalog.embedded import stop_server

    stopped = stop_server(settings.data_dir)
    typer.echo("stopped" if stopped else "it was not running", err=True)
