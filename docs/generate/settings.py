"""The settings: name, meaning and default, from the class that reads them."""

import re

from audiolab.config import PREFIX, Settings
from generate.tables import table

ATTRIBUTE = re.compile(r"^    (\w+) : (.+)\n((?:        .+\n)+)", re.MULTILINE)


def markdown() -> str:
    """One row a setting."""
    described = {
        name: (kind, " ".join(text.split())) for name, kind, text in ATTRIBUTE.findall(_docstring())
    }
    rows = []
    for name, field in Settings.model_fields.items():
        kind, text = described[name]
        default = field.get_default()
        shown = f" Default: `{default}`." if isinstance(default, str) else ""
        rows.append((f"`{PREFIX}{name.upper()}`", f"{text.replace('``', '`')}{shown}", kind))
    return table(("Variable", "Meaning", "Type"), rows)


def _docstring() -> str:
    return f"{Settings.__doc__}\n"
