"""What one field can be asked for: the value part of `field:value`, parsed and written back.

Every kind of field reads a small notation: `120..128`, `>0.5`, `~125` (numbers), `8A`, `~8A`
(keys), `-1w..`, `2024-05` (dates), `3:30` (durations), `=exact`, `:regex` (texts), names.
A parsed value is a `Term`; `write` gives back the notation it came from.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from audiolab import keys
from audiolab.catalog.fields import Target
from audiolab.catalog.guesses import guess, guess_key
from audiolab.catalog.regions import Region
from audiolab.errors import QueryError

Op = Literal[
    "any", "contains", "equals", "regex", "range", "about", "near", "is", "known", "text", "spelled"
]
Bound = float | str | None

_UNITS = {"h": "hours", "d": "days", "w": "weeks", "m": "months", "y": "years"}
_RELATIVE = re.compile(r"([+-]?\d{1,6})([hdwmy])")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?)?)?")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2}(?:\.\d+)?)")
_TRUE, _FALSE = ("yes", "true", "1", "on"), ("no", "false", "0", "off")


@dataclass(frozen=True)
class Range:
    """From `low` to `high`; None is open-ended. Bounds belong to it unless said otherwise."""

    low: Bound = None
    high: Bound = None
    above: bool = False  # low itself does not belong
    below: bool = False  # high itself does not belong


@dataclass(frozen=True)
class Term:
    """One condition on one target.

    Attributes
    ----------
    target : str
        A name of `fields.TARGETS`, or "text" for the search over all texts.
    op : str
        How to compare.
    value : tuple of str, Range, float, str or bool
        What with: alternatives for "any", "contains" and "equals"; for "spelled", which no query
        is written as, alternatives for each word of a search.
    """

    target: str
    op: Op
    value: Any


def parse(target: Target, text: str) -> Term:
    """Read the notation of one field.

    Raises
    ------
    QueryError
        If the text is not in the notation; with what was probably meant.
    """
    try:
        return _parse(target, text)
    except QueryError as error:
        meant = error.suggestion or guess(target.kind, text)
        raise QueryError(str(error), suggestion=meant) from None


def _parse(target: Target, text: str) -> Term:
    kind = target.kind
    if kind == "text":
        return _parse_text(target, text)
    if kind == "bool":
        return Term(target.name, "is", _boolean(target, text))
    if kind in ("number", "integer"):
        return _parse_number(target, text)
    if kind == "time":
        return Term(target.name, "range", _time_range(target, text))
    if kind in ("json", "vector"):
        raise QueryError(f"{target.name} cannot be searched; has:{target.name} asks if it is known")
    return _parse_names(target, text)


def literal(target: Target, values: tuple[str, ...]) -> Term:
    """A condition on given names or texts, none of whose characters has a meaning of its own."""
    if not values:
        raise QueryError(f"{target.name}: expected at least one value, got none")
    for value in values:
        _no_nul(value)
    if target.kind == "text":
        return Term(target.name, "contains", values)
    if target.name == "key":
        return Term("key", "any", tuple(keys.name(*_key(value)) for value in values))
    if target.name == "region":
        return Term("region", "any", tuple(str(Region.parse(value)) for value in values))
    if target.kind in ("category", "list"):
        return Term(target.name, "any", values)
    raise QueryError(f"{target.name}: expected {expected(target)}, got {list(values)!r}")


def number_range(target: Target, low: float | None, high: float | None) -> Term:
    """A closed range of numbers, either end open when None."""
    for bound in (low, high):
        if bound is not None and not math.isfinite(bound):
            raise QueryError(f"{target.name}: expected finite numbers, got {bound}")
    if low is not None and high is not None and low > high:
        raise QueryError(
            f"{target.name}: the range {plain(low)}..{plain(high)} is empty: "
            "put the smaller number first",
            suggestion=f"{plain(high)}..{plain(low)}",
        )
    return Term(target.name, "range", Range(low, high))


def expected(target: Target) -> str:
    """The notation of a field in a few words, for error messages."""
    return {
        "text": "a text", "category": "a name", "list": "a name", "bool": "yes or no",
        "number": "a number, 120..128, >120 or ~120", "integer": "a number or a range 1990..1999",
        "time": "a date like 2024-05-01, a range, or -1w.. for the last week",
    }.get(target.kind, "nothing")  # fmt: skip


def plain(number: float) -> str:
    """A number without needless digits: 120, 0.5."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(number)


def _no_nul(text: str) -> None:
    if "\x00" in text:
        raise QueryError("a query cannot hold NUL characters: remove them")


def _parse_text(target: Target, text: str) -> Term:
    _no_nul(text)
    if text.startswith(":"):
        try:
            re.compile(text[1:])
        except re.error as error:
            raise QueryError(f"{target.name}: not a regular expression: {error}") from None
        return Term(target.name, "regex", text[1:])
    if text.startswith("="):
        return Term(target.name, "equals", (text[1:],))
    return Term(target.name, "contains", (text,))


def _parse_names(target: Target, text: str) -> Term:
    _no_nul(text)
    if target.name == "key":
        if text.startswith("~"):
            return _near_key(text[1:])
        return Term("key", "any", (keys.name(*_key(text)),))
    if target.name == "region":
        text = str(Region.parse(text))
    return Term(target.name, "any", (text,))


def _key(text: str) -> keys.Key:
    try:
        return keys.parse(text)
    except ValueError as error:
        raise QueryError(str(error), suggestion=guess_key(text)) from None


def _near_key(text: str) -> Term:
    try:
        return Term("key", "near", keys.camelot(*_key(text)))
    except QueryError as error:
        meant = error.suggestion and f"~{error.suggestion}"
        raise QueryError(str(error), suggestion=meant) from None


def _unreadable(target: Target, text: str) -> QueryError:
    return QueryError(f"{target.name}: expected {expected(target)}, got {text!r}")


def _boolean(target: Target, text: str) -> bool:
    lowered = text.lower()
    if lowered not in _TRUE + _FALSE:
        raise _unreadable(target, text)
    return lowered in _TRUE


def _number(target: Target, text: str) -> float:
    if target.name.endswith("_seconds") and (clock := _CLOCK.fullmatch(text)):
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise _unreadable(target, text)
    return number


def _parse_number(target: Target, text: str) -> Term:
    for sign, name in ((">=", ""), ("<=", ""), (">", "above"), ("<", "below")):
        if text.startswith(sign):
            number = _number(target, text[len(sign) :])
            bounds = {"low" if sign[0] == ">" else "high": number, **({name: True} if name else {})}
            return Term(target.name, "range", Range(**bounds))  # type: ignore[arg-type]
    if text.startswith("~"):
        return Term(target.name, "near", _number(target, text[1:]))
    low, dots, high = text.partition("..")
    if dots and not high.startswith("."):
        return number_range(
            target,
            _number(target, low) if low else None,
            _number(target, high) if high else None,
        )
    _number(target, text)
    return Term(target.name, "about", text)


def about(target: Target, text: str) -> Range:
    """The numbers that show as `text` when rounded to its digits: 120 is [119.5, 120.5)."""
    number = _number(target, text)
    if target.kind == "integer" or ":" in text or "e" in text.lower():
        return Range(number, number)
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return Range(number - half, number + half, below=True)


def _time_range(target: Target, text: str) -> Range:
    low, dots, high = text.partition("..")
    if not dots:
        high = low
    for bound in (low, high):
        if bound:
            moment(target, bound)
    if not low and not high:
        raise _unreadable(target, text)
    return Range(low or None, high or None)


def moment(target: Target, text: str, *, end: bool = False) -> datetime:
    """A date or a distance from now as a moment; `end` is the last one a date stands for."""
    try:
        if match := _RELATIVE.fullmatch(text):
            return datetime.now(UTC) + _distance(int(match[1]), match[2])
        if _DATE.fullmatch(text):
            return _calendar(text, end=end)
    except (ValueError, OverflowError):
        pass
    raise _unreadable(target, text)


def _distance(count: int, unit: str) -> timedelta:
    days = {"m": 30.4375, "y": 365.25}.get(unit)
    return timedelta(days=count * days) if days else timedelta(**{_UNITS[unit]: count})


def _calendar(text: str, *, end: bool) -> datetime:
    date, _, _ = text.partition("T") if "T" in text else text.partition(" ")
    start = datetime.fromisoformat((text + "-01-01"[len(date) - 4 :])[:10] + text[10:])
    local = start.astimezone()  # a date means the person's own day
    if not end:
        return local
    if len(text) > 10:
        return local + timedelta(seconds=60 if len(text) == 16 else 1, microseconds=-1)
    if len(date) == 10:
        following = start + timedelta(days=1)
    elif len(date) == 7:
        following = (start + timedelta(days=32)).replace(day=1)
    else:
        following = start.replace(year=start.year + 1)
    return following.astimezone() - timedelta(microseconds=1)


def write(term: Term) -> str:
    """The notation of a term's value, such that `parse` gives the term again.

    Only for terms with one alternative and operators: "any" and "contains" values are written by
    the caller, who knows how to quote them.
    """
    value = term.value
    if term.op == "range":
        return _write_range(value)
    if term.op == "near":
        return f"~{value if isinstance(value, str) else plain(value)}"
    if term.op == "is":
        return "yes" if value else "no"
    if term.op == "regex":
        return f":{value}"
    if term.op == "equals":
        return f"={value[0]}"
    return str(value)


def _write_range(span: Range) -> str:
    low, high = (
        "" if bound is None else bound if isinstance(bound, str) else plain(bound)
        for bound in (span.low, span.high)
    )
    if span.above:
        return f">{low}"
    if span.below:
        return f"<{high}"
    return f"{low}..{high}"
