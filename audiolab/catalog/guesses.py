"""What a value that cannot be read probably meant: suggestions for mistakes in a query.

Each takes what was typed for one kind of field and gives the notation, or None. A guess is only
ever offered, never taken.
"""

import difflib
import re

from audiolab import keys
from audiolab.catalog.fields import Kind

_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"\s*[A-Za-z/]*"
_SPAN = re.compile(rf"({_NUMBER}){_UNIT}(?:-|–|—|\.{{2,4}}|…|,|to)\s*({_NUMBER}){_UNIT}")
_WITH_UNIT = re.compile(rf"([<>~]?=?{_NUMBER}){_UNIT}")
_MINUTES = re.compile(r"([<>~]?=?)(\d+)\s*min", re.IGNORECASE)
_PERCENT = re.compile(rf"([<>~]?=?)({_NUMBER})\s*%")
_DECADE = re.compile(r"(19|20)?(\d)0s", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SPANS_OF_TIME = {"today": "-1d..", "yesterday": "-2d..", "day": "-1d..", "week": "-1w..",
                  "month": "-1m..", "year": "-1y..", "recent": "-1m..", "recently": "-1m..",
                  "new": "-1m.."}  # fmt: skip
_YES = ("y", "t", "yeah", "ja", "oui", "si", "with", "any")
_NO = ("n", "f", "none", "nein", "non", "without", "never")


def guess(kind: Kind, text: str) -> str | None:
    """What was probably meant by a value of a field of some kind."""
    text = text.strip()
    if kind in ("number", "integer"):
        return _number(text)
    if kind == "time":
        return _time(text)
    if kind == "bool":
        return "yes" if text.lower() in _YES else "no" if text.lower() in _NO else None
    return None


def guess_key(text: str) -> str | None:
    """The key whose name is most like `text`, in Camelot's code, which needs no quotes."""
    every = [(pitch, mode) for mode in ("minor", "major") for pitch in range(12)]
    named = {name.lower(): key for key in every for name in keys.spellings(key)}
    close = difflib.get_close_matches(text.strip().lower(), named, n=1, cutoff=0.7)
    return keys.camelot(*named[close[0]]) if close else None


def _number(text: str) -> str | None:
    if match := _SPAN.fullmatch(text):
        low, high = sorted((match[1], match[2]), key=float)
        return f"{low}..{high}"
    if match := _DECADE.fullmatch(text):
        first = int((match[1] or ("20" if match[2] < "3" else "19")) + match[2] + "0")
        return f"{first}..{first + 9}"
    if match := _MINUTES.fullmatch(text):
        return f"{match[1]}{match[2]}:00"
    if match := _PERCENT.fullmatch(text):
        return f"{match[1]}{float(match[2]) / 100:g}"
    match = _WITH_UNIT.fullmatch(text)
    return match[1] if match else None


def _time(text: str) -> str | None:
    if match := _DAY.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := _DAY_FIRST.fullmatch(text):
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    return _SPANS_OF_TIME.get(text.lower().removeprefix("last").strip(" -_"))
