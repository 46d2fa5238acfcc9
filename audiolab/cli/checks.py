"""What `audiolab doctor` looks at below the page: Python, packages, disk, database, networks."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.config import Settings

PLATFORMS = {("Linux", "x86_64"), ("Darwin", "arm64")}
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
FREE_BYTES = 1_000_000_000
PACKAGE = "audiolab"
# Packages with machine code, which may be there and still not load on this machine.
COMPILED = (
    "numpy", "scipy", "numba", "pandas", "pyarrow", "soundfile", "av", "soxr", "onnxruntime",
    "psycopg2", "essentia",
)  # fmt: skip
LOAD_SECONDS = 120
_LOADER = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        print(name, " ".join(f"{type(error).__name__}: {error}".split()), sep="\\t", flush=True)
    else:
        print(name, "", sep="\\t", flush=True)
"""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
    ok : bool
    found : str
        What is there.
    advice : str
        What to do if it is not ok.
    """

    name: str
    ok: bool
    found: str
    advice: str = ""


def check_platform() -> Check:
    """Essentia decides where audiolab runs."""
    here = (platform.system(), platform.machine())
    advice = "essentia has wheels for Linux x86-64 and macOS arm64 only: use one of those"
    return Check("platform", here in PLATFORMS, " ".join(here), advice)


def check_python() -> Check:
    """The interpreter's version."""
    advice = "install Python 3.11, 3.12 or 3.13 and make a new environment with it"
    supported = OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON
    return Check("Python", supported, f"{platform.python_version()} in {sys.prefix}", advice)


def check_packages() -> Iterator[Check]:
    """Every package that audiolab needs is installed, and new enough; one line for each fault."""
    from packaging.requirements import Requirement

    try:
        needed = [Requirement(line) for line in requires(PACKAGE) or []]
    except PackageNotFoundError:
        yield Check("packages", False, f"{PACKAGE} is not installed", "pip install --editable .")
        return
    needed = [each for each in needed if each.marker is None or each.marker.evaluate()]
    faults = [fault for each in needed if (fault := _fault(each.name, str(each.specifier)))]
    yield from faults
    if not faults:
        yield Check(
            "packages", True, f"{PACKAGE} {version(PACKAGE)} and the {len(needed)} it needs"
        )


def _fault(name: str, wanted: str) -> Check | None:
    from packaging.specifiers import SpecifierSet

    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(name, False, "not installed", f"pip install '{name}{wanted}'")
    if SpecifierSet(wanted).contains(found, prereleases=True):
        return None
    return Check(name, False, f"{found}, and {wanted} is needed", f"pip install '{name}{wanted}'")


def check_compiled() -> Check:
    """Load what has machine code, in a process of its own: it may take it down."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _LOADER, *COMPILED],
            capture_output=True, text=True, timeout=LOAD_SECONDS,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        )  # fmt: skip
        said, end = done.stdout, f"it ended the process ({done.returncode})"
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode() if isinstance(error.stdout, bytes) else ""
        end = f"it did not load in {LOAD_SECONDS} s"
    told = dict(line.split("\t", 1) for line in said.splitlines() if "\t" in line)
    faults = [(name, told.get(name, end)) for name in COMPILED if told.get(name, end)]
    if not faults:
        return Check("compiled packages", True, f"all {len(COMPILED)} load")
    name, why = faults[0]
    advice = f"reinstall it: pip install --force-reinstall --no-deps {_distribution(name)}"
    return Check("compiled packages", False, f"{name}: {why}", advice)


def _distribution(module: str) -> str:
    return {"essentia": "essentia-tensorflow", "psycopg2": "psycopg2-binary"}.get(module, module)


def check_settings() -> Check:
    """A misspelt variable would be without effect, and nobody would notice."""
    from audiolab.config import unknown_variables

    unknown = unknown_variables()
    if not unknown:
        return Check("settings", True, "every AUDIOLAB_ variable is known")
    name, meant = next(iter(unknown.items()))
    advice = f"did you mean {meant}?" if meant else "take it out; .env.example lists all settings"
    return Check("settings", False, f"there is no setting {name}", advice)


def check_data_folder(settings: "Settings") -> Check:
    """It exists and can be written."""
    folder = settings.data_dir
    advice = "make it writable, or choose another with AUDIOLAB_DATA_DIR"
    return Check("data folder", os.access(folder, os.W_OK | os.X_OK), str(folder), advice)


def check_free_disk(settings: "Settings") -> Check:
    """Postgres stops when the disk is full."""
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    advice = "make room: a catalog needs about 10 kB per track, and Postgres its logs"
    return Check("free disk", free >= FREE_BYTES, f"{free / 1e9:.1f} GB", advice)


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def check_database(settings: "Settings") -> Check:
    """The catalog opens; its own message says what to do if not."""
    from audiolab.catalog import Catalog
    from audiolab.catalog.requirements import server_facts

    kind = "external" if settings.database_url else "embedded"
    try:
        with Catalog.open(settings=settings) as catalog:
            tracks = catalog.count()
            with catalog._database.read() as connection:
                facts = server_facts(connection)
    except AudiolabError as error:
        return Check("database", False, f"{kind}: not usable", " ".join(str(error).split()))
    found = f"{kind}, Postgres {facts.postgres}, pgvector {facts.pgvector}"
    return Check("database", True, f"{found}, schema {facts.schema}, {tracks} tracks")


def check_models(settings: "Settings") -> Check:
    """Networks are optional: without them there are no genres, and that is no fault."""
    from audiolab.analysis.networks import find_installed

    installed = find_installed(settings)
    stages = [networks.stage for networks in installed.stages]
    found = f"{settings.models_dir}: {', '.join(stages) or 'none'}"
    if installed.problems:
        return Check("networks", False, found, f"{installed.problems[0]}: audiolab models list")
    return Check("networks", True, f"{found} ({installed.advice})" if installed.advice else found)
