"""Data on stdout: as a table that fits the terminal, or as CSV, JSON or Parquet."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
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


def plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    """Named values as JSON can carry them."""
    from audiolab.catalog.tables import plain

    return {str(name): plain(value) for name, value in values.items()}


def records(frame: "pd.DataFrame") -> Iterable[dict[str, Any]]:
    """The rows of a frame as plain dictionaries."""
    from audiolab.catalog.tables import records

    return records(frame)


def write_document(document: Any) -> None:
    """One JSON document."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def write_frame(frame: "pd.DataFrame", format: Format) -> None:
    """All rows and columns of a frame, in a format for programs.

    Raises
    ------
    AudiolabError
        If it is Parquet and stdout is a terminal.
    """
    from audiolab.catalog.tables import WRITERS

    if format is Format.parquet and sys.stdout.isatty():
        raise AudiolabError("parquet is not for reading: send it to a file, > tracks.parquet")
    sys.stdout.flush()
    WRITERS[format.value](frame, sys.stdout.buffer)
    sys.stdout.buffer.flush()


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
