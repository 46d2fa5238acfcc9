"""Records as the rows and texts that are written: what can be made ready without the database.

Records that bring the same columns go together, so that a stage that ran again leaves the other
stages' values alone.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from uuid_utils.compat import uuid7

from audiolab.catalog import former, spelling
from audiolab.catalog.fields import BY_NAME
from audiolab.catalog.records import TrackRecord, clean_values, pack_waveform
from audiolab.catalog.search_text import SEARCHED, search_columns


@dataclass(frozen=True)
class Group:
    """Tracks that bring the same columns.

    Attributes
    ----------
    columns : list of str
        Of the table `track`, in alphabetical order.
    text : str
        Their values in the text format of COPY.
    """

    columns: list[str]
    text: str


@dataclass(frozen=True)
class Incoming:
    """Some records, ready to be written.

    Attributes
    ----------
    records : sequence of TrackRecord
    groups : list of Group
        Their values.
    words : set of str
        For the vocabulary.
    waveforms : dict of int to bytes
        Packed peaks, by the place of the record.
    """

    records: Sequence[TrackRecord]
    groups: list[Group]
    words: set[str]
    waveforms: dict[int, bytes]

    @property
    def columns(self) -> set[str]:
        """All columns that are written."""
        return {column for group in self.groups for column in group.columns}


def prepare(
    root_id: int, records: Sequence[TrackRecord], outdated: Collection[str] = ()
) -> Incoming:
    """Records of one root as they are written.

    Parameters
    ----------
    root_id : int
        The root that paths are relative to.
    records : sequence of TrackRecord
    outdated : collection of str
        Ids of tracks of whose columns nothing is kept; see `former`.

    Raises
    ------
    CatalogError
        For a column or waveform that cannot be stored.
    """
    rows = [_row(root_id, record, is_outdated=record.id in outdated) for record in records]
    groups: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[frozenset(row)].append(row)
    return Incoming(
        records,
        [_group(sorted(columns), group) for columns, group in groups.items()],
        spelling.words_in(row[name] for row in rows for name in SEARCHED if name in row),
        {
            place: pack_waveform(record.waveform)
            for place, record in enumerate(records)
            if record.waveform is not None
        },
    )


def filename_of(path: str) -> str:
    """The last part of a relative path."""
    return path.rpartition("/")[2]


def _row(root_id: int, record: TrackRecord, *, is_outdated: bool) -> dict[str, Any]:
    values = clean_values(record.values)
    row: dict[str, Any] = {
        **(former.NOTHING if is_outdated else {}),
        "id": record.id or str(uuid7()),
        "root_id": root_id,
        "path": record.path,
        "filename": filename_of(record.path),
        "state": record.state,
        "file_size_bytes": record.file_size_bytes,
        "mtime_ns": record.mtime_ns,
        **values,
    }
    if record.file_hash is not None:
        row["file_hash"] = record.file_hash
    if record.audio_hash is not None:
        row["audio_hash"] = record.audio_hash
    return row | search_columns(row)


def _group(columns: list[str], rows: Sequence[dict[str, Any]]) -> Group:
    kinds = [(name, BY_NAME[name].kind if name in BY_NAME else "text") for name in columns]
    lines = ["\t".join([_copy_text(kind, row[name]) for name, kind in kinds]) for row in rows]
    return Group(columns, "\n".join([*lines, ""]))


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy_text(kind: str, value: Any) -> str:
    """One value in the text format of COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, str) and kind != "json":
        return _escaped(value)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (int, float)):
        return repr(value)
    if kind == "json":
        text = json.dumps(value, ensure_ascii=False)
    elif kind in ("list", "vector"):
        text = _array(value)
    else:
        text = str(value)
    return _escaped(text)


def _escaped(text: str) -> str:
    """Most texts have nothing to escape, which is seen in a tenth of the time."""
    return text if "\\" not in text and text.isprintable() else text.translate(_ESCAPES)


def _array(items: Sequence[Any]) -> str:
    return "{" + ",".join(map(repr if {*map(type, items)} == {float} else _item, items)) + "}"


def _item(item: Any) -> str:
    if item is None:
        return "NULL"
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(float(item))
