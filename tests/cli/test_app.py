"""The command as a process: how it starts, what it says about itself."""

import subprocess
import sys

from audiolab import __version__

from .conftest import Cli

VERBS = (
    "scan",
    "ls",
    "show",
    "stats",
    "ledger",
    "jobs",
    "dashboard",
    "lab",
    "demo",
    "doctor",
    "db",
)
HEAVY = ["pandas", "numpy", "sqlalchemy", "pydantic", "distributed", "librosa", "plotly", "voila"]


def test_help_names_every_verb_and_the_exit_codes(bare: Cli) -> None:
    for arguments in (["--help"], ["-h"], []):
        result = bare(*arguments)
        assert (result.code, result.err) == (0, "")
        assert all(f" {verb} " in result.out for verb in VERBS)
        assert "130 interrupted" in " ".join(result.out.split())


def test_every_verb_has_help(bare: Cli) -> None:
    for verb in VERBS:
        result = bare(verb, "--help")
        assert (result.code, result.err) == (0, "")
        assert f"audiolab {verb}" in result.out


def test_the_options_are_spelt_as_agreed(bare: Cli) -> None:
    agreed = {
        "scan": "--workers --scheduler --no-recursive --stages --force --retry-failed --dry-run "
        "--json",
        "ls": "--sort --limit --format",
        "jobs": "--json",
        "ledger": "--failed --format",
        "dashboard": "--port --no-browser --theme",
        "demo": "--port --no-browser --remove",
    }
    for verb, options in agreed.items():
        text = bare(verb, "--help").out
        for option in options.split():
            assert option in text, (verb, option)


def test_the_version(bare: Cli) -> None:
    assert bare("--version").out == f"audiolab {__version__}\n"


def test_starting_loads_nothing_heavy() -> None:
    script = (
        "import sys; from audiolab.cli.app import app; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audiolab", "scan", "/no/such/folder"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("audiolab: expected a folder to scan")
