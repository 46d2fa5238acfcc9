"""``export/{format}``: the tracks that a query selects, as a file to save.

Paths in it are relative to the library's folders: nobody learns from it where they are.
"""

import tempfile
from pathlib import Path

import pandas as pd

from audiolab.catalog import Catalog, paths
from audiolab.catalog.export import export
from audiolab.described import sounding_like, split
from audiolab.errors import ModelError, QueryError
from audiolab.server.files import FileHandler

MIME = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "m3u8": "application/vnd.apple.mpegurl",
}
SIMILAR = 100  # as many as the page shows
FILE_NAME = "audiolab-tracks"


class ExportHandler(FileHandler):
    """GET: the tracks of ``q`` in the order of ``sort``, or those most like ``similar``, or like
    the description that ``q`` ends with.
    """

    async def get(self, ending: str) -> None:
        """Write the file and send it."""
        query, sort = self.get_query_argument("q", ""), self.get_query_argument("sort", "-added_at")
        seeds = self.get_query_arguments("similar")
        with tempfile.TemporaryDirectory(prefix="audiolab-export-") as folder:
            path = Path(folder, f"{FILE_NAME}.{ending}")
            await self.ask(lambda catalog: _write(catalog, path, query, sort, seeds))
            self.set_header("Content-Disposition", f'attachment; filename="{path.name}"')
            await self.send_file(path, MIME[ending], "no-store")

    def write_error(self, status_code: int, **context: object) -> None:
        """A problem is to be read, not saved."""
        self.clear_header("Content-Disposition")
        super().write_error(status_code, **context)


def _found(catalog: Catalog, query: str, sort: str, seeds: list[str]) -> pd.DataFrame:
    filters, description = split(query)
    if seeds:
        return catalog.similar(seeds, SIMILAR, filters)
    if not description:
        return catalog.tracks(filters, sort)
    try:
        return sounding_like(catalog, description, SIMILAR, filters)
    except ModelError as error:
        raise QueryError(str(error), query=query) from error


def _write(catalog: Catalog, path: Path, query: str, sort: str, seeds: list[str]) -> None:
    frame = _found(catalog, query, sort, seeds)
    places = {track_id: Path(paths.decode(name)) for track_id, name in frame["path"].items()}
    if path.suffix == ".m3u8":  # a relative name with a line break has no place in a playlist
        one_line = [len(str(place).splitlines()) == 1 for place in places.values()]
        frame = frame[one_line]
    export(frame, path, lambda track_id: places[track_id])
