"""`audiolab ls`, `show` and `stats`: asking the catalog."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audiolab.cli import output
from audiolab.cli.output import DocumentFormat, Format
from audiolab.cli.session import load, open_catalog
from audiolab.clock import clock

if TYPE_CHECKING:
    import pandas as pd

    from audiolab.catalog import Catalog

DESCRIBED = 50  # tracks that sound like a description: further ones do so less and less
SHORT_ID = 8  # the end: ids made in one moment begin alike
TABLE = (
    ("Title", "text"),
    ("Artist", "text"),
    ("BPM", "number"),
    ("Key", "number"),
    ("Energy", "number"),
    ("Genre", "text"),
    ("Length", "number"),
    ("Id", "id"),
)
Sort = Annotated[
    str | None,
    typer.Option(
        metavar="FIELD",
        help="Field to order by; -FIELD for largest first. By default the best match, the order "
        "of a playlist, or the newest first.",
    ),
]
Query = Annotated[
    str | None,
    typer.Argument(
        metavar="QUERY",
        help="E.g. 'bpm:120..128 key:8A night drive', or '~warm analog pads'.",
        show_default=False,
    ),
]


def ls(
    context: typer.Context,
    query: Query = None,
    sort: Sort = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="At most N tracks.")] = None,
    format: Annotated[Format, typer.Option(help="How to write them.")] = Format.table,
) -> None:
    """List the tracks that match a query; after ~, those that sound most like a description."""
    from audiolab import described

    settings = load(context)
    filters, description = described.split(query or "")
    with open_catalog(settings) as catalog:
        if description:
            most = limit or DESCRIBED
            frame = described.sounding_like(catalog, description, most, filters, settings)
        else:
            frame = catalog.tracks(query, sort=sort, limit=limit)
        if format is Format.table and frame.empty:
            typer.echo(_nothing(catalog, query), err=True)
    if format is Format.table:
        if not frame.empty:
            output.write_table(
                TABLE, track_rows(frame), droppable=("Genre", "Energy", "Artist", "Length")
            )
        return
    output.write_frame(frame.reset_index(names="id"), format)


def _nothing(catalog: "Catalog", query: str | None) -> str:
    if query and catalog.count():
        return "no track matches"
    return "the catalog is empty: fill it with audiolab scan FOLDER"


def track_rows(frame: "pd.DataFrame") -> list[list[str]]:
    """The cells of `TABLE`, a list a track."""
    records = output.records(
        frame[["title", "filename", "artist", "tempo_bpm", "key", "energy", "genre_primary",
               "tag_genre", "duration_seconds"]]
    )  # fmt: skip
    return [
        [
            r["title"] or r["filename"],
            r["artist"] or "",
            _number(r["tempo_bpm"], 1),
            r["key"] or "",
            _number(r["energy"], 2),
            r["genre_primary"] or r["tag_genre"] or "",
            clock(r["duration_seconds"]),
            str(track_id)[-SHORT_ID:],
        ]
        for track_id, r in zip(frame.index, records, strict=True)
    ]


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def show(
    context: typer.Context,
    track: Annotated[
        str, typer.Argument(metavar="TRACK", help="Id, beginning or end of one, or path.")
    ],
    format: Annotated[DocumentFormat, typer.Option(help="How to write it.")] = DocumentFormat.table,
) -> None:
    """Show everything that is known of one track."""
    with open_catalog(load(context)) as catalog:
        track_id = catalog.find(reference(track))
        values = output.plain(catalog.track(track_id).to_dict())
        stages = list(output.records(catalog.stages(track_id).reset_index(names="stage")))
    if format is DocumentFormat.json:
        output.write_document({"id": track_id, **values, "stages": stages})
    else:
        _print_track(track_id, values, stages)


def reference(track: str) -> str:
    """A file that exists is meant by its whole path, from wherever it is named."""
    file = Path(track).expanduser()
    return str(file.resolve()) if file.is_file() else track


def _print_track(track_id: str, values: dict[str, Any], stages: list[dict[str, Any]]) -> None:
    from audiolab.catalog.fields import FIELDS

    typer.echo(f"{output.printable(str(values.get('title') or values['filename']))}  {track_id}")
    typer.echo(f"{values['state']}, in {output.printable(str(values['root']))}")
    corrected = set(values.get("corrected") or ())
    group = ""
    for field in FIELDS:
        value = values.get(field.name)
        if value is None or field.kind == "json":
            continue
        if field.group != group:
            group = field.group
            typer.echo(f"\n{group}")
        mark = "  (corrected)" if field.name in corrected else ""
        typer.echo(f"  {field.label:26} {_shown(value)} {field.unit}".rstrip() + mark)
    if stages:
        typer.echo("\nanalysis")
    for stage in stages:
        reason = f": {stage['reason']}" if stage["reason"] else ""
        took = "" if stage["seconds"] is None else f", {stage['seconds']:.2f} s"
        typer.echo(
            f"  {stage['stage']:26} {stage['state']}{reason} (version {stage['version']}{took})"
        )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return output.printable(str(value))


def stats(
    context: typer.Context,
    query: Query = None,
    format: Annotated[
        DocumentFormat, typer.Option(help="How to write them.")
    ] = DocumentFormat.table,
) -> None:
    """Totals and averages of the tracks that match a query."""
    with open_catalog(load(context)) as catalog:
        numbers = output.plain(catalog.stats(query))
    if format is DocumentFormat.json:
        output.write_document(numbers)
        return
    for name, value in numbers.items():
        if isinstance(value, dict):
            value = ", ".join(f"{count} {what}" for what, count in value.items())
        typer.echo(f"{name.replace('_', ' '):24} {'unknown' if value is None else _shown(value)}")
