"""Where the files that come with audiolab are: notebooks, dashboards and the demo library.

In a checkout they are folders beside the package; in a wheel they are inside it.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent


def in_checkout() -> bool:
    """Whether this package is used from its source tree."""
    return (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "dashboards").is_dir()


def folder(name: str) -> Path:
    """The folder `name` ("dashboards", "notebooks" or "data").

    Raises
    ------
    FileNotFoundError
        If the installation is incomplete.
    """
    for base in (CHECKOUT, PACKAGE / "share") if in_checkout() else (PACKAGE / "share",):
        if (base / name).is_dir():
            return base / name
    raise FileNotFoundError(
        f"the folder {name!r} that comes with audiolab is missing: "
        "reinstall audiolab (pip install --force-reinstall audiolab)"
    )
