"""What a scan can listen for, and what is missing for the rest."""

from pathlib import Path

from audiolab.analysis import Installed, find_installed
from audiolab.config import Settings
from audiolab.widgets.scan_stages import stages

STAND_INS = Path(__file__).parent.parent / "fixtures" / "models"


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
