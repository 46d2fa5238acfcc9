"""Answers that hold until tracks change: kept in this process, by database."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from audiolab.catalog.schema import facet_count

MOST_KEPT = 500
Answer = TypeVar("Answer")


def version(connection: Connection) -> Hashable:
    """Something that differs after tracks changed, whoever changed them.

    Triggers add a row to `facet_count` with every such statement, in its transaction.
    """
    newest = connection.execute(select(func.max(facet_count.c.id), func.count())).one()
    return tuple(newest)


class Kept(Generic[Answer]):
    """Answers of one kind, by question; those of an older version are forgotten. For threads."""

    def __init__(self) -> None:
        self._answers: WeakKeyDictionary[Engine, tuple[Hashable, dict[Any, Answer]]] = (
            WeakKeyDictionary()
        )
        self._lock = threading.Lock()

    def get(
        self, connection: Connection, question: Hashable, answer: Callable[[], Answer]
    ) -> Answer:
        """The kept answer to a question, or a new one."""
        now = version(connection)
        with self._lock:
            kept = self._of(connection.engine, now)
            if question in kept:
                return kept[question]
        found = answer()
        with self._lock:
            kept = self._of(connection.engine, now)
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[question] = found
        return found

    def _of(self, engine: Engine, now: Hashable) -> dict[Any, Answer]:
        known, kept = self._answers.get(engine, (None, {}))
        if known != now:
            kept = {}
            self._answers[engine] = (now, kept)
        return kept
