"""The query language of the search box and the command line, read into filter nodes.

night drive            words, anywhere; the last may be unfinished
genre:house            a field; alternatives by comma: genre:house,techno
bpm:120..128 energy:>0.5 bpm:~125 key:8A key:~8A added:-1w.. duration:<3:30
artist:"sigur rós"     quotes keep spaces and signs; artist:=NA is exact, path::regex
"~harp"                a word that begins with ~, which alone asks for a sound (described.py)
-mood:sad              not;  has:vocals, has:key: true, or known;  title:"" : unknown
a | b, (a | b) c       or, groups; () is every track
"""

import re
from collections.abc import Callable

from audiolab.catalog import values
from audiolab.catalog.fields import ALIASES, TARGETS, Target, nearest_name
from audiolab.catalog.filters import Node, Not, join_all, join_any
from audiolab.catalog.values import Term
from audiolab.errors import QueryError

MAX_LENGTH = 4_000
MAX_DEPTH = 50
_FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):")
_BARE_END = re.compile(r"[\s|()]")


def parse(query: str) -> Node:
    """Read a query.

    Raises
    ------
    QueryError
        With the position of the mistake in characters from 0, and a suggestion where there is one.
    """
    if len(query) > MAX_LENGTH:
        raise QueryError(
            f"the query is {len(query):,} characters long: {MAX_LENGTH:,} is the limit",
            query=query[:100],
            position=MAX_LENGTH,
        )
    if "\x00" in query:
        position = query.index("\x00")
        raise QueryError(
            "a query cannot hold NUL characters: remove them",
            query=query,
            position=position,
            suggestion=query.replace("\x00", ""),
        )
    return _Parser(query).parse()


class _Parser:
    """Recursive descent over the characters: any -> all -> term."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self._any()
        if self.at < len(self.query):
            rest = self.query[: self.at] + self.query[self.at + 1 :]
            raise self._error("there is no ( for this )", self.at, suggestion=rest)
        return node

    def _any(self) -> Node:
        options = [self._all()]
        while self._peek() == "|":
            self.at += 1
            options.append(self._all())
        given = [option for option in options if option is not None]
        everything = not given or join_all([]) in given
        return join_all([]) if everything else join_any(given)

    def _all(self) -> Node | None:
        """The conditions side by side; None if there are none, as in "night | "."""
        nodes: list[Node] = []
        bare: list[str] = []
        while (character := self._peek()) and character not in "|)":
            item = self._item()
            if isinstance(item, str):
                bare.append(item)
            else:
                nodes.append(item)
        if bare:
            nodes.append(Term("text", "text", " ".join(bare)))
        return join_all(nodes) if nodes else None

    def _peek(self) -> str:
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
        return self.query[self.at : self.at + 1]

    def _item(self) -> Node | str:
        if self._peek() != "-":
            return self._positive()
        self.at += 1
        if self.at == len(self.query) or self.query[self.at].isspace():
            return "-"  # a dash between words, as in "artist - title"
        item = self._nested(self._item)
        if isinstance(item, str):
            item = Term("text", "text", item)
        return item.part if isinstance(item, Not) else Not(item)

    def _nested(self, read: Callable[[], Node | str]) -> Node | str:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} groups inside each other", self.at)
        item = read()
        self.depth -= 1
        return item

    def _positive(self) -> Node | str:
        if self._peek() == "(":
            return self._group()
        if self._peek() == "~":
            raise self._description()
        match = _FIELD.match(self.query, self.at)
        if match is None:
            return self._word()
        return self._field(match[1], match.end())

    def _group(self) -> Node:
        start = self.at
        self.at += 1
        node = self._nested(self._any)
        if self._peek() != ")":
            raise self._error("there is no ) for this (", start, suggestion=self.query + ")")
        self.at += 1
        assert not isinstance(node, str)
        return node

    def _description(self) -> QueryError:
        """A description orders tracks by their sound; it is not read here."""
        start = self.at
        text, _ = self._value()
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return self._error(
            'a description after ~ cannot filter: quote it ("~…") to search for it',
            start,
            suggestion=f'{self.query[:start]}"{escaped}"{self.query[self.at :]}',
        )

    def _word(self) -> str:
        text, _ = self._value()
        return text

    def _value(self) -> tuple[str, bool]:
        """One bare or quoted text, and whether it was quoted."""
        if self.query[self.at : self.at + 1] == '"':
            return self._quoted(), True
        match = _BARE_END.search(self.query, self.at)
        end = match.start() if match else len(self.query)
        text, self.at = self.query[self.at : end], end
        return text, False

    def _quoted(self) -> str:
        start = self.at
        characters: list[str] = []
        self.at += 1
        while self.at < len(self.query):
            character = self.query[self.at]
            self.at += 1
            if character == '"':
                return "".join(characters)
            if character == "\\" and self.query[self.at : self.at + 1] in ('"', "\\"):
                character = self.query[self.at]
                self.at += 1
            characters.append(character)
        raise self._error('this " is not closed', start, suggestion=self.query + '"')

    def _field(self, name: str, value_at: int) -> Node:
        start = self.at
        self.at = value_at
        lowered = name.lower()
        if lowered == "has":
            return self._has(value_at)
        if lowered not in ALIASES:
            guess = nearest_name(name)
            hint = f": did you mean {guess}:?" if guess else ': quote it ("…") to search for it'
            meant = self._instead(start, start + len(name), guess)
            raise self._error(f"there is no field {name}{hint}", start, suggestion=meant)
        target = TARGETS[ALIASES[lowered]]
        try:
            return self._condition(target, value_at)
        except QueryError as error:
            if error.position is not None:
                raise
            meant = self._instead(value_at, self.at, error.suggestion)
            raise self._error(str(error), value_at, suggestion=meant) from None

    def _condition(self, target: Target, value_at: int) -> Node:
        if target.kind == "text" and self.query[self.at : self.at + 1] == ":":
            self.at += 1
            return values.parse(target, ":" + self._regex())
        exact = target.kind == "text" and self.query[self.at : self.at + 2] == '="'
        self.at += exact
        items = self._items(split=target.kind in ("text", "category", "list"))
        if exact:
            return Term(target.name, "equals", (items[0][0],))
        if items == [("", True)]:
            return Not(Term(target.name, "known", True))
        if any(not text for text, _ in items):
            raise self._error(
                f"{target.name}: expected {values.expected(target)} after the colon", value_at
            )
        if len(items) == 1 and not items[0][1]:
            return values.parse(target, items[0][0])
        if target.kind in ("number", "integer", "time", "bool"):
            return values.parse(target, items[0][0])
        return values.literal(target, tuple(dict.fromkeys(text for text, _ in items)))

    def _regex(self) -> str:
        """A pattern runs to the next space, so that it may hold | ( and )."""
        if self.query[self.at : self.at + 1] == '"':
            return self._quoted()
        match = re.compile(r"\s").search(self.query, self.at)
        end = match.start() if match else len(self.query)
        text, self.at = self.query[self.at : end], end
        return text

    def _items(self, *, split: bool) -> list[tuple[str, bool]]:
        items = []
        while True:
            text, quoted = self._value()
            if quoted or not split:
                items.append((text, quoted))
            elif '"' in text and "," in text:  # bare alternatives before a quoted one
                head, _, _ = text.partition('"')
                self.at -= len(text) - len(head)
                items += [(part, False) for part in head.rstrip(",").split(",")]
                if not head.endswith(","):
                    return items
                continue
            else:
                items += [(part, False) for part in text.split(",")]
            if not (split and quoted and self.query[self.at : self.at + 1] == ","):
                return items
            self.at += 1

    def _has(self, value_at: int) -> Node:
        name = self._word()
        if name.lower() not in ALIASES:
            guess = nearest_name(name)
            raise self._error(
                f"has: expected the name of a field, got {name!r}"
                + (f": did you mean has:{guess}?" if guess else ""),
                value_at,
                suggestion=self._instead(value_at, self.at, guess),
            )
        target = TARGETS[ALIASES[name.lower()]]
        if target.kind == "bool":
            return Term(target.name, "is", True)
        return Term(target.name, "known", True)

    def _instead(self, start: int, end: int, guess: str | None) -> str | None:
        """The whole query with one part as it was probably meant."""
        return None if guess is None else self.query[:start] + guess + self.query[end:]

    def _error(self, message: str, position: int, suggestion: str | None = None) -> QueryError:
        return QueryError(message, query=self.query, position=position, suggestion=suggestion)
