"""`audiolab models`: the networks that hear genres, moods, instruments and voices."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audiolab.cli import output
from audiolab.cli.errors import SOME_FAILED
from audiolab.cli.session import load
from audiolab.errors import AudiolabError, ModelError

if TYPE_CHECKING:
    from audiolab.analysis.networks.fetch import Progress
    from audiolab.analysis.networks.published import PublishedFile
    from audiolab.config import Settings

ACCEPTED = ".licence-accepted"

app = typer.Typer(help="The networks for genres, moods, instruments and voices.")


@app.command("list")
def list_files(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which networks there are, and which files of them are installed."""
    from audiolab.analysis.networks import find_installed, manifest
    from audiolab.analysis.networks.published import published_files

    settings = load(context)
    rows = [_row(file, settings) for file in published_files(settings.network_backend)]
    if as_json:
        output.write_document(rows)
        return
    headers = [("network", "id"), ("file", "id"), ("role", "id"), ("MB", "number"), ("state", "id")]
    output.write_table(headers, [_cells(row) for row in rows], droppable=("role", "MB"))
    licence = manifest().licence
    typer.echo(f"\n{licence.attribution}, {licence.name} ({licence.url})", err=True)
    typer.echo(f"folder: {settings.models_dir}", err=True)
    if advice := find_installed(settings).advice:
        typer.echo(advice, err=True)


def _row(file: "PublishedFile", settings: "Settings") -> dict[str, Any]:
    from audiolab.analysis.networks import manifest

    return {
        "network": file.network,
        "stage": file.stage,
        "role": file.role,
        "file": file.file,
        "url": file.url,
        "sha256": file.sha256 or None,
        "size_bytes": file.size,
        "licence": None if file.elsewhere else manifest().licence.name,
        "downloadable": file.downloadable,
        "default": file.default,
        "state": _state(file, settings),
    }


def _cells(row: dict[str, Any]) -> list[str]:
    size = f"{row['size_bytes'] / 1e6:.1f}" if row["size_bytes"] else ""
    return [row["network"], row["file"], row["role"], size, row["state"]]


def _state(file: "PublishedFile", settings: "Settings") -> str:
    """What a person is told: installed, missing, optional (and not there), or what is wrong."""
    from audiolab.analysis.networks.classes import read_classes
    from audiolab.analysis.networks.find import file_sha256

    path = settings.models_dir / file.file
    if not path.exists():
        return "missing" if file.default else "optional"
    try:
        if file.classes is not None:
            read_classes(path, file.classes)
            return "installed"
        digest = file_sha256(path)
    except ModelError as error:
        return error.reason
    except OSError as error:
        return (error.strerror or "unreadable").lower()
    if digest == file.sha256:
        return "installed"
    return f"unverified, {'used' if settings.allow_unverified_models else 'not used'}"


@app.command()
def download(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME...",
            help="Networks, files, or 'affect' (arousal and valence); by default 'networks'.",
            show_default=False,
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="DIR|URL", help="A mirror instead of the official site."),
    ] = None,
    accept_license: Annotated[
        bool, typer.Option("--accept-license", help="Accept the licence without being asked.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are not the published ones.")
    ] = False,
) -> None:
    """Download networks; the next scan then fills in what they hear.

    Each file is checked against its published hash before it is put in place. A download that
    breaks off goes on where it was.
    """
    import requests

    from audiolab.analysis.networks.download import Mirror
    from audiolab.analysis.networks.download import download as get
    from audiolab.analysis.networks.fetch import Fetcher
    from audiolab.analysis.networks.published import select

    settings = load(context)
    files, mirror = select(names or (), settings.network_backend), Mirror.of(source)
    _accept_licence(settings.models_dir, accept_license)
    with requests.Session() as session, _progress() as progress:
        fetcher = Fetcher(session, progress)
        done = [get(file, settings.models_dir, mirror, fetcher, replace=force) for file in files]
    typer.echo(
        f"{done.count('downloaded')} downloaded, {done.count('already there')} already there, "
        f"in {settings.models_dir}: {_what_next(settings, {file.stage for file in files})}"
    )


def _what_next(settings: "Settings", stages: set[str]) -> str:
    """What makes use of files of these stages."""
    from audiolab.analysis.networks import find_installed
    from audiolab.analysis.track import stage_versions

    runnable = stage_versions(find_installed(settings))
    lacking = sorted(stages - runnable.keys())
    if lacking:
        return f"the rest of {lacking[0]!r} is missing (audiolab models download {lacking[0]})"
    if "affect" in stages:
        return f"audiolab scan --stages {','.join(runnable)} uses them"
    return "the next audiolab scan uses them"


def _accept_licence(folder: Path, accepted: bool) -> None:
    """Show the licence, and ask unless it was accepted before.

    Raises
    ------
    AudiolabError
        If it is not accepted, or nobody is there to ask.
    """
    from audiolab.analysis.networks import manifest

    licence = manifest().licence
    terms = f"{licence.name} {licence.url}"
    note = folder / ACCEPTED
    if note.is_file() and note.read_text(encoding="utf-8").strip() == terms:
        return
    typer.echo(
        f"The networks are by the {licence.attribution},\n"
        f"licence {licence.name}: name the authors, no commercial use, share alike.\n{licence.url}",
        err=True,
    )
    if not accepted:
        if not sys.stdin.isatty():
            raise AudiolabError(
                f"the licence {licence.name} is not accepted yet: add --accept-license"
            )
        if not typer.confirm("Do you accept it?", err=True):
            raise AudiolabError("nothing downloaded, as the licence was not accepted")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text(terms + "\n", encoding="utf-8")
    except OSError as error:
        raise AudiolabError(
            f"{folder} cannot be written ({(error.strerror or '').lower()}): "
            "choose another AUDIOLAB_MODELS_DIR"
        ) from error


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar for each file on stderr, within 80 columns."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(8), DownloadColumn())
    bars = Progress(*columns, TransferSpeedColumn(), console=Console(stderr=True))
    tasks: dict[str, Any] = {}

    def show(file: str, done: int, total: int | None) -> None:
        if not tasks:
            bars.start()  # not before: it writes a line even if there is nothing to show
        if file not in tasks:
            tasks[file] = bars.add_task(file, total=total)
        bars.update(tasks[file], completed=done)

    try:
        yield show
    finally:
        if tasks:
            bars.stop()


@app.command()
def verify(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the files that are installed and try the networks; exit code 1 if some are unusable."""
    from audiolab.analysis.networks import find_installed
    from audiolab.analysis.networks.listener import why_not
    from audiolab.analysis.networks.published import published_files

    settings = load(context)
    present = [_row(file, settings) for file in published_files(settings.network_backend)]
    present = [row for row in present if row["state"] not in ("missing", "optional")]
    installed = find_installed(settings)
    tried = {networks.stage: why_not(networks) for networks in installed.stages}
    problems = [*installed.problems, *(reason for reason in tried.values() if reason)]
    if installed.advice and not problems:
        problems.append(installed.advice)
    usable = [stage for stage, reason in tried.items() if not reason]
    if as_json:
        output.write_document({"files": present, "stages": usable, "problems": problems})
    else:
        for row in present:
            typer.echo(f"{row['file']:45} {row['state']}")
        typer.echo(f"stages that can run: {', '.join(usable) or 'none'}")
        for problem in problems:
            typer.echo(f"problem: {problem}", err=True)
    if problems:
        raise typer.Exit(SOME_FAILED)
