"""The side of the catalog that puts tracks into a playing order."""

from collections.abc import Iterable, Mapping

import pandas as pd

from audiolab.catalog import ids, sequences
from audiolab.catalog.base import CatalogBase, positive
from audiolab.catalog.database import retried
from audiolab.catalog.filters import Where


class SequenceSide(CatalogBase):
    """Automatic sequences."""

    @retried
    def sequence(
        self,
        tracks: str | Iterable[str] | None = None,
        *,
        where: Where = None,
        length: int | None = None,
        start: str | None = None,
        end: str | None = None,
        curve: str = "warm-up",
        weights: Mapping[str, float] | None = None,
        model: str | None = None,
    ) -> pd.DataFrame:
        """Tracks in an order to play them in: each goes well with the one before.

        Chosen and ordered so that neighbours sound alike, are in compatible keys and near in
        tempo, while the tempo follows a curve; what exactly is minimised is in
        `audiolab.catalog.sequence`.

        Parameters
        ----------
        tracks : str or iterable of str, optional
            Ids to order, at most 200. By default tracks are chosen from those that match.
        where : Filter, str, dict or None
            What to choose from, without `tracks`: the 300 most like `start`, or some at random;
            of each recording one copy, and where there is a curve, of known tempo if there are
            enough.
        length : int, optional
            How many tracks; by default all of `tracks`, or 20.
        start, end : str, optional
            Ids of the first and the last track.
        curve : {"warm-up", "arc", "wind-down", "level", "none"}
            How the tempo runs: up to the peak at the end; up to a peak at two thirds, then half
            back; down; level; or however it comes.
        weights : dict of str to float, optional
            How much ``sound``, ``key``, ``tempo`` (from one to the next) and ``curve`` count; by
            default 1, 1, 1 and 2.
        model : str, optional
            Which embedding to compare by.

        Returns
        -------
        pandas.DataFrame
            In playing order: ``like_embedding``, ``like_key`` and ``like_tempo`` to the track
            before, in [0, 1]; ``wanted_bpm``, the curve; and the tracks' columns.

        Raises
        ------
        QueryError
            For a curve, length or weight that makes no sense.
        TrackNotFoundError
            If there is no such track.
        CatalogError
            If nothing matches.

        Examples
        --------
        >>> mix = cat.sequence(where="energy:>0.5", length=4)
        >>> playlist = cat.create_playlist("Warm-up", mix.index, replace=True)
        >>> len(cat.playlist("Warm-up"))
        4
        """
        first = None if start is None else ids.valid(start)
        last = None if end is None else ids.valid(end)
        given = None if tracks is None else list(dict.fromkeys(ids.valid_all(tracks)))
        named = [*(given or ()), *(track for track in (first, last) if track is not None)]
        whole = len(set(named)) if given else sequences.LENGTH
        wanted = positive("length", length) or whole
        wish = sequences.Wish.of(wanted, first, last, curve, weights)
        with self._database.read() as connection:
            ids.check_existing(connection, named)
            if given is None:
                meant = self._where(connection, where)
                given = sequences.choose_pool(connection, meant, wish, model)
            return sequences.sequence(connection, given, wish, model)
