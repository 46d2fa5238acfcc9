"""Filter: which tracks, as an immutable value that composes with ``&``, ``|`` and ``~``.

One filter has three faces: Python (`Filter(genre="house")`, `to_code`), the query language of
the search box (`Filter.parse`, `to_query`) and SQL (`to_sql`, in `filter_sql`). Filters that ask
the same are equal and hash alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union

from audiolab.catalog import values
from audiolab.catalog.fields import ALIASES, TARGETS, Target, nearest_name
from audiolab.catalog.values import Term
from audiolab.errors import QueryError

Where = Union["Filter", str, Mapping[str, Any], None]


@dataclass(frozen=True)
class All:
    """Every one of the parts holds; no parts means every track."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of the parts holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold; an unknown value does not hold either."""

    part: "Node"


Node = Term | All | AnyOf | Not


class Filter:
    """Which tracks, by their values.

    Parameters
    ----------
    text : str, optional
        Words that must occur in title, artist, album, file name, path, genre, mood or instruments;
        case and accents do not matter, the last word may be unfinished.
    **conditions
        Field name or short name (``bpm``, ``genre``, ``key``, …) and what it must be:

        - names: one or a list of alternatives, ``genre=["house", "techno"]``; keys in any notation,
          ``key="8A"``; ``key="~8A"`` also takes harmonically compatible ones
        - numbers: ``(low, high)`` inclusive with None for open, a number (what is shown as that
          number), or a text like ``">0.5"`` and ``"~125"`` (half and double tempo too)
        - texts: a part of it, ``artist="björk"``; ``"=exact"``; ``":regex"``
        - yes or no: ``has_vocals=True``
        - dates: ``added="-1w.."``, ``(datetime, None)``
        - None: the field is unknown

    Raises
    ------
    QueryError
        For an unknown field or a value that it cannot have.

    Examples
    --------
    >>> house = Filter(genre="house", tempo_bpm=(120, 128))
    >>> (house & ~Filter(key="8A")).to_query()
    'genre:house bpm:120..128 -key:"A minor"'
    """

    __slots__ = ("node",)
    node: Node

    def __init__(self, text: str | None = None, **conditions: Any) -> None:
        parts = [condition(name, value) for name, value in conditions.items()]
        if text is not None and text.strip():
            parts.append(Term("text", "text", _words(text)))
        object.__setattr__(self, "node", parts[0] if len(parts) == 1 else All(tuple(parts)))

    @classmethod
    def of_node(cls, node: Node) -> "Filter":
        """The filter that a tree of conditions means."""
        made = cls()
        object.__setattr__(made, "node", node)
        return made

    @classmethod
    def known(cls, field: str) -> "Filter":
        """Tracks whose `field` is known."""
        return cls.of_node(Term(_target(field).name, "known", True))

    @classmethod
    def parse(cls, query: str) -> "Filter":
        """Read the query language, e.g. ``genre:house bpm:120..128 -mood:sad night drive``.

        Raises
        ------
        QueryError
            With the position of the mistake and a suggestion.
        """
        from audiolab.catalog.query import parse

        return cls.of_node(parse(query))

    @classmethod
    def of(cls, where: Where) -> "Filter":
        """A filter from what `where=` arguments take: a Filter, a query, a dict or None.

        Raises
        ------
        QueryError
            If it is none of these, or does not make sense.
        """
        if isinstance(where, Filter):
            return where
        if where is None:
            return cls()
        if isinstance(where, str):
            return cls.parse(where)
        if isinstance(where, Mapping):
            return cls(**where)
        raise QueryError(
            f"where: expected a Filter, a query string, a dict or None, got {type(where).__name__}"
        )

    def to_query(self) -> str:
        """This filter in the query language; "" for all tracks."""
        from audiolab.catalog.filter_text import to_query

        return to_query(self.node)

    def to_code(self) -> str:
        """The Python expression that makes this filter."""
        from audiolab.catalog.filter_text import to_code

        return to_code(self.node)

    def to_sql(self) -> tuple[str, dict[str, Any]]:
        """The condition on table ``track`` and its parameters, for psycopg2.

        Returns
        -------
        tuple of (str, dict)
            SQL with ``%(name)s`` placeholders, and their values.
        """
        from audiolab.catalog.filter_sql import compile_statement, condition_of

        return compile_statement(condition_of(self.node))

    def __and__(self, other: "Filter") -> "Filter":
        return self.of_node(_joined(All, self.node, other.node))

    def __or__(self, other: "Filter") -> "Filter":
        everything = All(())
        if everything in (self.node, other.node):
            return self.of_node(everything)
        return self.of_node(_joined(AnyOf, self.node, other.node))

    def __invert__(self) -> "Filter":
        return self.of_node(self.node.part if isinstance(self.node, Not) else Not(self.node))

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return self.node != All(())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filter) and self.node == other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Filter cannot be changed: make a new one with &, | or ~")

    def __reduce__(self) -> tuple[Any, tuple[Node]]:
        return Filter.of_node, (self.node,)

    def __repr__(self) -> str:
        return self.to_code()

    def terms(self) -> Iterator[Term]:
        """Every condition in it, in order."""
        yield from _terms(self.node)


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        yield from _terms(node.part)
    else:
        for part in node.parts:
            yield from _terms(part)


def _joined(kind: type[All] | type[AnyOf], *nodes: Node) -> Node:
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.parts if isinstance(node, kind) else [node])
    distinct = tuple(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else kind(distinct)


def join_all(nodes: list[Node]) -> Node:
    """All of the nodes, flattened."""
    return _joined(All, *nodes) if nodes else All(())


def join_any(nodes: list[Node]) -> Node:
    """Any of the nodes, flattened."""
    return _joined(AnyOf, *nodes)


def _words(text: str) -> str:
    if "\x00" in text:
        raise QueryError("a query cannot hold NUL characters: remove them")
    return " ".join(text.split())


def _target(name: str) -> Target:
    if name not in ALIASES:
        guess = nearest_name(name)
        hint = f": did you mean {guess}?" if guess else ""
        raise QueryError(f"there is no field {name!r}{hint}", query=name, suggestion=guess)
    return TARGETS[ALIASES[name]]


def condition(name: str, value: Any) -> Node:
    """The condition that field `name` is `value`, as `Filter(name=value)` means it."""
    target = _target(name)
    if value is None:
        return Not(Term(target.name, "known", True))
    if isinstance(value, bool):
        if target.kind != "bool":
            raise QueryError(f"{name}: expected {values.expected(target)}, got {value}")
        return Term(target.name, "is", value)
    if isinstance(value, str):
        return values.parse(target, value)
    if target.kind in ("number", "integer"):
        return _number(target, value)
    if target.kind == "time":
        return _time(target, value)
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        if all(isinstance(item, str) for item in items):
            return values.literal(target, tuple(dict.fromkeys(items)))
    raise QueryError(f"{name}: expected {values.expected(target)}, got {value!r}")


def _number(target: Target, value: Any) -> Node:
    try:
        if isinstance(value, (tuple, list)) and len(value) == 2:
            low, high = (None if bound is None else float(bound) for bound in value)
            if low is None and high is None:
                return Term(target.name, "known", True)
            return values.number_range(target, low, high)
        if not isinstance(value, (tuple, list)):
            return values.parse(target, values.plain(float(value)))
    except (TypeError, ValueError) as error:
        if isinstance(error, QueryError):
            raise
    raise QueryError(f"{target.name}: expected {values.expected(target)}, got {value!r}")


def _time(target: Target, value: Any) -> Node:
    pair = value if isinstance(value, (tuple, list)) and len(value) == 2 else (value, value)
    try:
        low, high = (
            "" if m is None else m if isinstance(m, str) else m.astimezone().isoformat()[:19]
            for m in pair
        )
    except (AttributeError, TypeError, ValueError):
        raise QueryError(
            f"{target.name}: expected {values.expected(target)}, got {value!r}"
        ) from None
    return values.parse(target, f"{low}..{high}" if low != high else low)
