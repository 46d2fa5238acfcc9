"""`audiolab ledger`: every file that was found, and what became of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.output import Format, TextFormat
from audiolab.cli.session import load, open_catalog

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["path", "state", "stage", "reason", "seconds"]
MORE_COLUMNS = ["advice", "root", "id"]
TABLE = (
    ("Path", "text"),
    ("State", "id"),
    ("Stage", "id"),
    ("Reason", "text"),
    ("Seconds", "number"),
)
COUNTS = ("found", "analysed", "failed", "skipped", "waiting", "missing")
STAGES_TABLE = (
    ("Root", "text"),
    ("Stage", "id"),
    *((name.capitalize(), "number") for name in COUNTS),
)
EXAMPLES_PER_REASON = 3


def ledger(
    context: typer.Context,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only what failed or was skipped.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Count by stage and by reason, with what to do.")
    ] = False,
    format: Annotated[TextFormat, typer.Option(help="How to write it.")] = TextFormat.table,
) -> None:
    """List every file with its state, and the reason where something went wrong."""
    with open_catalog(load(context)) as catalog:
        frame = catalog.ledger(failed=failed)
        stages = catalog.ledger_by_stage() if summary else None
    if stages is not None:
        _summarise(stages, frame, format)
    elif format is not TextFormat.table:
        output.write_frame(frame[[*COLUMNS, *MORE_COLUMNS]], Format(format.value))
    elif frame.empty:
        typer.echo("nothing failed" if failed else "no files yet: audiolab scan FOLDER", err=True)
    else:
        output.write_table(TABLE, (_row(record) for record in output.records(frame[COLUMNS])))


def _summarise(stages: "pd.DataFrame", files: "pd.DataFrame", format: TextFormat) -> None:
    """How the files stand by stage; then the reasons, most frequent first."""
    if format is not TextFormat.table:
        output.write_frame(stages, Format(format.value))
        return
    rows = ([str(record[name.lower()]) for name, _ in STAGES_TABLE]
            for record in output.records(stages))  # fmt: skip
    output.write_table(STAGES_TABLE, rows)
    for reason, count in files["reason"].value_counts().items():
        of_it = files[files["reason"] == reason]
        typer.echo(f"{count} × {output.printable(str(reason))}: {of_it['advice'].iloc[0]}")
        for path in of_it["path"].head(EXAMPLES_PER_REASON):
            typer.echo(f"    {output.printable(path)}")
        if count > EXAMPLES_PER_REASON:
            typer.echo(f"    … and {count - EXAMPLES_PER_REASON} more")


def _row(record: dict[str, object]) -> list[str]:
    seconds = record["seconds"]
    took = f"{seconds:.2f}" if isinstance(seconds, float) else ""
    return [*(str(record[name] or "") for name in COLUMNS[:-1]), took]
