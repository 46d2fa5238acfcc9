"""`audiolab playlist`: fixed lists, saved filters, and sequences made of them."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.output import Format, TextFormat
from audiolab.cli.session import load, open_catalog
from audiolab.cli.tracks import TABLE, reference, track_rows
from audiolab.clock import clock
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    import pandas as pd

    from audiolab.catalog import Catalog

app = typer.Typer(help="Playlists: fixed lists, saved filters, automatic sequences.")

LISTED = (
    ("Name", "text"),
    ("Kind", "id"),
    ("Tracks", "number"),
    ("Length", "number"),
    ("Query", "text"),
)
PLACES = (("", "number"), *TABLE)
STEPS = (("", "number"), ("Sound", "number"), ("Keys", "number"), ("Tempi", "number"), *TABLE)
DROPPABLE = ("Genre", "Energy", "Artist", "Length")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the playlist; case does not matter.")]
Tracks = Annotated[
    list[str] | None, typer.Argument(metavar="TRACK...", help="Ids, parts of them, or paths.")
]
Where = Annotated[
    str | None, typer.Option(metavar="QUERY", help="E.g. 'genre:house bpm:120..128'.")
]
AnyFormat = Annotated[Format, typer.Option(help="How to write them.")]


class Curve(StrEnum):
    """How the tempo of a sequence runs (`audiolab.catalog.sequence.CURVES`)."""

    warm_up = "warm-up"
    arc = "arc"
    wind_down = "wind-down"
    level = "level"
    none = "none"


@app.command("list")
def list_playlists(
    context: typer.Context,
    format: Annotated[TextFormat, typer.Option(help="How to write them.")] = TextFormat.table,
) -> None:
    """List all playlists."""
    with open_catalog(load(context)) as catalog:
        frame = catalog.playlists()
    if format is not TextFormat.table:
        output.write_frame(frame.reset_index(names="id"), Format(format.value))
    elif frame.empty:
        typer.echo("no playlists yet: audiolab playlist create NAME", err=True)
    else:
        output.write_table(LISTED, [_listed(row) for row in output.records(frame)])


def _listed(row: dict[str, object]) -> list[str]:
    missing = f" (+{row['missing']} missing)" if row["missing"] else ""
    seconds = row["duration_seconds"]
    length = clock(seconds if isinstance(seconds, float) else None)
    tracks = f"{row['tracks']}{missing}"
    return [str(row["name"]), str(row["kind"]), tracks, length, str(row["query"] or "")]


@app.command()
def create(
    context: typer.Context,
    name: Name,
    track: Tracks = None,
    where: Where = None,
    sort: Annotated[
        str | None,
        typer.Option(metavar="FIELD", help="Order of a smart playlist; -FIELD for largest first."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A .m3u8, .m3u or .xspf file.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a playlist of that name.")
    ] = False,
) -> None:
    """Make a playlist: of tracks, of a file, or with --where a smart one that follows a query."""
    given = [option for option in (track, where, file) if option]
    if len(given) > 1:
        raise AudiolabError("playlist create: expected tracks, --where or --from, got several")
    with open_catalog(load(context)) as catalog:
        if file is not None:
            unknown = catalog.import_playlist(file, name, replace=replace)
            for path in unknown:
                typer.echo(f"not in the catalog: {output.printable(str(path))}", err=True)
        else:
            ids = None if where else _found(catalog, track)
            catalog.create_playlist(name, ids, where=where, sort=sort, replace=replace)
        count = len(catalog.playlist(name))
    typer.echo(f"playlist {name!r} has {_tracks(count)}", err=True)


@app.command()
def add(
    context: typer.Context,
    name: Name,
    track: Tracks = None,
    where: Where = None,
    before: Annotated[
        str | None, typer.Option(metavar="TRACK", help="Put them before this one.")
    ] = None,
) -> None:
    """Put tracks into a fixed playlist, or move those that are in it."""
    with open_catalog(load(context)) as catalog:
        ids = _found(catalog, track)
        if where:
            ids += [str(track_id) for track_id in catalog.tracks(where, columns=["path"]).index]
        if not ids:
            raise AudiolabError("playlist add: no track given, or none matches: name some")
        mark = None if before is None else catalog.find(reference(before))
        new = catalog.add_to_playlist(name, ids, before=mark)
        count = len(catalog.playlist(name))
    typer.echo(f"{_tracks(new)} added, playlist {name!r} has {count}", err=True)


@app.command()
def remove(
    context: typer.Context,
    name: Name,
    track: Annotated[
        list[str], typer.Argument(metavar="TRACK...", help="Ids, parts of them, or paths.")
    ],
) -> None:
    """Take tracks out of a fixed playlist."""
    with open_catalog(load(context)) as catalog:
        removed = catalog.remove_from_playlist(name, _found(catalog, track))
        count = len(catalog.playlist(name))
    typer.echo(f"{_tracks(removed)} removed, playlist {name!r} has {count}", err=True)


@app.command()
def show(context: typer.Context, name: Name, format: AnyFormat = Format.table) -> None:
    """List the tracks of a playlist in its order."""
    with open_catalog(load(context)) as catalog:
        frame = catalog.playlist(name)
    if format is not Format.table:
        output.write_frame(frame.reset_index(names="id"), format)
    elif frame.empty:
        typer.echo("no tracks", err=True)
    else:
        rows = [[str(place), *row] for place, row in enumerate(track_rows(frame), 1)]
        output.write_table(PLACES, rows, droppable=DROPPABLE)


@app.command()
def rename(
    context: typer.Context,
    name: Name,
    new_name: Annotated[str, typer.Argument(metavar="NEW", help="What to call it.")],
) -> None:
    """Give a playlist another name."""
    with open_catalog(load(context)) as catalog:
        catalog.rename_playlist(name, new_name)


@app.command()
def delete(context: typer.Context, name: Name) -> None:
    """Forget a playlist; its tracks stay."""
    with open_catalog(load(context)) as catalog:
        catalog.delete_playlist(name)


@app.command()
def export(
    context: typer.Context,
    name: Name,
    to: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Ends in .m3u8 .xspf .xml .csv .json .jsonl or .parquet."
        ),
    ],
) -> None:
    """Write a playlist to a file for other programs, in its order."""
    from audiolab.catalog import Filter

    with open_catalog(load(context)) as catalog:
        catalog.playlist(name)  # says so if there is none
        count = catalog.export(to, Filter(playlist=[name]))
    typer.echo(f"{_tracks(count)} written to {to}", err=True)


@app.command()
def sequence(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(metavar="QUERY", help="What to choose from.", show_default=False),
    ] = None,
    playlist: Annotated[
        str | None, typer.Option(metavar="NAME", help="Order the tracks of this playlist instead.")
    ] = None,
    length: Annotated[int | None, typer.Option(min=1, metavar="N", help="How many tracks.")] = None,
    start: Annotated[str | None, typer.Option(metavar="TRACK", help="The first one.")] = None,
    end: Annotated[str | None, typer.Option(metavar="TRACK", help="The last one.")] = None,
    curve: Annotated[Curve, typer.Option(help="How the tempo runs.")] = Curve.warm_up,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Save it as a playlist.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --save: replace a playlist of that name.")
    ] = False,
    format: AnyFormat = Format.table,
) -> None:
    """Order tracks so that each goes well with the one before, in sound, key and tempo."""
    if query and playlist:
        raise AudiolabError("playlist sequence: expected a query or --playlist, got both")
    with open_catalog(load(context)) as catalog:
        ends = [None if one is None else catalog.find(reference(one)) for one in (start, end)]
        members = None if playlist is None else list(catalog.playlist(playlist).index)
        frame = catalog.sequence(
            members, where=query, length=length, start=ends[0], end=ends[1], curve=curve.value
        )
        if save:
            catalog.create_playlist(save, list(frame.index), replace=replace)
    if format is not Format.table:
        output.write_frame(frame.reset_index(names="id"), format)
    else:
        output.write_table(STEPS, _steps(frame), droppable=(*DROPPABLE, "Keys", "Tempi", "Sound"))
    if save:
        typer.echo(f"playlist {save!r} has {_tracks(len(frame))}", err=True)


def _steps(frame: "pd.DataFrame") -> list[list[str]]:
    likes = output.records(frame[["like_embedding", "like_key", "like_tempo"]])
    return [
        [str(place), *("" if like is None else f"{like:.2f}" for like in likeness.values()), *row]
        for place, (likeness, row) in enumerate(zip(likes, track_rows(frame), strict=True), 1)
    ]


def _found(catalog: "Catalog", tracks: list[str] | None) -> list[str]:
    """The ids that references mean."""
    return [catalog.find(reference(track)) for track in tracks or ()]


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count} tracks"
