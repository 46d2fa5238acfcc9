"""`audiolab ledger`: every file that was found, and what became of it."""

from typing import Annotated

import typer

from audiolab.cli import output
from audiolab.cli.output import Format, TextFormat
from audiolab.cli.session import load, open_catalog

COLUMNS = ["path", "state", "stage", "reason", "seconds"]
TABLE = (
    ("Path", "text"),
    ("State", "id"),
    ("Stage", "id"),
    ("Reason", "text"),
    ("Seconds", "number"),
)


def ledger(
    context: typer.Context,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only what failed or was skipped.")
    ] = False,
    format: Annotated[TextFormat, typer.Option(help="How to write it.")] = TextFormat.table,
) -> None:
    """List every file with its state, and the reason where something went wrong."""
    with open_catalog(load(context)) as catalog:
        frame = catalog.ledger(failed=failed)
    if format is TextFormat.csv:
        output.write_frame(frame[[*COLUMNS, "root", "id"]], Format.csv)
    elif format is TextFormat.json:
        output.write_frame(frame[[*COLUMNS, "root", "id"]], Format.json)
    elif frame.empty:
        typer.echo("nothing failed" if failed else "no files yet: audiolab scan FOLDER", err=True)
    else:
        output.write_table(TABLE, (_row(record) for record in output.records(frame[COLUMNS])))


def _row(record: dict[str, object]) -> list[str]:
    seconds = record["seconds"]
    took = f"{seconds:.2f}" if isinstance(seconds, float) else ""
    return [*(str(record[name] or "") for name in COLUMNS[:-1]), took]
