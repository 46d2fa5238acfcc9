"""Data on stdout: as a table that fits the terminal, or as CSV, JSON or Parquet."""

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    import pandas as pd


GAP = 2
NARROWEST_TEXT = 16


class Format(StrEnum):
    """How a list of tracks is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class TextFormat(StrEnum):
    """How a list is written where Parquet makes no sense."""

    table = "table"
    csv = "csv"
    json = "json"


class DocumentFormat(StrEnum):
    """How one thing is written."""

    table = "table"
    json = "json"


def plain(value: Any) -> Any:
    """A cell as JSON can carry it: NA, NaN and infinities become None."""
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    return str(value)


def records(frame: "pd.DataFrame") -> Iterable[dict[str, Any]]:
    """The rows as plain dictionaries."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in frame.columns]
    for row in zip(*columns, strict=True):
        yield {name: plain(value) for name, value in zip(names, row, strict=True)}


def write_document(document: Any) -> None:
    """One JSON document."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def write_json(frame: "pd.DataFrame") -> None:
    """A JSON list of objects, one on a line, written as it goes."""
    separator = "["
    for record in records(frame):
        sys.stdout.write(f"{separator}\n")
        sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False))
        separator = ","
    sys.stdout.write("[]\n" if separator == "[" else "\n]\n")


def write_csv(frame: "pd.DataFrame") -> None:
    """CSV with a header; lists and objects as JSON, unknown as nothing."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(frame.columns)
    for record in records(frame):
        writer.writerow(_csv_cell(value) for value in record.values())


def _csv_cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def write_parquet(frame: "pd.DataFrame") -> None:
    """Parquet bytes; objects as JSON text, as their keys differ from row to row.

    Raises
    ------
    AudiolabError
        If stdout is a terminal.
    """
    if sys.stdout.isatty():
        raise AudiolabError("parquet is not for reading: send it to a file, > tracks.parquet")
    from audiolab.catalog.fields import BY_NAME

    frame = frame.copy()
    for name in frame.columns:
        if name in BY_NAME and BY_NAME[name].kind == "json":
            frame[name] = [_json_text(value) for value in frame[name]]
    sys.stdout.buffer.write(frame.to_parquet(index=False))


def _json_text(value: Any) -> str | None:
    value = plain(value)
    return None if value is None else json.dumps(value, ensure_ascii=False)


def write_table(
    headers: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    droppable: Sequence[str] = (),
) -> None:
    """A table that fits the terminal; into a pipe nothing is shortened.

    Parameters
    ----------
    headers : sequence of (title, kind)
        kind is "text" (may be shortened), "number" (right-aligned) or "id" (kept whole).
    rows : iterable of sequences of str
    droppable : sequence of str
        Titles of columns to leave out where the terminal is narrow, the first first.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    cells = [[Text(printable(cell), no_wrap=True) for cell in row] for row in rows]
    titles = [title for title, _ in headers]
    natural = [
        max([len(title), *(row[place].cell_len for row in cells)])
        for place, title in enumerate(titles)
    ]
    text = [place for place, (_, kind) in enumerate(headers) if kind == "text"]
    room = console.width if console.is_terminal else sum(natural) + GAP * len(natural)
    widths = fit(natural, text, [titles.index(title) for title in droppable], room)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for place, width in widths.items():
        justify = "right" if headers[place][1] == "number" else "left"
        table.add_column(titles[place], justify=justify, width=width, no_wrap=True)  # type: ignore[arg-type]
    for row in cells:
        table.add_row(*(row[place] for place in widths))
    console.width = max(room, sum(widths.values()) + GAP * len(widths))
    console.print(table)


def fit(
    natural: Sequence[int], text: Sequence[int], droppable: Sequence[int], room: int
) -> dict[int, int]:
    """Widths of the columns to show, by place.

    Parameters
    ----------
    natural : sequence of int
        What each column would like to have.
    text : sequence of int
        Places of the columns that may be narrower.
    droppable : sequence of int
        Places of columns to leave out if need be, the first first.
    room : int
        Characters of the terminal.
    """
    places = list(range(len(natural)))
    left_out = list(droppable)
    while _least(natural, text, places) > room and left_out:
        places.remove(left_out.pop(0))
    widths = {place: natural[place] for place in places}
    flexible = sorted((place for place in places if place in text), key=natural.__getitem__)
    remaining = room - GAP * len(places) - sum(natural[p] for p in places if p not in text)
    for count, place in enumerate(flexible):
        fair = max(1, remaining // (len(flexible) - count))
        widths[place] = min(natural[place], fair)
        remaining -= widths[place]
    return widths


def _least(natural: Sequence[int], text: Sequence[int], places: Sequence[int]) -> int:
    """Room in which the columns can still be read."""
    return sum(
        GAP + (min(natural[place], NARROWEST_TEXT) if place in text else natural[place])
        for place in places
    )


def printable(text: str) -> str:
    """Text that cannot move the cursor or ring the bell: names come from strangers' files."""
    return "".join(char if char.isprintable() else "�" for char in text)
