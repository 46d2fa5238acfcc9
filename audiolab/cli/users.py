"""`audiolab users`: names and passwords for the dashboard, instead of its one token."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.output import DocumentFormat
from audiolab.cli.session import load
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.server.users import Users

app = typer.Typer(
    help="Names and passwords for the dashboard, instead of its one token.",
    no_args_is_help=True,
    add_completion=False,
)

Name = Annotated[str, typer.Argument(help="What is typed at the door.", metavar="NAME")]


class RoleName(StrEnum):
    """As `audiolab.server.users.Role`, which is heavy to import."""

    viewer = "viewer"
    editor = "editor"


@app.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[
        RoleName, typer.Option(help="A viewer looks and listens; an editor changes things too.")
    ] = RoleName.viewer,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give an existing user a new password and role.")
    ] = False,
) -> None:
    """Let somebody in. Asks for the password; from a pipe, its first line is the password."""
    from audiolab.server.users import Role

    users = _users(context)
    first = not users.accounts()
    users.add(name, _password(), Role(role.value), replace=replace)
    typer.echo(f"{name} may come in as {role.value}", err=True)
    if first:
        typer.echo(
            "from now on the dashboard asks for name and password; "
            "a token counts only if AUDIOLAB_TOKEN sets one",
            err=True,
        )


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Shut somebody out, at once."""
    users = _users(context)
    users.remove(name)
    typer.echo(f"{name} is shut out", err=True)
    if not users.accounts():
        typer.echo("there are no users left: the dashboard asks for its token again", err=True)


@app.command("list")
def list_users(
    context: typer.Context,
    format: Annotated[
        DocumentFormat, typer.Option(help="How to write them.")
    ] = DocumentFormat.table,
) -> None:
    """Who may come in, and as what."""
    accounts = sorted(_users(context).accounts().values(), key=lambda one: one.name)
    if format is DocumentFormat.json:
        output.write_document([{"name": one.name, "role": one.role.value} for one in accounts])
    elif not accounts:
        typer.echo("there are no named users: the dashboard asks for its token", err=True)
    else:
        headers = (("Name", "text"), ("Role", "text"))
        output.write_table(headers, [(one.name, one.role.value) for one in accounts])


def _users(context: typer.Context) -> "Users":
    settings = load(context)
    from audiolab.server.users import users_of

    return users_of(settings)


def _password() -> str:
    """What is typed twice without being shown; or the first line of a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = typer.prompt("Password", hide_input=True, err=True)
    if password != typer.prompt("Again", hide_input=True, err=True):
        raise AudiolabError("the passwords differ: nothing was changed")
    return password
