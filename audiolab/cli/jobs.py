"""`audiolab jobs`: the scans that ran or run."""

from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.output import Format
from audiolab.cli.session import load, open_catalog
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    import pandas as pd

TABLE = (
    ("Started", "id"),
    ("State", "id"),
    ("Found", "number"),
    ("Analysed", "number"),
    ("Failed", "number"),
    ("Root", "text"),
    ("Id", "id"),
)


def jobs(
    context: typer.Context,
    job: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="One job: its id or the end of it.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the scans, the latest first."""
    with open_catalog(load(context)) as catalog:
        frame = catalog.jobs().reset_index(names="id")
    if job is not None:
        frame = _chosen(frame, job)
    if as_json:
        output.write_frame(frame, Format.json)
    elif frame.empty:
        typer.echo("no scans yet: audiolab scan FOLDER", err=True)
    elif job is not None:
        for name, value in next(iter(output.records(frame))).items():
            typer.echo(f"{name:14} {'' if value is None else output.printable(str(value))}")
    else:
        output.write_table(TABLE, (_row(record) for record in output.records(frame)))


def _chosen(frame: "pd.DataFrame", job: str) -> "pd.DataFrame":
    ids = frame["id"].astype(str)
    chosen = frame[ids.str.startswith(job) | ids.str.endswith(job)]
    if len(chosen) == 1:
        return chosen
    what = "no scan job has" if chosen.empty else "several scan jobs have"
    raise AudiolabError(f"{what} the id {job!r}: audiolab jobs lists them")


def _row(record: dict[str, object]) -> list[str]:
    counts = [str(record[name] or 0) for name in ("found", "analysed", "failed")]
    started = str(record["started_at"] or "")[:16].replace("T", " ")
    return [started, str(record["state"]), *counts, str(record["root"]), str(record["id"])[-8:]]
