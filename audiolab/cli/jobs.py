"""`audiolab jobs`: the scans that ran or run."""

from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.output import Format
from audiolab.cli.session import load, open_catalog
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    import pandas as pd

    from audiolab.catalog import Catalog
    from audiolab.catalog.follow import JobStatus

TABLE = (
    ("Started", "id"),
    ("State", "id"),
    ("Found", "number"),
    ("Analysed", "number"),
    ("Failed", "number"),
    ("Left", "number"),
    ("Root", "text"),
    ("Id", "id"),
)


def jobs(
    context: typer.Context,
    job: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="One job: its id or the end of it.", show_default=False),
    ] = None,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="End it after the files in hand.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the scans, the latest first."""
    if cancel and job is None:
        raise AudiolabError("which scan? audiolab jobs ID --cancel; audiolab jobs lists them")
    with open_catalog(load(context)) as catalog:
        frame = catalog.jobs().reset_index(names="id")
        if job is not None:
            frame = _chosen(frame, job)
            status = catalog.job(str(frame["id"].iloc[0]))
            if cancel:
                _cancel(catalog, status)
                frame = _chosen(catalog.jobs().reset_index(names="id"), status.id)
    if cancel and not as_json:
        return
    if as_json and job is not None:
        record = next(iter(output.records(frame)))
        output.write_document([{**record, "report": status.report}])
    elif as_json:
        output.write_frame(frame, Format.json)
    elif frame.empty:
        typer.echo("no scans yet: audiolab scan FOLDER", err=True)
    elif job is not None:
        for name, value in next(iter(output.records(frame))).items():
            typer.echo(f"{name:14} {'' if value is None else output.printable(str(value))}")
        _print_details(status)
    else:
        output.write_table(TABLE, (_row(record) for record in output.records(frame)))


def _cancel(catalog: "Catalog", status: "JobStatus") -> None:
    """Ask a scan to end, and say what that means."""
    if status.ended:
        typer.echo(f"{status.id} has ended already: {status.state}", err=True)
    elif catalog.cancel_job(status.id) == "running":
        typer.echo(f"{status.id} finishes the files in hand; a later scan goes on", err=True)
    else:
        typer.echo(f"{status.id} is cancelled", err=True)


def _print_details(status: "JobStatus") -> None:
    """How each stage went, and why files failed or were skipped, most frequent first."""
    report = status.report or {}
    for stage, counts in report.get("stages", {}).items():
        numbers = ", ".join(f"{count} {name}" for name, count in counts.items())
        typer.echo(f"{stage:14} {numbers}")
    for what in ("failure", "skip"):
        for reason, count in report.get(f"{what}_reasons", {}).items():
            typer.echo(f"{what:14} {count} × {output.printable(reason)}")


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
    eta = record["eta_seconds"]
    left = f"{eta / 60:.0f} min" if isinstance(eta, float) and record["state"] == "running" else ""
    return [
        started,
        str(record["state"]),
        *counts,
        left,
        str(record["root"]),
        str(record["id"])[-8:],
    ]
