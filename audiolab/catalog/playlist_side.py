"""The side of the catalog that keeps playlists."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from audiolab.catalog import export, ids, playlists
from audiolab.catalog.database import retried
from audiolab.catalog.filters import Filter, Where
from audiolab.catalog.many_side import ManySide
from audiolab.catalog.playlists import Playlist
from audiolab.catalog.sequence_side import SequenceSide
from audiolab.catalog.sort import Order
from audiolab.errors import CatalogError

Tracks = str | Iterable[str]  # an id or several, for example the index of a frame


class PlaylistSide(SequenceSide, ManySide):
    """Playlists: fixed lists, saved filters, automatic sequences.

    Everywhere else a playlist is a condition like any other: ``tracks('playlist:"Warm-up"')``,
    ``Filter(playlist="Warm-up", bpm=(100, 110))``, in the order of the list unless told otherwise.
    """

    @retried
    def playlists(self) -> pd.DataFrame:
        """All playlists by name.

        Returns
        -------
        pandas.DataFrame
            Indexed by id: ``name``; ``kind``: fixed (a list of tracks) or smart (the tracks that
            match a query); ``query`` and ``sort`` of a smart one; ``tracks``; ``missing``: tracks
            of it that are missing or were taken out, which keep their places;
            ``duration_seconds``; ``added_at``, ``changed_at``.
        """
        with self._database.read() as connection:
            return playlists.overview(connection)

    @retried
    def playlist_names(self) -> list[str]:
        """The names of all playlists, in order; at once, as nothing is counted."""
        with self._database.read() as connection:
            return playlists.names(connection)

    def find_playlist(self, name: str) -> Playlist:
        """What a playlist is: its name as it is written, and the query and order of a smart one.

        Raises
        ------
        PlaylistNotFoundError
            If there is none of that name.
        """
        with self._database.read() as connection:
            return playlists.find(connection, name)

    def playlist_ids(self, name: str) -> list[str]:
        """The ids of a fixed playlist in its order, also of tracks that are missing or taken out.

        Raises
        ------
        PlaylistNotFoundError
            If there is none of that name.
        CatalogError
            If it is a smart one.
        """
        found = self.find_playlist(name)
        with self._database.cursor() as cursor:
            return playlists.members(cursor, found, lock=False)

    def playlist(self, name: str) -> pd.DataFrame:
        """The tracks of a playlist, in its order; of a smart one those that match now.

        Raises
        ------
        PlaylistNotFoundError
            If there is none of that name.
        """
        return self.tracks(Filter(playlist=[self.find_playlist(name).name]))

    def create_playlist(
        self,
        name: str,
        tracks: Tracks | None = None,
        *,
        where: Where = None,
        sort: str | None = None,
        replace: bool = False,
    ) -> str:
        """Make a playlist: a fixed one of given tracks, or a smart one of a filter.

        Parameters
        ----------
        name : str
            How it is called; case does not matter.
        tracks : str or iterable of str, optional
            Ids of a fixed list, in order; a track is in it once.
        where : Filter, str or dict, optional
            What a smart one is made of, whenever it is asked for.
        sort : str, optional
            The order of a smart one, as in `tracks`.
        replace : bool
            Whether one of that name may be replaced.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        CatalogError
            If there is one of that name, or tracks and a filter are given.
        TrackNotFoundError
            If there is no such track.
        """
        if tracks is not None and where is not None:
            raise CatalogError("create_playlist: expected tracks or where, got both")
        if sort is not None:
            if where is None:
                raise CatalogError("create_playlist: sort is for smart playlists, with where")
            Order.parse(sort)
        query = None if where is None else Filter.of(where).to_query()
        wanted = self._existing(() if tracks is None else tracks)
        with self._database.cursor(write=True) as cursor:
            if replace:
                playlists.delete(cursor, name)
            made = playlists.create(cursor, name, query, sort)
            playlists.put(cursor, Playlist(made, name, query, sort), wanted)
        return made

    def rename_playlist(self, name: str, new_name: str) -> None:
        """Give a playlist another name."""
        found = self.find_playlist(name)
        with self._database.cursor(write=True) as cursor:
            playlists.rename(cursor, found, new_name)
            playlists.tell(cursor)

    def delete_playlist(self, name: str) -> None:
        """Forget a playlist; its tracks stay."""
        found = self.find_playlist(name)
        with self._database.cursor(write=True) as cursor:
            playlists.delete(cursor, found.name)

    def add_to_playlist(self, name: str, tracks: Tracks, before: str | None = None) -> int:
        """Put tracks into a fixed playlist, at its end or before another; returns how many are new.

        Tracks that are in it already move there.

        Raises
        ------
        PlaylistNotFoundError
            If there is none of that name.
        TrackNotFoundError
            If there is no such track, or `before` is not in the list.
        CatalogError
            If it is a smart one.
        """
        wanted = self._existing(tracks)
        mark = None if before is None else ids.valid(before)
        before_count = after_count = 0

        def insert(old: list[str]) -> list[str]:
            nonlocal before_count, after_count
            rest = [track_id for track_id in old if track_id not in set(wanted) or track_id == mark]
            moved = [track_id for track_id in wanted if track_id != mark]
            place = playlists.place_of(rest, mark)
            new = [*rest[:place], *moved, *rest[place:]]
            before_count, after_count = len(old), len(new)
            return new

        self._change(name, insert)
        return after_count - before_count

    def remove_from_playlist(self, name: str, tracks: Tracks) -> int:
        """Take tracks out of a fixed playlist; returns how many were in it."""
        unwanted = set(ids.valid_all(tracks))
        removed = 0

        def remove(old: list[str]) -> list[str]:
            nonlocal removed
            new = [track_id for track_id in old if track_id not in unwanted]
            removed = len(old) - len(new)
            return new

        self._change(name, remove)
        return removed

    def reorder_playlist(self, name: str, tracks: Tracks) -> None:
        """Put the tracks of a fixed playlist in this order; those not named follow as they were.

        Raises
        ------
        TrackNotFoundError
            If one of them is not in the list.
        """
        wanted = list(dict.fromkeys(ids.valid_all(tracks)))

        def reorder(old: list[str]) -> list[str]:
            for track_id in wanted:
                playlists.place_of(old, track_id)
            named = set(wanted)
            return [*wanted, *(track_id for track_id in old if track_id not in named)]

        self._change(name, reorder)

    def import_playlist(
        self, file: str | Path, name: str | None = None, *, replace: bool = False
    ) -> list[Path]:
        """Make a fixed playlist of a .m3u8, .m3u or .xspf file, in its order.

        Parameters
        ----------
        file : str or Path
            The playlist.
        name : str, optional
            How to call it; by default as the file.
        replace : bool
            Whether one of that name may be replaced.

        Returns
        -------
        list of Path
            Files of it that are not in the catalog.
        """
        file = Path(file).expanduser()
        files = export.read_playlist(file)
        found = self._by_file(files)
        in_order = dict.fromkeys(found[path] for path in files if path in found)
        self.create_playlist(name or file.stem, list(in_order), replace=replace)
        return [path for path in files if path not in found]

    def _existing(self, tracks: Tracks) -> list[str]:
        """Ids of tracks that there are, each once."""
        wanted = list(dict.fromkeys(ids.valid_all(tracks)))
        with self._database.read() as connection:
            ids.check_existing(connection, wanted)
        return wanted

    def _change(self, name: str, change: Callable[[list[str]], list[str]]) -> None:
        found = self.find_playlist(name)
        with self._database.cursor(write=True) as cursor:
            old = playlists.members(cursor, found)
            new = change(old)
            if new != old:
                playlists.put(cursor, found, new)
