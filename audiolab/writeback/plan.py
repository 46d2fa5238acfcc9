"""What would be written: the tags of each file beside what the catalog knows. Touches nothing."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from audiolab.catalog import Catalog
from audiolab.catalog.beat_grid import beat_grid
from audiolab.catalog.filters import Where
from audiolab.catalog.paths import is_url
from audiolab.catalog.tables import plain
from audiolab.catalog.tag_writes import TagFile
from audiolab.errors import TagWriteError
from audiolab.writeback.containers import Container, Native, open_tags
from audiolab.writeback.place import check_place
from audiolab.writeback.serato import beatgrid_data, described
from audiolab.writeback.slots import wanted
from audiolab.writeback.values import (
    DEFAULT_FIELDS,
    FIELDS,
    KeyNotation,
    Values,
    checked_fields,
    checked_notation,
)

AT_ONCE = 1_000  # tracks whose files are looked up together
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FieldChange:
    """One field of one file.

    Attributes
    ----------
    field : str
        One of `FIELDS`.
    slots : tuple of str
        The slots that change, as the format names them.
    old : str or None
        What the file says now.
    new : str
        What it would say.
    """

    field: str
    slots: tuple[str, ...]
    old: str | None
    new: str


@dataclass(frozen=True)
class Edit:
    """What is to be written into one file.

    Attributes
    ----------
    track_id : str
    path : Path
    fields : tuple of FieldChange
        For people.
    before, after : mapping
        What is in each slot that changes, and what is to be.
    """

    track_id: str
    path: Path
    fields: tuple[FieldChange, ...]
    before: Mapping[str, Native | None]
    after: Mapping[str, Native | None]


@dataclass(frozen=True)
class Refusal:
    """A file that nothing can be written into, and why."""

    track_id: str
    path: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What would be written.

    Attributes
    ----------
    edits : tuple of Edit
        The files that would change.
    right : int
        Files whose tags say it already, or of which nothing is known.
    refused : tuple of Refusal
    fields : tuple of str
    """

    edits: tuple[Edit, ...]
    right: int
    refused: tuple[Refusal, ...]
    fields: tuple[str, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a field of a file: ``id``, ``path``, ``field``, ``old``, ``new``, ``slots``."""
        rows = [
            (edit.track_id, str(edit.path), change.field, change.old, change.new,
             list(change.slots))
            for edit in self.edits
            for change in edit.fields
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["id", "path", "field", "old", "new", "slots"])


def make_plan(
    catalog: Catalog,
    where: Where = None,
    fields: str | Iterable[str] = DEFAULT_FIELDS,
    notation: str = "name",
    *,
    keep_existing: bool = False,
    progress: Progress = lambda done, total: None,
) -> Plan:
    """Compare the tags of files with what the catalog knows.

    Parameters
    ----------
    catalog : Catalog
    where : Filter, str, dict or None
        Whose files.
    fields : str or iterable of str
        Some of "bpm", "key", "genre", "mood", "replaygain", "beatgrid"; or in one text, with
        commas.
    notation : {"name", "camelot", "open"}
        How keys are written: "F#m", "11A", "4m".
    keep_existing : bool
        Leave a field alone that the file says anything of.
    progress : callable
        Told how many files are done, and how many there are.

    Raises
    ------
    AudiolabError
        For a field or a notation that there is not.
    QueryError
        For a filter that does not make sense.
    """
    names, keys = checked_fields(fields), checked_notation(notation)
    columns = list(dict.fromkeys(column for name in names for column in FIELDS[name]))
    rows = catalog.tracks(where, sort="path", columns=columns)
    draft = _Draft(catalog, names, keys, keep_existing)
    for done, (track_id, row, file) in enumerate(_with_files(catalog, rows), 1):
        draft.add(track_id, row, file)
        progress(done, len(rows))
    return Plan(tuple(draft.edits), draft.right, tuple(draft.refused), names)


def _with_files(
    catalog: Catalog, rows: pd.DataFrame
) -> Iterator[tuple[str, dict[str, Any], TagFile]]:
    for start in range(0, len(rows), AT_ONCE):
        part = rows.iloc[start : start + AT_ONCE]
        files = catalog.tag_files(part.index)
        for track_id, row in zip(part.index, part.to_dict("records"), strict=True):
            if track_id in files:  # else it was taken out meanwhile
                yield str(track_id), plain(row), files[track_id]


class _Draft:
    """A plan being made."""

    def __init__(
        self, catalog: Catalog, fields: Sequence[str], notation: KeyNotation, keep_existing: bool
    ) -> None:
        self._catalog, self._fields = catalog, fields
        self._notation, self._keep_existing = notation, keep_existing
        self.edits: list[Edit] = []
        self.refused: list[Refusal] = []
        self.right = 0

    def add(self, track_id: str, row: dict[str, Any], file: TagFile) -> None:
        """Take in one track."""
        try:
            edit = self._edit(track_id, row, file)
        except TagWriteError as error:
            self.refused.append(Refusal(track_id, error.path, error.reason))
            return
        if edit is None:
            self.right += 1
        else:
            self.edits.append(edit)

    def _edit(self, track_id: str, row: dict[str, Any], file: TagFile) -> Edit | None:
        if is_url(file.root.path):
            raise TagWriteError(file.path, "it is on a server: tags are written into files here")
        path = Path(file.path)
        check_place(path, file.known)
        tags = open_tags(path)
        values = Values(row, self._notation, self._beatgrid(track_id, row))
        changes: list[FieldChange] = []
        after: dict[str, Native | None] = {}
        for field in self._fields:
            slots = wanted(field, values, tags)
            if self._keep_existing and any(tags.get(slot) is not None for slot in slots):
                continue
            new = {slot: value for slot, value in slots.items() if not _says(tags, slot, value)}
            if new:
                changes.append(_field_change(field, tags, slots, tuple(new)))
                after |= {slot: tags.made(slot, value) for slot, value in new.items()}
        before = {slot: tags.get(slot) for slot in after}
        return Edit(track_id, path, tuple(changes), before, after) if changes else None

    def _beatgrid(self, track_id: str, row: dict[str, Any]) -> bytes | None:
        if "beatgrid" not in self._fields:
            return None
        return beatgrid_data(beat_grid(self._catalog.beats(track_id), row.get("tempo_bpm")))


def _says(tags: Container, slot: str, value: str | bytes) -> bool:
    """Whether a slot holds this already."""
    if isinstance(value, bytes):
        return tags.get(slot) == tags.made(slot, value)
    return tags.texts(slot) == [value]


def _field_change(
    field: str, tags: Container, slots: Mapping[str, str | bytes], changed: tuple[str, ...]
) -> FieldChange:
    """What people see of it: the most exact of its main slots."""
    said = [text for slot in slots if (text := "; ".join(_texts(tags, slot)))]
    new = [described(one) if isinstance(one, bytes) else one for one in slots.values()]
    place = 0 if field == "replaygain" else -1  # the gain comes before the peak
    return FieldChange(field, changed, said[place] if said else None, new[place])


def _texts(tags: Container, slot: str) -> list[str]:
    held = tags.get(slot)
    if held and "data" in held:
        return [described(base64.b64decode(held["data"]))]
    return tags.texts(slot)
