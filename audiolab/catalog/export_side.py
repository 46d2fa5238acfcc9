"""The side of the catalog that writes files for other programs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import text

from audiolab.catalog import export, rekordbox
from audiolab.catalog.database import retried
from audiolab.catalog.filters import Filter, Where
from audiolab.catalog.playlist_side import PlaylistSide

BEATS_OF = text(
    "SELECT track_id::text, seconds FROM beats WHERE track_id = ANY(CAST(:ids AS uuid[]))"
)


class ExportSide(PlaylistSide):
    """Tables, playlists, collections of DJ software."""

    def export(self, to: str | Path, where: Where = None, sort: str | None = None) -> int:
        """Write tracks to a .csv, .json, .jsonl, .parquet, .m3u8, .xspf or .xml file.

        An .xml file is a collection for rekordbox: tempo, key and beat grid of each track, and
        the playlists as far as their tracks are in it.

        Returns
        -------
        int
            How many tracks were written.

        Raises
        ------
        CatalogError
            For another ending, or a file that cannot be written; an old file stays then.
        """
        to = Path(to).expanduser()
        frame = self.tracks(where, sort)
        files = self.paths(frame.index)
        if to.suffix.lower() == ".xml":
            with export.replacing(to) as path:
                beats = self._beats_of([str(track_id) for track_id in frame.index])
                rekordbox.write(frame, path, files, beats, self._lists(frame))
        else:
            export.export(frame, to, files.__getitem__)
        return len(frame)

    @retried
    def _beats_of(self, ids: list[str]) -> dict[str, rekordbox.Beats]:
        """Beat times in seconds of those that have some, by id."""
        with self._database.read() as connection:
            rows = connection.execute(BEATS_OF, {"ids": ids}).all()
        return {row[0]: np.frombuffer(bytes(row[1]), "<f4") for row in rows}

    def _lists(self, frame: pd.DataFrame) -> Iterator[tuple[str, Sequence[str]]]:
        """The playlists, each in its order."""
        for name in self.playlist_names():
            tracks = self.tracks(Filter(playlist=[name]), columns=["path"])
            yield name, [str(track_id) for track_id in tracks.index]
