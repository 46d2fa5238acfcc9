"""The side of the catalog that answers about single tracks."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import select, text

from audiolab.catalog import corrections, ids, paths, read
from audiolab.catalog.database import retried
from audiolab.catalog.records import unpack_waveform
from audiolab.catalog.schema import root, track
from audiolab.catalog.score_side import ScoreSide
from audiolab.errors import TrackNotFoundError


class OneSide(ScoreSide):
    """Values, files, peaks and beats of given tracks."""

    @retried
    def find(self, reference: str) -> str:
        """The id that is meant by an id, the beginning or the end of one, or a path."""
        with self._database.read() as connection:
            return ids.find(connection, reference)

    @retried
    def track(self, track_id: str) -> "pd.Series[Any]":
        """All values of one track, with its ``state``, ``root`` and ``corrected`` fields.

        Raises
        ------
        TrackNotFoundError
            If no track has this id.
        """
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            return read.one(connection, track_id)

    @retried
    def stages(self, track_id: str) -> pd.DataFrame:
        """How each stage of a track's analysis ended: version, state, reason, seconds."""
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            return read.stages(connection, track_id)

    @retried
    def corrections(self, track_id: str) -> dict[str, Any]:
        """Corrected columns of a track, each with what the analysis says."""
        track_id = ids.valid(track_id)
        with self._database.cursor() as cursor:
            return corrections.analysed(cursor, track_id)

    @retried
    def path(self, track_id: str) -> Path:
        """Where a track's file is.

        Raises
        ------
        TrackNotFoundError
            If no track has this id, or its file is on a server.
        """
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            row = connection.execute(
                select(root.c.path, track.c.path).join(root).where(track.c.id == track_id)
            ).one()
        return _place(*row)

    def paths(self, track_ids: Iterable[str]) -> dict[str, Path]:
        """Where the files of several tracks are, by id."""
        return self._paths(ids.valid_all(track_ids))

    @retried
    def _paths(self, wanted: list[str]) -> dict[str, Path]:
        with self._database.read() as connection:
            rows = connection.execute(
                text(
                    "SELECT t.id::text, r.path, t.path FROM track t JOIN root r "
                    "ON r.id = t.root_id WHERE t.id = ANY(CAST(:ids AS uuid[]))"
                ),
                {"ids": wanted},
            ).all()
        return {row[0]: _place(row[1], row[2]) for row in rows}

    def waveform(self, track_id: str) -> npt.NDArray[np.float32]:
        """Peaks of a track, shape (800,), in [0, 1]; all zero if it was not analysed."""
        stored = self._blob("waveform", "peaks", track_id)
        return np.zeros(800, np.float32) if stored is None else unpack_waveform(stored)

    @retried
    def waveforms(self, track_ids: Iterable[str]) -> dict[str, npt.NDArray[np.float32]]:
        """Peaks of several tracks, by id; those that have none are left out."""
        wanted = ids.valid_all(track_ids)
        query = text(
            "SELECT track_id::text, peaks FROM waveform WHERE track_id = ANY(CAST(:ids AS uuid[]))"
        )
        with self._database.read() as connection:
            rows = connection.execute(query, {"ids": wanted}).all()
        return {row[0]: unpack_waveform(bytes(row[1])) for row in rows}

    def beats(self, track_id: str) -> npt.NDArray[np.float32]:
        """Beat times of a track in seconds; empty if it has no pulse."""
        stored = self._blob("beats", "seconds", track_id)
        return np.empty(0, np.float32) if stored is None else np.frombuffer(stored, "<f4").copy()

    @retried
    def fingerprint(self, track_id: str) -> str | None:
        """The Chromaprint of a track, as ``fpcalc`` prints it and AcoustID takes it.

        None for less than three seconds of sound, and before the track was analysed.
        """
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            query = text("SELECT chromaprint FROM fingerprint WHERE track_id = :id")
            found: str | None = connection.scalar(query, {"id": track_id})
        return found

    @retried
    def _blob(self, table: str, column: str, track_id: str) -> bytes | None:
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            query = f"SELECT {column} FROM {table} WHERE track_id = :id"  # noqa: S608 (our names)
            stored = connection.scalar(text(query), {"id": track_id})
        return None if stored is None else bytes(stored)


def _place(address: str, path: str) -> Path:
    if paths.is_url(address):
        raise TrackNotFoundError("the file of this track is on a server: it has no path here")
    return Path(paths.decode(address)) / paths.decode(path)
