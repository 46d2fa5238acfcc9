"""`audiolab demo`: the library that comes with audiolab, scanned and served."""

from typing import TYPE_CHECKING, Annotated

import typer

from audiolab import resources
from audiolab.cli.dashboard import NoBrowser, Port, serve
from audiolab.cli.errors import INTERRUPTED
from audiolab.cli.session import load, open_catalog

if TYPE_CHECKING:
    from audiolab.catalog import Catalog
    from audiolab.config import Settings


def demo(
    context: typer.Context,
    port: Port = None,
    no_browser: NoBrowser = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the demo library out of the catalog again.")
    ] = False,
) -> None:
    """Scan the demo library where it is and open the dashboard on it."""
    settings = load(context, "dashboard")
    with open_catalog(settings) as catalog:
        if remove:
            _remove(catalog)
            return
        _scan(catalog, settings)
        settings = _with_demo(settings)
        # Served while the catalog is open, so that the embedded server need not start again.
        serve(settings, port=port, open_browser=not no_browser)


def _with_demo(settings: "Settings") -> "Settings":
    """The same settings, in which the demo library may be scanned from the page too."""
    folders = (*settings.library_path, resources.folder("data"))
    return settings.model_copy(update={"library_path": folders})


def _scan(catalog: "Catalog", settings: "Settings") -> None:
    from audiolab.scanner import scan

    report = scan(resources.folder("data"), catalog=catalog, settings=settings, progress=True)
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.analysed or report.failed:
        typer.echo(f"demo library: {report.analysed} analysed, {report.failed} failed", err=True)


def _remove(catalog: "Catalog") -> None:
    folder = resources.folder("data").resolve()
    roots = [root for root in catalog.roots() if root.folder == folder]
    tracks = sum(catalog.remove_root(root) for root in roots)
    said = f"removed {tracks} tracks" if roots else "the demo library is not in the catalog"
    typer.echo(said, err=True)
