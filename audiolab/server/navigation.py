"""The pages of the dashboard, as the header of each lists them."""

from pathlib import Path

# Notebook, and what it is called.
PAGES = (("library", "Library"), ("stats", "Statistics"), ("scan", "Scan"))


def pages(dashboards: Path) -> list[dict[str, str]]:
    """`name` and `label` of every page whose notebook is in the folder."""
    return [
        {"name": name, "label": label}
        for name, label in PAGES
        if (dashboards / f"{name}.ipynb").is_file()
    ]
