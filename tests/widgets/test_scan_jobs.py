"""How scans are named and counted for a page."""

from pathlib import Path

import pytest

from audiolab.analysis import Installed, find_installed
from audiolab.config import Settings
from audiolab.widgets.scan_jobs import reasons, without_paths
from audiolab.widgets.scan_stages import stages

STAND_INS = Path(__file__).parent.parent / "fixtures" / "models"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/srv/music is being scanned", "Music is being scanned"),
        ("/srv/music/deep/a.mp3: gone", "Music/deep/a.mp3: gone"),
        ("expected a folder, but /srv/other/x is a file", "expected a folder, but x is a file"),
        ("'/var/lib/audiolab/logs' and (/tmp/a,/tmp/b)", "'logs' and (a,b)"),
        ("/ cannot be read", "/ cannot be read"),
        ("2/3 of a/b", "2/3 of a/b"),
        ("postgresql://me@host:5432/name", "postgresql://me@host:5432/name"),
        ("postgresql://me@/name?host=%2Fsrv%2Fdb&port=1 is away", "postgresql://me@/name is away"),
        ("no path at all", "no path at all"),
    ],
)  # fmt: skip
def test_absolute_paths_are_left_out(text: str, clean: str) -> None:
    assert without_paths(text, "/srv/music", "Music") == clean


def test_reasons_come_with_a_few_files_each() -> None:
    failures = [{"path": f"{n}.mp3", "stage": "tags", "reason": "bad"} for n in range(9)]
    report = {"failures": failures, "failure_reasons": {"rare": 1, "bad": 9}}
    first, second = reasons(report, "failure")
    assert (first["reason"], first["count"], first["examples"]) == (
        "bad", 9, ["0.mp3", "1.mp3", "2.mp3", "3.mp3", "4.mp3"],
    )  # fmt: skip
    assert (second["reason"], second["count"], second["examples"]) == ("rare", 1, [])
    assert reasons({}, "skip") == []


def test_missing_networks_come_with_the_command_that_helps() -> None:
    found = {stage["name"]: stage for stage in stages(Installed())}
    assert [name for name, stage in found.items() if stage["chosen"]] == ["tags", "signal"]
    assert found["networks"]["command"] == "audiolab models download"
    assert "without networks" in found["networks"]["reason"]
    assert found["affect"]["command"] == "audiolab models download affect"
    assert "clap" not in found, "no command brings it"


def test_networks_that_are_there_are_chosen() -> None:
    settings = Settings(models_dir=STAND_INS, allow_unverified_models=True)
    found = {stage["name"]: stage for stage in stages(find_installed(settings))}
    assert found["networks"] == {"name": "networks", "available": True, "chosen": True}
