"""What the kernel says to whoever looks at a page: a key of ``static/texts.js`` and its values.

The page writes the text, in its own language: the kernel knows of no plural forms and no commas.
"""

from datetime import datetime
from typing import Any

# What a page can write: a key with its values; or text as it is, a name or an error's message.
Text = dict[str, Any] | str


def number(value: float, digits: int = 0) -> dict[str, Any]:
    """A number that the page writes with so many digits after the point."""
    return {"number": value, "digits": digits}


def moment(time: datetime) -> dict[str, Any]:
    """A date with its time, in the time zone of whoever looks."""
    return {"time": time.isoformat()}


def t(key: str, /, **values: Any) -> dict[str, Any]:
    """The text of a key, its placeholders filled with `values`.

    Parameters
    ----------
    key : str
        ``"playlists.added"``: the section of ``texts.js`` and the name in it.
    **values : str, int, list or what these functions return
        By the names of the placeholders; ``count`` decides about the plural form. Lists are
        written with commas.
    """
    return {"key": key, "values": values}
