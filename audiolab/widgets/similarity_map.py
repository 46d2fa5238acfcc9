"""The similarity map on the page: points that can be heard, selected and filtered by."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from traitlets import Bool, Dict, Unicode

from audiolab.catalog import Catalog, Filter
from audiolab.catalog.regions import Region
from audiolab.config import Settings
from audiolab.errors import AudiolabError, CatalogError, DatabaseError, QueryError
from audiolab.scanner.detached_map import start_map
from audiolab.scanner.shown import without_paths
from audiolab.widgets.later import Later
from audiolab.widgets.map_facts import facts
from audiolab.widgets.map_points import COLOURS, Points, colouring, mask, points
from audiolab.widgets.part import Part
from audiolab.widgets.rows import COLUMNS, track_rows
from audiolab.widgets.watch import Watch

LOG = logging.getLogger(__name__)

SEEDS = 10  # tracks of a selection that others are to be like
HEARD = 50  # tracks of a selection that are played one after the other
LONGEST_NAME = 200
Message = dict[str, Any]
Answer = tuple[Message, list[bytes]]


class SimilarityMap(Part):
    """Tracks in the plane, what sounds alike close together.

    The browser draws the points from bytes that it asks for once a map; ids stay in the kernel, so
    a point is asked for by its place when somebody looks at it.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.
    settings : Settings
        For the process that makes a map.

    Attributes
    ----------
    facts : dict
        What is known of the map (`map_facts.facts`); its `state` is "loading" until somebody looks.
    colour : str
        What the points are coloured by (`map_points.COLOURS`).
    base : dict
        Parameters of the current filter, for links.
    filtered : bool
        Whether a filter leaves some points out.
    """

    module = "similarity_map"

    facts: Any = Dict({"state": "loading"}).tag(sync=True)
    colour = Unicode("genre").tag(sync=True)
    base: Any = Dict().tag(sync=True)
    filtered = Bool(False).tag(sync=True)

    def __init__(self, catalog: Catalog, settings: Settings, **traits: Any) -> None:
        super().__init__(**traits)
        self._catalog = catalog
        self._settings = settings
        self._where = Filter()
        self._points: Points | None = None
        self._looked_at = False
        self._answers = {
            kind: Later(self._answered(answer), self._reply)
            for kind, answer in {
                "points": self._whole, "colours": self._colours, "mask": self._mask,
            }.items()
        }  # fmt: skip
        self._watch = Watch(catalog.job_changes, self._job_changed, self._lost)
        self.on_msg(self._on_message)

    def show(self) -> None:
        """Show what there is; somebody looks at the map."""
        self._looked_at = True
        self._look()
        self._watch.start()

    def follow(self, where: Filter, base: dict[str, list[str]]) -> None:
        """Let the tracks of a filter stand out."""
        self._where = where
        with self.hold_sync():
            self.base, self.filtered = base, bool(where)
        if self._looked_at:
            self._answers["mask"].want({})

    def close(self) -> None:
        """Stop following the job that makes a map; it goes on."""
        self._watch.stop()
        super().close()

    def _look(self) -> None:
        try:
            self.facts = facts(self._catalog)
        except CatalogError as error:
            self._lost(error)

    def _job_changed(self) -> None:
        if self._looked_at:
            self._look()

    def _lost(self, error: CatalogError) -> None:
        LOG.warning("the map cannot be brought up to date: %s", error)
        self.facts = {**self.facts, "problem": without_paths(str(error))}

    def _answered(
        self, answer: Callable[[Message], Answer]
    ) -> Callable[[Message, Callable[[], bool]], Answer]:
        """The answer to a question of the page, on a thread; or why there is none."""

        def asked(question: Message, _: Callable[[], bool]) -> Answer:
            request = {"request": str(question.get("request", ""))}
            try:
                message, buffers = answer(question)
            except (QueryError, DatabaseError) as error:
                return {"type": "refused", "reason": without_paths(str(error)), **request}, []
            return {**message, **request}, buffers

        return asked

    def _reply(self, answer: Answer) -> None:
        self.send(*answer)

    def _shown(self) -> Points | None:
        """The points of the map as the page has them; read when they are first needed."""
        if self._points is None:
            self._points = points(self._catalog)
        return self._points

    def _whole(self, _: Message) -> Answer:
        """Places, colours and what the filter leaves, at once."""
        shown = self._points = points(self._catalog)  # another map, or tracks placed since
        if shown is None:
            return {"type": "points", "tracks": 0}, []
        colours, codes = self._colours({"by": self.colour})
        left, bits = self._mask({})
        told = {"tracks": len(shown.ids), "version": shown.version, "left": left["left"]}
        message = {**colours, **told, "type": "points"}
        return message, [shown.across.tobytes(), shown.up.tobytes(), *codes, *bits]

    def _colours(self, question: Message) -> Answer:
        by = str(question.get("by"))
        shown = self._shown()
        if shown is None:
            return {"type": "colours"}, []
        found = colouring(self._catalog, shown, by if by in COLOURS else "genre")
        return {"type": "colours", "by": by, "legend": found.legend}, [found.codes.tobytes()]

    def _mask(self, _: Message) -> Answer:
        shown = self._shown()
        if shown is None:
            return {"type": "mask", "left": 0}, []
        if not self._where:
            return {"type": "mask", "left": len(shown.ids)}, [b""]
        left = mask(self._catalog, shown, self._where)
        bits = np.packbits(left, bitorder="little")
        return {"type": "mask", "left": int(left.sum())}, [bits.tobytes()]

    def _on_message(self, _: Any, message: Message, __: Sequence[Any]) -> None:
        """What a visitor did; what makes no sense is left out."""
        kind = str(message.get("type"))
        if kind == "colours" and message.get("by") in COLOURS:
            self.colour = str(message["by"])
        if kind in self._answers:
            self._answers[kind].want(message)
            return
        deed = _DEEDS.get(kind)
        if deed is None:
            return
        request = {"request": str(message.get("request", ""))}
        try:
            self.send({**deed(self, message), **request})
        except (AudiolabError, OSError) as error:
            self.send({"type": "refused", "reason": without_paths(str(error)), **request})

    def _rows(self, message: Message) -> Message:
        """Rows of some points."""
        at = message.get("at")
        wanted = [one for one in at[:HEARD] if isinstance(one, int)] if isinstance(at, list) else []
        ids = self._ids(wanted)
        frame = self._catalog.tracks(Filter(id=ids), columns=list(COLUMNS)) if ids else None
        rows = [] if frame is None else track_rows(frame)
        by_id = {row["id"]: row for row in rows}
        return {"type": "rows", "rows": [by_id[one] for one in ids if one in by_id]}

    def _ids(self, places: Sequence[int]) -> list[str]:
        shown = self._points
        if shown is None:
            return []
        return [str(shown.ids[at]) for at in places if 0 <= at < len(shown.ids)]

    def _region(self, message: Message) -> Message:
        """What somebody drew round some tracks, as a filter; how many it leaves."""
        shown = self._points
        if shown is None:
            raise CatalogError("there is no map to draw on: reload the page")
        region = str(Region.drawn(shown.version, _outline(message.get("outline"))))
        inside = self._where & Filter(region=[region])
        found = self._catalog.map(inside)
        middle = found[["x", "y"]].median()
        apart = ((found[["x", "y"]] - middle) ** 2).sum(axis=1)
        seeds = [str(one) for one in apart.nsmallest(SEEDS).index]
        return {"type": "region", "region": region, "tracks": len(found), "seeds": seeds}

    def _playlist(self, message: Message) -> Message:
        """Keep a selection as a playlist."""
        name = " ".join(str(message.get("name", "")).split())[:LONGEST_NAME]
        if not name:
            raise CatalogError("give the playlist a name")
        region = Filter(region=[str(message.get("region"))])
        found = self._catalog.map(self._where & region).index
        self._catalog.create_playlist(name, [str(one) for one in found])
        return {"type": "playlist", "name": name, "tracks": len(found)}

    def _make(self, _: Message) -> Message:
        """Make a map, in a process that outlives this page."""
        start_map(self._settings, self._catalog)
        self._look()
        return {"type": "made"}

    def _stop(self, _: Message) -> Message:
        self._catalog.cancel_map()
        self._look()
        return {"type": "stopped"}

    def _hubs(self, _: Message) -> Message:
        """The tracks that turn up most often among others' neighbours."""
        shown = self._points
        if shown is None or not np.isfinite(shown.occurrence).any():
            return {"type": "hubs", "rows": []}
        counts = np.nan_to_num(shown.occurrence, nan=-1)
        first = np.argsort(-counts, kind="stable")[:SEEDS]
        rows = self._rows({"at": [int(one) for one in first]})["rows"]
        known = dict(zip(self._ids(list(first)), counts[first], strict=True))
        return {"type": "hubs", "rows": [{**row, "of": int(known[row["id"]])} for row in rows]}


_DEEDS: dict[str, Callable[[SimilarityMap, Message], Message]] = {
    "rows": SimilarityMap._rows,
    "region": SimilarityMap._region,
    "playlist": SimilarityMap._playlist,
    "make": SimilarityMap._make,
    "stop": SimilarityMap._stop,
    "hubs": SimilarityMap._hubs,
}


def _outline(value: Any) -> list[tuple[float, float]]:
    """Corners as the page sent them.

    Raises
    ------
    QueryError
        If they are none.
    """
    try:
        corners = [(float(x), float(y)) for x, y in value]
    except (TypeError, ValueError):
        raise QueryError("region: expected corners as pairs of numbers") from None
    if not np.isfinite(corners).all():
        raise QueryError("region: expected finite numbers")
    return corners
