"""Words as people type them: where they find nothing, those that look like them are looked for.

The vocabulary is every word that full-text search indexes, added as tracks are written; whether a
track still has a word is asked when it matters. Distance is optimal string alignment (an
insertion, deletion, replacement or swap of neighbours is one).
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Engine,
    Text,
    func,
    literal,
    select,
    text,
    true,
)

from audiolab.catalog.cache import Kept
from audiolab.catalog.filter_sql import anywhere
from audiolab.catalog.filters import All, AnyOf, Filter, Node, Not
from audiolab.catalog.read import names_states, visible
from audiolab.catalog.schema import track
from audiolab.catalog.text import UNFINISHED
from audiolab.catalog.text import words as words_of
from audiolab.catalog.values import Term

LONGEST = 40
SHORTEST = 3  # letters of a word in which a mistake can be recognised
CANDIDATES = 24
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
_kept: Kept[Term] = Kept()


def words_in(texts: Iterable[str]) -> set[str]:
    """The words of some search texts that belong into the vocabulary."""
    return {word for word in {*" ".join(texts).split()} if _is_word(word)}


def add_words(cursor: Any, new: Iterable[str]) -> None:
    """Add words to the vocabulary."""
    cursor.execute(
        "INSERT INTO term (word) SELECT w FROM unnest(%s::text[]) AS w "
        "WHERE NOT EXISTS (SELECT 1 FROM term WHERE word = w) ON CONFLICT DO NOTHING",
        (sorted(new),),  # one order for all writers, so that they do not wait in a circle
    )


def _is_word(word: str) -> bool:
    """Whether a mistake in it could be recognised: numbers have none."""
    return len(word) <= LONGEST and not word.isdigit()


def spelled(connection: Connection, where: Filter) -> Filter:
    """The filter with each search that finds nothing replaced by one for what was meant.

    Nothing is ruled out on a guess: what follows a ``-`` is taken as it was typed. The words of
    failed, missing and excluded tracks count where the filter names states.
    """
    return Filter.of_node(_spelled(connection, where.node, names_states(where)))


def _spelled(connection: Connection, node: Node, every: bool) -> Node:
    if isinstance(node, Term):
        if node.op != "text":
            return node
        return _kept.get(connection, (node, every), partial(_meant, connection, node, every))
    if isinstance(node, Not):
        return node
    parts = tuple(_spelled(connection, part, every) for part in node.parts)
    return All(parts) if isinstance(node, All) else AnyOf(parts)


def _meant(connection: Connection, term: Term, every: bool) -> Term:
    """A search as it was typed if it finds anything; else with words that look like its own.

    First the words that no track has are replaced; if there is still nothing, any word may stand
    for another one.
    """
    typed = words_of(str(term.value))
    counted = true() if every else visible
    if not typed or _finds(connection, term, counted):
        return term
    vocabulary = _vocabularies.setdefault(connection.engine, _Vocabulary()).update(connection)
    alike = {word: _like(word, vocabulary) for word in dict.fromkeys(typed)}
    begun = f"{typed[-1]}{UNFINISHED}"
    others = [word for found in alike.values() for word in found]
    known = _known(connection, [*alike, begun, *others], counted)
    own = [(word,) if word in known else () for word in (*typed[:-1], begun)]
    near = [_best(alike[word], known) for word in typed]
    strict = tuple(word or other for word, other in zip(own, near, strict=True))
    loose = tuple((*word, *other) for word, other in zip(own, near, strict=True))
    for words in dict.fromkeys((strict, loose)):
        found = replace(term, op="spelled", value=words)
        if all(words) and _finds(connection, found, counted):
            return found
    return term  # nothing looks like it: no track matches, as asked


def _finds(connection: Connection, term: Term, counted: ColumnElement[bool]) -> bool:
    """Whether any track that counts has the words of a search."""
    rows = select(track.c.id).where(counted, anywhere(term))
    return bool(connection.scalar(select(rows.exists())))


def _known(connection: Connection, words: Sequence[str], counted: ColumnElement[bool]) -> set[str]:
    """Those of some words (one may be unfinished) that a track that counts has."""
    asked = func.unnest(literal(list(words), ARRAY(Text))).column_valued("word")
    rows = select(track.c.id).where(
        counted,
        track.c.search.bool_op("@@")(func.to_tsquery("simple", asked)),
    )
    return set(connection.scalars(select(asked).where(rows.exists())))


def _like(word: str, vocabulary: Sequence[str]) -> dict[str, int]:
    """The nearest words with their distance: one mistake in a short word, two in a longer one."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < SHORTEST or word.isdigit():
        return {}
    most = 1 if len(word) < 6 else 2
    found = process.extract(
        word, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=CANDIDATES
    )
    return {candidate: int(distance) for candidate, distance, _ in found if distance}


def _best(found: Mapping[str, int], known: set[str]) -> tuple[str, ...]:
    """The nearest of them that a track has."""
    distances = {word: distance for word, distance in found.items() if word in known}
    least = min(distances.values(), default=0)
    near = [word for word, distance in distances.items() if distance == least]
    return tuple(near[:ALTERNATIVES])
