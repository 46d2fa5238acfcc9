"""The best first: tracks that have the words of a search in title or artist, then the others.

Ranks are stretches of one order rather than scores: each is walked by an index, page by page, so
the first tracks of a million matches are there at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_

from audiolab.catalog.filter_sql import Condition, condition_of, in_head
from audiolab.catalog.filters import Filter, Node, Not
from audiolab.catalog.sort import Mark, Order, Stretch
from audiolab.catalog.values import Term

RELEVANCE = "relevance"
NEWEST_FIRST = Order("added_at", descending=True)
# Whole words in title and artist; then the last one only the beginning of a word there.
_RANKS: tuple[Callable[[Term], Condition], ...] = (
    partial(in_head, whole=True),
    partial(in_head, whole=False),
)


def ordered(sort: str | None, where: Filter) -> "Ordering":
    """The order that is meant.

    Parameters
    ----------
    sort : str or None
        As `Order.parse` reads it. ``relevance``, which is what None means: where words are
        searched, the best matches first, then the newest; else the newest first.
    where : Filter
        Which tracks.

    Raises
    ------
    QueryError
        If tracks cannot be ordered by that.
    """
    if sort is not None and sort.strip() != RELEVANCE:
        return Order.parse(sort)
    return BestFirst(where.node) if _searches(where.node) else NEWEST_FIRST


def _searches(node: Node) -> bool:
    """Whether it asks for words to occur."""
    if isinstance(node, Term):
        return node.op in ("text", "spelled")
    return not isinstance(node, Not) and any(_searches(part) for part in node.parts)


@dataclass(frozen=True)
class BestFirst:
    """By rank, and within a rank the newest first.

    Attributes
    ----------
    node : Node
        The filter whose searches rank its tracks.
    """

    node: Node

    def _ranks(self) -> list[Condition]:
        """A condition for each rank, which leaves the tracks of the better ones out."""
        first, second = (condition_of(self.node, search) for search in _RANKS)
        return [
            first,
            and_(second, not_(func.coalesce(first, False))),
            not_(func.coalesce(second, False)),
        ]

    @property
    def place(self) -> tuple[ColumnElement[Any], ...]:
        """What tells, with its id, where a track is in this order."""
        *ranks, _ = self._ranks()
        rank = case(
            *((condition, place) for place, condition in enumerate(ranks)), else_=len(ranks)
        )
        return rank, *NEWEST_FIRST.place

    def clauses(self) -> list[ColumnElement[Any]]:
        """For ORDER BY over all rows."""
        return [self.place[0], *NEWEST_FIRST.clauses()]

    def walk(self, mark: Mark | None = None, *, backwards: bool = False) -> list[Stretch]:
        """As `Order.walk`."""
        ranks = list(enumerate(self._ranks()))
        if backwards:
            ranks.reverse()
        found: list[Stretch] = []
        for rank, condition in ranks:
            here = None
            if mark is not None:
                (marked, *place), track_id = mark
                if (rank > marked) if backwards else (rank < marked):
                    continue
                here = (tuple(place), track_id) if rank == marked else None
            stretches = NEWEST_FIRST.walk(here, backwards=backwards)
            found += [stretch.narrowed(condition) for stretch in stretches]
        return found


Ordering = Order | BestFirst
