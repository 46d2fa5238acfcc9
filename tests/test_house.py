"""The house files agree with each other and hold nothing that belongs to one machine."""

import csv
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+]+)")

# Spelled in halves, so that this file passes its own test.
NOT_IN_FILES = {
    "a path of one machine": re.compile(r"/(?:ro" + r"ot|work|ho" + r"me|Use" + r"rs)/[\w.-]+"),
    "a package registry": re.compile(
        r"(?:index-" + r"url|find-" + r"links|pypi\.[a-z]+/" + r"simple)"
    ),
}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".yml",
    ".yaml",
    ".ipynb",
    ".js",
    ".css",
    ".csv",
    ".j2",
    ".ini",
    "",
}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    found = [PIN.fullmatch(line) for line in lines if not line.startswith("#")]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def requirements() -> list[Requirement]:
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [Requirement(line) for lines in lists for line in lines]


def tracked_files() -> list[Path]:
    """Files of the repository; without one (an unpacked archive), the files that are there."""
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = run.stdout.decode().split("\0") if run.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    odd = [line for line in lines if not (line.startswith("#") or PIN.fullmatch(line))]
    assert odd == []
    assert len(pins()) > 100


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_every_dependency_is_pinned_to_a_version_it_allows(requirement: Requirement) -> None:
    version = pins()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


def test_no_file_names_a_machine_or_a_registry() -> None:
    files = [path for path in tracked_files() if path.suffix in TEXT and path.name != "LICENSE"]
    assert len(files) > 50
    found = [
        (path.relative_to(ROOT).as_posix(), what, match[0])
        for path in files
        for what, pattern in NOT_IN_FILES.items()
        for match in pattern.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_weights_are_tracked() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked_files()]
    stand_ins = "tests/fixtures/"  # random weights, made for the tests
    weights = [name for name in names if name.endswith((".pb", ".onnx"))]
    assert [name for name in weights if not name.startswith(stand_ins)] == []
    assert [name for name in names if name.startswith("models/") and name.endswith(".json")] == []


def test_the_licence_is_the_whole_agpl() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "13. Remote Network Interaction" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["license"] == "AGPL-3.0-or-later"


def shown_commands() -> list[str]:
    """Indented lines of README and documentation that start with a command of ours, each once."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    lines = [line for page in pages for line in page.read_text("utf-8").splitlines()]
    found = [
        match[1] for line in lines if (match := re.match(r" +((?:make|audiolab) [a-z]+.*)", line))
    ]
    return list(dict.fromkeys(found))


def test_the_make_targets_that_are_shown_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {line.split()[1] for line in shown_commands() if line.startswith("make ")}
    assert {"demo", "test"} <= targets
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, re.M)] == []


def command_options() -> dict[str, set[str]]:
    """What can follow ``audiolab``, ``ls`` or ``db stop``, and the options that it knows."""
    import typer.main

    from audiolab.cli.app import app

    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():
        found[name] = _options(command)
        for sub, below in getattr(command, "commands", {}).items():
            found[f"{name} {sub}"] = _options(below)
    return found


def _options(command: Any) -> set[str]:
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    return known | {"--help"}


def command_paths() -> set[str]:
    return set(command_options())


@pytest.mark.parametrize(
    "line", [line for line in shown_commands() if line.startswith("audiolab ")]
)
def test_the_commands_that_are_shown_exist(line: str) -> None:
    words = re.sub(r"\s+#.*", "", line).split()[1:]
    known = command_options()
    assert words[0] in known
    grouped = words[0] in {path.split()[0] for path in known if " " in path}
    command = " ".join(words[: 2 if grouped else 1])
    assert set(re.findall(r"(?<=\s)--[a-z-]+", line)) <= known[command]


def test_the_links_of_the_readme_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)]+)\)", text)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_environment_and_ci_lead_to_the_same_installation() -> None:
    environment = (ROOT / "environment.yml").read_text("utf-8")
    assert "--editable .[dev]" in environment
    assert "--constraint constraints.txt" in environment
    ci = ROOT / ".ci" / "run"
    assert ci.stat().st_mode & 0o111
    assert ci.read_text("utf-8").rstrip().endswith("make test\nexec make test-long")


def test_the_table_of_truth_matches_the_demo_library() -> None:
    from audiolab.analysis import AUDIO_EXTENSIONS

    with (ROOT / "data" / "truth.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["file"] for row in csv.DictReader(file)}
    data = ROOT / "data"
    there = {
        path.relative_to(data).as_posix()
        for path in data.rglob("*")
        if path.suffix in AUDIO_EXTENSIONS
    }
    assert listed == there
    assert sum((data / name).stat().st_size for name in there) < 8_000_000
    assert {Path(name).suffix for name in there} >= {
        ".mp3",
        ".flac",
        ".ogg",
        ".m4a",
        ".opus",
        ".wav",
    }
