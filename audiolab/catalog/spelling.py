"""Words as people type them: a word that no track has stands for those that look like it.

The vocabulary is every word that full-text search indexes, added as tracks are written. Distance
is optimal string alignment (an insertion, deletion, replacement or swap of neighbours is one).
"""

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from audiolab.catalog.filters import All, AnyOf, Filter, Node, Not
from audiolab.catalog.text import words as words_of
from audiolab.catalog.values import Term

LONGEST = 40
ALTERNATIVES = 6


class _Vocabulary:
    """The words of one database; later ones are fetched when needed."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.newest = 0
        self.lock = threading.Lock()

    def update(self, connection: Connection) -> list[str]:
        with self.lock:
            rows = connection.execute(
                text("SELECT id, word FROM term WHERE id > :newest ORDER BY id"),
                {"newest": self.newest},
            ).all()
            if rows:
                self.newest = rows[-1][0]
                self.words = [*self.words, *(row[1] for row in rows)]
            return self.words


_vocabularies: WeakKeyDictionary[Engine, _Vocabulary] = WeakKeyDictionary()


def add_words(cursor: Any, texts: Sequence[str]) -> None:
    """Add the words of some search texts to the vocabulary."""
    new = {word for text in texts for word in text.split() if _is_word(word)}
    cursor.execute(
        "INSERT INTO term (word) SELECT w FROM unnest(%s::text[]) AS w "
        "WHERE NOT EXISTS (SELECT 1 FROM term WHERE word = w) ON CONFLICT DO NOTHING",
        (sorted(new),),  # one order for all writers, so that they do not wait in a circle
    )


def _is_word(word: str) -> bool:
    """Whether a mistake in it could be recognised: numbers have none."""
    return len(word) <= LONGEST and not word.isdigit()


def spelled(connection: Connection, where: Filter) -> Filter:
    """The filter with each unknown word of its searches replaced by the words it looks like.

    What is ruled out is left as typed: tracks are not hidden on a guess.
    """
    searches = [term for term in where.terms() if term.op == "text"]
    if not searches:
        return where
    meant = {term: _spelled_term(connection, term) for term in searches}
    return Filter.of_node(_replaced(where.node, meant))


def _replaced(node: Node, meant: dict[Term, Term]) -> Node:
    if isinstance(node, Term):
        return meant.get(node, node)
    if isinstance(node, Not):
        return node
    parts = tuple(_replaced(part, meant) for part in node.parts)
    return All(parts) if isinstance(node, All) else AnyOf(parts)


def _spelled_term(connection: Connection, term: Term) -> Term:
    typed = words_of(str(term.value))
    if not typed:
        return term
    known = set(
        connection.scalars(text("SELECT word FROM term WHERE word = ANY(:words)"), {"words": typed})
    )
    unknown = [word for word in typed if word not in known and _is_word(word)]
    if typed[-1] in unknown and _begins_a_word(connection, typed[-1]):
        unknown.remove(typed[-1])
    if not unknown:
        return term
    vocabulary = _vocabularies.setdefault(connection.engine, _Vocabulary()).update(connection)
    alternatives = {word: _like(word, vocabulary) for word in unknown}
    if not all(alternatives.values()):
        return term  # nothing looks like it: no track matches, as asked
    return replace(
        term, op="spelled", value=tuple(alternatives.get(word, (word,)) for word in typed)
    )


def _begins_a_word(connection: Connection, start: str) -> bool:
    found = connection.scalar(
        text("SELECT 1 FROM term WHERE word >= :low AND word < :high LIMIT 1"),
        {"low": start, "high": start + "\U0010fffd"},
    )
    return found is not None


def _like(word: str, vocabulary: Sequence[str]) -> tuple[str, ...]:
    """The nearest words: one mistake in a short word, two in a longer one."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < 3:
        return ()
    most = 1 if len(word) < 6 else 2
    found = process.extract(
        word, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=ALTERNATIVES
    )
    if not found:
        return ()
    best = found[0][1]
    return tuple(candidate for candidate, distance, _ in found if distance == best)
