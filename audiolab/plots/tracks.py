"""What the figures are of: one track by its id or file, or many by a DataFrame or a filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd

from audiolab.catalog import Catalog, Filter
from audiolab.catalog.fields import ALIASES, BY_NAME, TARGETS, Target, nearest_name
from audiolab.errors import QueryError
from audiolab.plots.style import plain

NAMES = ("title", "artist", "filename")
Tracks = pd.DataFrame | Filter | str | dict[str, Any] | None


@dataclass(frozen=True)
class Sound:
    """A track that a figure is of.

    Attributes
    ----------
    path : Path
        Its file.
    name : str
        Title and artist, or the name of the file.
    id : str or None
        In the catalog; None for a mere file.
    catalog : Catalog or None
    """

    path: Path
    name: str
    id: str | None = None
    catalog: Catalog | None = None


def sound(track: str | Path, catalog: Catalog | None = None) -> Sound:
    """The track that is meant.

    Parameters
    ----------
    track : str or Path
        An id, or the path of an audio file.
    catalog : Catalog, optional
        Where the id is; the settings' catalog if left out.

    Raises
    ------
    TrackNotFoundError
        If no track has this id.
    """
    if isinstance(track, Path) or not _is_id(track):
        path = Path(track).expanduser()
        return Sound(path, path.name)
    catalog = catalog if catalog is not None else Catalog.open()
    return Sound(catalog.path(track), name_of(catalog.track(track)), track, catalog)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def name_of(values: Any) -> str:
    """How a track is called: title and artist, or the name of its file."""
    known = {name: values.get(name) if isinstance(values.get(name), str) else "" for name in NAMES}
    title = known["title"] or known["filename"] or "Unknown track"
    return f"{title} – {known['artist']}" if known["artist"] else title


def names_of(frame: pd.DataFrame) -> list[str]:
    """How the tracks of a frame are called, as plotly shows text."""
    records = frame[[name for name in NAMES if name in frame]].to_dict("records")
    return [plain(name_of(record)) for record in records]


def target(name: str) -> Target:
    """The field that a name stands for.

    Raises
    ------
    QueryError
        If there is none.
    """
    if name not in ALIASES:
        guess = nearest_name(name)
        raise QueryError(
            f"there is no field {name!r}" + (f": did you mean {guess}?" if guess else "")
        )
    return TARGETS[ALIASES[name]]


def frame_of(tracks: Tracks, catalog: Catalog | None, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of the tracks, with those that name them where there are any.

    Raises
    ------
    QueryError
        If a DataFrame lacks a column, or a filter does not make sense.
    """
    if not isinstance(tracks, pd.DataFrame):
        catalog = catalog if catalog is not None else Catalog.open()
        return catalog.tracks(tracks, columns=list(dict.fromkeys([*NAMES, *columns])))
    missing = [column for column in columns if column not in tracks]
    if missing:
        raise QueryError(f"the DataFrame lacks the column {missing[0]!r}: ask the catalog for it")
    return tracks


def unit(column: str) -> str:
    """ " (Hz)", or nothing."""
    field = BY_NAME[column]
    return f" ({field.unit})" if field.unit and field.unit != field.label else ""
