"""`audiolab db`: the database under the catalog."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audiolab.cli import output
from audiolab.cli.session import load, open_catalog
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
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
        from sqlalchemy.engine import make_url

        with open_catalog(settings):
            url = make_url(settings.database_url).render_as_string(hide_password=True)
            return {"kind": "external", "running": True, "url": url}
    from dataclasses import asdict

    from audiolab.catalog.embedded import server_status

    facts = asdict(server_status(settings.data_dir))
    return {
        "kind": "embedded",
        **{
            name: value if value is None or isinstance(value, (bool, int)) else str(value)
            for name, value in facts.items()
        },
    }


@app.command()
def upgrade(context: typer.Context) -> None:
    """Make the schema, and where needed the embedded server's version, current."""
    from audiolab.catalog.migrate import SCHEMA_VERSION

    with open_catalog(load(context)):
        typer.echo(f"the schema is current: version {SCHEMA_VERSION}")


@app.command()
def url(context: typer.Context) -> None:
    """Print the database's address, for psql and other programs; starts the embedded server."""
    settings = load(context)
    address = settings.database_url
    if address is None:
        from audiolab.catalog.embedded import ensure_server

        address = ensure_server(settings.data_dir)
    typer.echo(address.replace("postgresql+psycopg2://", "postgresql://", 1))


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
