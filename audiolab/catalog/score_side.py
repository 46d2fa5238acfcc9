"""The side of the catalog that keeps class scores: those of the networks, and your own."""

from typing import Any

import pandas as pd

from audiolab.catalog import ids, predictions, read
from audiolab.catalog.base import CatalogBase
from audiolab.catalog.database import retried


class ScoreSide(CatalogBase):
    """Class scores in [0, 1], by head."""

    @retried
    def scores(self, track_id: str) -> "dict[str, pd.Series[Any]]":
        """Class scores of one track in [0, 1] by head ("genre", "mood", …), the highest first."""
        track_id = ids.valid(track_id)
        with self._database.read() as connection:
            read.existing(connection, track_id)
            return predictions.scores(connection, track_id)

    @retried
    def predictions(self, head: str) -> pd.DataFrame:
        """Class scores of one head ("genre", "mood", "voice", …): tracks x classes in [0, 1]."""
        with self._database.read() as connection:
            return predictions.predictions(connection, head)

    def add_predictions(self, head: str, scores: pd.DataFrame) -> None:
        """Keep class scores of your own, for example of a classifier that you trained.

        They are found where the networks' are: `predictions`, `scores`. Tracks that are not in
        the frame keep what this head said of them before, unless the classes are others now.

        Parameters
        ----------
        head : str
            What you call it; a name that no network has.
        scores : DataFrame, shape (tracks, classes)
            Indexed by track id, a column a class, values in [0, 1].

        Raises
        ------
        CatalogError
            For the name of a network's head, or scores that do not fit; nothing is stored then.
        TrackNotFoundError
            If there is no such track.
        """
        predictions.check(head, scores)
        wanted = ids.valid_all(scores.index)
        with self._database.read() as connection:
            ids.check_existing(connection, wanted)
        with self._database.cursor(write=True) as cursor:
            predictions.add(cursor, head, wanted, scores)
