"""`audiolab similar`, `duplicates` and `export`: comparing tracks, and handing them on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.output import Format, TextFormat
from audiolab.cli.session import load, open_catalog
from audiolab.cli.tracks import SHORT_ID, TABLE, Query, Sort, reference, track_rows

if TYPE_CHECKING:
    import pandas as pd

SIMILAR = (("Likeness", "number"), *TABLE)
REASONS = (("Sound", "number"), ("Tempo", "number"), ("Keys", "number"), ("Mood", "number"))
EXPLAINED = ("like_embedding", "like_tempo", "like_key", "like_mood")
COPIES = (
    ("Tier", "id"),
    ("Keep", "text"),
    ("Copy", "text"),
    ("Evidence", "text"),
    ("Ids", "id"),
)


def similar(
    context: typer.Context,
    track: Annotated[
        list[str], typer.Argument(metavar="TRACK...", help="Ids, parts of them, or paths.")
    ],
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N tracks.")] = 10,
    where: Annotated[
        str | None, typer.Option(metavar="QUERY", help="Only tracks that match this.")
    ] = None,
    minus: Annotated[
        list[str] | None,
        typer.Option(metavar="TRACK", help="Keep away from this one; may be given again."),
    ] = None,
    copies: Annotated[
        bool, typer.Option("--copies", help="List other copies of a recording too.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how alike in sound, tempo, key and mood.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The embedding to compare by.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to write them.")] = Format.table,
) -> None:
    """List the tracks that sound most like one, or like several together."""
    with open_catalog(load(context)) as catalog:
        seeds = [catalog.find(reference(one)) for one in track]
        away = [catalog.find(reference(one)) for one in minus or ()]
        frame = catalog.similar(
            seeds, limit, where, minus=away, model=model, copies=copies, explain=explain
        )
    if format is not Format.table:
        output.write_frame(frame.reset_index(names="id"), format)
    elif frame.empty:
        typer.echo("no other track has an embedding to compare with", err=True)
    else:
        shown = (*SIMILAR[:1], *(REASONS if explain else ()), *SIMILAR[1:])
        rows = [[*why, *row] for why, row in zip(_why(frame), track_rows(frame), strict=True)]
        output.write_table(shown, rows, droppable=("Genre", "Energy", "Artist", "Length"))


def _why(frame: "pd.DataFrame") -> list[list[str]]:
    """How alike, as a whole and in the reasons that were asked for."""
    names = ["similarity", *(name for name in EXPLAINED if name in frame)]
    return [
        ["" if share is None else f"{share:.3f}" for share in row.values()]
        for row in output.records(frame[names])
    ]


def duplicates(
    context: typer.Context,
    query: Query = None,
    format: Annotated[TextFormat, typer.Option(help="How to write them.")] = TextFormat.table,
) -> None:
    """List copies of the same music, the surest first. Nothing is deleted."""
    with open_catalog(load(context)) as catalog:
        frame = catalog.duplicates(query)
    if format is not TextFormat.table:
        output.write_frame(frame, Format(format.value))
    elif frame.empty:
        typer.echo("no copies found", err=True)
    else:
        output.write_table(COPIES, _pairs(frame))


def _pairs(frame: "pd.DataFrame") -> list[list[str]]:
    rows = []
    for pair in frame.itertuples():
        first = str(pair.better_id) == str(pair.id)
        better, other = (pair.path, pair.other_path) if first else (pair.other_path, pair.path)
        ids = f"{str(pair.id)[-SHORT_ID:]} {str(pair.other_id)[-SHORT_ID:]}"
        rows.append([str(pair.tier), str(better), str(other), str(pair.evidence), ids])
    return rows


def export(
    context: typer.Context,
    to: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Ends in .csv .json .jsonl .parquet .m3u8 .xspf or .xml."
        ),
    ],
    query: Query = None,
    sort: Sort = None,
) -> None:
    """Write the tracks that match a query to a file: a table, a playlist, or rekordbox's .xml."""
    with open_catalog(load(context)) as catalog:
        count = catalog.export(to, query, sort)
    typer.echo(f"{count} tracks written to {to}", err=True)
