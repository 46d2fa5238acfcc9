"""Parts of the documentation that are written by the program itself, when the pages are built.

A page says where they go with a block:

    ```{generated} cli
    ```

Each part is a module with a function `markdown`.
"""

import re
from importlib import import_module
from typing import Any

from sphinx.application import Sphinx

PARTS = ("advice", "catalog", "cli", "fields", "http", "methods", "settings")
BLOCK = re.compile(r"^```\{generated\} *(\S*)\n```$", re.MULTILINE)


def fill_in(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the parts that a page asks for into its source."""
    source[0] = BLOCK.sub(lambda block: part(block[1], page), source[0])


def part(name: str, page: str) -> str:
    """The Markdown of a part.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in PARTS:
        raise ValueError(f"{page}: expected one of {', '.join(PARTS)}, got {name!r}")
    written: str = import_module(f"generate.{name}").markdown()
    return written


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
