"""`audiolab map` and `audiolab hubness`: the library as a picture, and who is whose neighbour."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audiolab.cli import output
from audiolab.cli.errors import INTERRUPTED
from audiolab.cli.session import load, open_catalog
from audiolab.errors import MapCancelledError

if TYPE_CHECKING:
    from audiolab.catalog.maps.hubness import Hubness
    from audiolab.catalog.maps.store import MapInfo

PHASES = {
    "reading": "Reading the embeddings",
    "comparing": "Comparing every track with all others",
    "arranging": "Arranging",
    "checking": "Checking the map",
    "naming": "Naming its regions",
    "saving": "Saving",
}
Model = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Which embedding; by default the best there is."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def make_map(
    context: typer.Context,
    model: Model = None,
    method: Annotated[
        str, typer.Option(metavar="NAME", help="umap, or pca: rougher, in seconds.")
    ] = "umap",
    as_json: Json = False,
    job: Annotated[str | None, typer.Option(hidden=True)] = None,  # of scanner.detached_map
) -> None:
    """Make the similarity map anew: every track a point, what sounds alike close together."""
    with open_catalog(load(context, "map")) as catalog, _bar() as progress:
        try:
            made = catalog.make_map(model, method=method, progress=progress, job=job)
        except MapCancelledError as error:
            typer.echo(f"audiolab: {error}", err=True)
            raise typer.Exit(INTERRUPTED) from None
    if as_json:
        output.write_document(_plain(made))
        return
    typer.echo(f"{made.tracks:,} tracks, by {made.method} from {made.model}, {made.seconds:.0f} s")
    if made.quality is not None:
        typer.echo(
            f"trustworthiness {made.quality.trustworthiness:.3f}; of each track's "
            f"{made.quality.k} nearest, {made.quality.kept:.0%} are its nearest on the map too"
        )
    for line in _lines(made.hubness):
        typer.echo(line)


def hubness(
    context: typer.Context,
    model: Model = None,
    k: Annotated[int, typer.Option(min=1, metavar="N", help="Neighbours that count.")] = 10,
    corrected: Annotated[
        bool, typer.Option("--corrected", help="By mutual proximity instead of cosine.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say whether some tracks are everybody's neighbours, and how many are nobody's."""
    with open_catalog(load(context)) as catalog:
        found = catalog.hubness(model, k, correction="mutual proximity" if corrected else "none")
    if as_json:
        output.write_document({**asdict(found), "coverage": found.coverage})
        return
    for line in _lines(found):
        typer.echo(line)


def _lines(found: "Hubness") -> list[str]:
    return [
        f"hubness among the {found.k} nearest of {found.tracks:,} tracks: "
        f"skewness {found.skewness:.2f}",
        f"{found.hubs:.1%} are hubs and take {found.hub_places:.1%} of all places; "
        f"one is a neighbour of {found.largest:,}",
        f"{found.antihubs:.1%} are nobody's neighbour: coverage {found.coverage:.1%}",
    ]


def _plain(made: "MapInfo") -> dict[str, Any]:
    return {**asdict(made), "made_at": made.made_at.isoformat()}


@contextmanager
def _bar() -> "Iterator[Callable[[str, float | None], None]]":
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=None)

        def show(phase: str, share: float | None) -> None:
            bar.tasks[0].total = None if share is None else 1.0  # None: nobody knows how long
            bar.update(task, description=PHASES[phase], completed=share or 0.0)

        yield show
