"""`audiolab dashboard` and `audiolab lab`: the catalog in the browser."""

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli.jupyter import layered_environment, writable_notebooks
from audiolab.cli.session import load

if TYPE_CHECKING:
    from audiolab.config import Settings

Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, metavar="N", help="Where to listen; by default a free port."),
]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Only print the address, open nothing.")
]

LAB_PORT = 8888
# JupyterLab would ask the network for news and newer versions.
LOCAL_ONLY = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)


class Theme(StrEnum):
    """Colours of the page."""

    dark = "dark"
    light = "light"


def dashboard(
    context: typer.Context,
    port: Port = None,
    no_browser: NoBrowser = False,
    theme: Annotated[
        Theme | None, typer.Option(help="Colours; by default the system's.", show_default=False)
    ] = None,
    read_only: Annotated[
        bool,
        typer.Option(
            "--read-only", help="Nobody may change anything: to publish it (AUDIOLAB_READ_ONLY)."
        ),
    ] = False,
) -> None:
    """Search, filter, see and listen in the browser. Ctrl-C ends it."""
    settings = load(context, "dashboard", read_only=read_only or None)
    serve(settings, port=port, open_browser=not no_browser, theme=theme)


def serve(
    settings: "Settings",
    *,
    port: int | None = None,
    open_browser: bool = True,
    theme: str | None = None,
) -> None:
    """Run the dashboard until it is stopped; prints its address when it answers."""
    from audiolab.server.launch import run_dashboard

    os.environ.update(layered_environment())
    run_dashboard(settings, port=port, open_browser=open_browser, theme=theme, on_ready=_announce)


def _announce(address: str) -> None:
    typer.echo(address)
    sys.stdout.flush()


def lab(context: typer.Context, port: Port = None, no_browser: NoBrowser = False) -> None:
    """Open JupyterLab on audiolab's notebooks, with these settings."""
    settings = load(context, "lab")
    from audiolab.server.ports import HOST, usable_port
    from audiolab.server.secrets import dashboard_token

    number, token = usable_port(port, LAB_PORT), dashboard_token(settings)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={writable_notebooks(settings.data_dir)}",
        "--ServerApp.jpserver_extensions={'jupyterlab': True, 'audiolab.server': True}",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={number}",
        "--ServerApp.port_retries=0",
        *LOCAL_ONLY,
    ]
    if no_browser:
        command.append("--no-browser")
    if os.geteuid() == 0:
        command.append("--allow-root")
    # The token goes through the environment: arguments can be read by every user of the machine.
    environment = settings.environment() | layered_environment()
    environment["JUPYTER_TOKEN"] = token
    _announce(f"http://{HOST}:{number}/lab?token={token}")  # Jupyter itself prints no token
    os.execve(sys.executable, command, os.environ | environment)
