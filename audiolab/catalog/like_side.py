"""The side of the catalog that compares tracks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audiolab.catalog import duplicates, ids, journey, vectors
from audiolab.catalog import similar as similarity
from audiolab.catalog.base import CatalogBase, positive
from audiolab.catalog.database import retried
from audiolab.catalog.filters import Where


class LikeSide(CatalogBase):
    """Similar tracks, ways between tracks, copies."""

    @retried
    def similar(
        self,
        seed: str | Sequence[str] | npt.NDArray[Any],
        limit: int = 10,
        where: Where = None,
        *,
        minus: str | Sequence[str] = (),
        model: str | None = None,
        copies: bool = False,
        explain: bool = False,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """The tracks most like one or several, nearest first.

        Parameters
        ----------
        seed : str, sequence of str, or ndarray of shape (dimensions,)
            A track, several (what they have in common counts), or an embedding of your own.
        limit : int
            How many at most.
        where : Filter, str, dict or None
            Which tracks may be in the result; it is full whenever that many match.
        minus : str or sequence of str
            Tracks to keep away from.
        model : str, optional
            Which embedding; by default the first one that the seed has.
        copies : bool
            Whether other copies of a recording that is there already are listed too.
        explain : bool
            Adds ``like_embedding``, ``like_tempo``, ``like_key`` and ``like_mood`` in [0, 1].
        columns : sequence of str, optional
            Which columns; by default all.

        Returns
        -------
        pandas.DataFrame
            The tracks' columns and ``similarity``: cosine in [0, 1], below zero as zero.

        Raises
        ------
        TrackNotFoundError
            If there is no such track.
        CatalogError
            If it has no embedding of that model, or a vector does not fit.
        QueryError
            For a filter or column that does not make sense.
        """
        positive("limit", limit)
        question = similarity.Question(
            seeds=seed if isinstance(seed, np.ndarray) else ids.valid_all(seed),
            minus=ids.valid_all(minus),
            model=model,
        )
        with self._database.glance() as connection:
            return similarity.similar(
                connection,
                question,
                limit,
                self._where(connection, where),
                copies=copies,
                explain=explain,
                columns=columns,
            )

    @retried
    def embedding_models(self) -> list[str]:
        """Names of the embeddings there are, the best first."""
        with self._database.cursor() as cursor:
            return vectors.model_names(cursor)

    @retried
    def between(
        self,
        start: str,
        goal: str,
        steps: int = 8,
        where: Where = None,
        *,
        model: str | None = None,
    ) -> pd.DataFrame:
        """A way from one track to another in `steps` tracks, each a little more like the goal.

        Returns
        -------
        pandas.DataFrame
            The start, the steps in order, the goal.
        """
        positive("steps", steps)
        first, last = ids.valid(start), ids.valid(goal)
        with self._database.glance() as connection:
            return journey.between(
                connection, first, last, steps, self._where(connection, where), model
            )

    @retried
    def duplicates(self, where: Where = None, *, model: str | None = None) -> pd.DataFrame:
        """Copies of the same music: one row a pair, with its tier, evidence and the better copy.

        Nothing is deleted.

        Parameters
        ----------
        where : Filter, str, dict or None
            Which tracks to compare.
        model : str, optional
            Which embedding; by default the best one there is.

        Returns
        -------
        pandas.DataFrame
            ``id`` and ``other_id``; ``tier``: ``audio`` (equal sample by sample, whatever the
            tags), ``recording`` (the fingerprints agree: another encoding or edit) or ``alike``
            (embedding and length nearly equal), the surest that holds; ``evidence`` in words;
            ``similarity`` in [0, 1]; ``better_id`` (complete, lossless, of higher bit rate,
            longer); ``path`` and ``other_path``. The surest come first.
        """
        with self._database.read() as connection:
            return duplicates.duplicates(connection, self._where(connection, where), model)
