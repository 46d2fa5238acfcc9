"""What a scan can listen for, and what is missing for the rest."""

from typing import Any

from audiolab.analysis import EVERY_STAGE, Installed, default_stages, stage_versions
from audiolab.analysis.networks.published import published_files
from audiolab.widgets.texts import Text, t


def stages(installed: Installed) -> list[dict[str, Any]]:
    """One dict per stage, in the order in which they run.

    Parameters
    ----------
    installed : Installed
        The networks that are there.

    Returns
    -------
    list of dict
        `name`; whether it is `available` and `chosen` unless somebody says otherwise; and, where
        it is not available, the line that says why (`reason`) and the `command` that helps. A
        stage whose networks no command brings is there once it is available.
    """
    usual, available = default_stages(installed), stage_versions(installed)
    to_be_had = {file.stage for file in published_files() if file.downloadable}
    return [
        {
            "name": name,
            "available": name in available,
            "chosen": name in usual,
            **({} if name in available else _advice(name, installed)),
        }
        for name in EVERY_STAGE
        if name in available or name in to_be_had
    ]


def _advice(name: str, installed: Installed) -> dict[str, Text]:
    """What a scan in a terminal says too."""
    if name != "networks":
        command = f"audiolab models download {name}"
        return {"reason": t("scan.networks_missing"), "command": command}
    reason, _, command = installed.advice.rpartition(": ")
    return {"reason": reason[:1].upper() + reason[1:], "command": command}
