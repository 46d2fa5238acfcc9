"""The side of the catalog that shows the library as a map, and who is whose neighbour."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from audiolab.catalog import read, vectors
from audiolab.catalog.base import CatalogBase, positive
from audiolab.catalog.database import retried
from audiolab.catalog.filters import Where
from audiolab.catalog.maps import adding, graph, hubness, jobs, making, store
from audiolab.catalog.maps.hubness import Hubness
from audiolab.catalog.maps.jobs import MapJob
from audiolab.catalog.maps.store import MapInfo
from audiolab.errors import CatalogError

Correction = Literal["none", "mutual proximity"]


class MapSide(CatalogBase):
    """The similarity map, and hubness."""

    def make_map(
        self,
        model: str | None = None,
        *,
        method: str = "umap",
        progress: making.Progress | None = None,
        job: str | None = None,
    ) -> MapInfo:
        """Put every track that has an embedding in the plane, what sounds alike close together.

        A hundred thousand tracks take minutes. The map is kept; the one before is replaced, and
        regions that were drawn on it mean nothing any more. Tracks that come later are placed
        among their neighbours by scans and `maintain`.

        Parameters
        ----------
        model : str, optional
            Which embedding; by default the best there is.
        method : {"umap", "pca"}
            UMAP keeps neighbourhoods; principal components are done in seconds.
        progress : callable, optional
            Told what is done, and the share of it in [0, 1] if that is known.
        job : str, optional
            A job of `announce_map` that waits for this.

        Raises
        ------
        CatalogError
            If there are no embeddings, or for another method.
        MapBusyError
            If another process makes a map.
        MapCancelledError
            If `cancel_map` was called; the map that was there stays.
        """
        making.make(self._database, model, method, progress, job)
        found = self.map_info()
        assert found is not None
        return found

    @retried
    def map_info(self) -> MapInfo | None:
        """How the map was made and how far it can be trusted; None if there is none."""
        with self._database.read() as connection:
            return store.info(connection)

    @retried
    def map(self, where: Where = None, columns: Sequence[str] = ()) -> pd.DataFrame:
        """Where tracks are on the map.

        Parameters
        ----------
        where : Filter, str, dict or None
            Which tracks.
        columns : sequence of str
            Columns of `tracks` to add.

        Returns
        -------
        pandas.DataFrame
            Indexed by track id: ``x`` and ``y`` in [0, 1]; ``occurrence``: among the 10 nearest of
            how many others it is, NA of tracks placed later. Tracks without a place are left out;
            all are, if there is no map.
        """
        with self._database.read() as connection:
            return store.points(connection, self._where(connection, where), read.wanted(columns))

    @retried
    def map_roots(self) -> "pd.Series[str]":
        """The scanned folder that each track of the map lies in: its name, by track id."""
        with self._database.read() as connection:
            return store.roots(connection)

    def place_on_map(self) -> int:
        """Place tracks that came after the map was made; returns how many. Scans do it too."""
        with self._database.guarded():
            return adding.place_new(self._database, lambda share: None)

    @retried
    def map_job(self) -> MapJob | None:
        """How the making of a map stands, or how the last one ended; None if there was none."""
        return jobs.latest(self._database)

    def announce_map(self, model: str | None = None, method: str = "umap") -> str:
        """Record that another process is about to make a map; returns the job for `make_map`.

        Raises
        ------
        MapBusyError
            If one waits or runs already.
        """
        with self._database.cursor(write=True) as cursor:
            return jobs.announce(cursor, {"model": model, "method": method})

    def cancel_map(self) -> None:
        """Ask whoever makes a map to stop; the map that was there stays."""
        with self._database.cursor(write=True) as cursor:
            jobs.cancel(cursor)

    def fail_map(self, job: str, error: str) -> None:
        """Record that the process of an announced job ended before it began."""
        with self._database.cursor(write=True) as cursor:
            jobs.finish(cursor, job, "failed", error)

    @retried
    def hubness(
        self,
        model: str | None = None,
        k: int = hubness.K,
        *,
        correction: Correction = "none",
    ) -> Hubness:
        """Whether some tracks turn up in everybody's neighbourhood, and how many in none.

        Compares all tracks with each other: minutes for a hundred thousand. Of the map's own
        embedding, ``map_info()`` knows it already, with and without correction.

        Parameters
        ----------
        model : str, optional
            Which embedding; by default the best there is.
        k : int
            How many neighbours of each track count.
        correction : {"none", "mutual proximity"}
            Which distance: the cosine's, or one that asks how unusually near two tracks are for
            each other (Schnitzer et al., JMLR 13, 2012).

        Raises
        ------
        CatalogError
            If there are no embeddings, or for another correction.
        """
        positive("k", k)
        if correction not in ("none", "mutual proximity"):
            raise CatalogError(f"correction: expected none or mutual proximity, got {correction!r}")
        with self._database.cursor() as cursor:
            names = vectors.model_names(cursor)
            if model is None and not names:
                raise CatalogError("there are no embeddings in this catalog yet")
            _, matrix = vectors.read_matrix(cursor, model or names[0])
        wider = hubness.CANDIDATES if correction != "none" else 0
        near = graph.neighbour_graph(matrix, max(k, wider))
        if correction != "none":
            near = hubness.corrected(near, hubness.surroundings(matrix), k)
        return hubness.measure(hubness.occurrence(near.nearest(k)), min(k, near.k))
