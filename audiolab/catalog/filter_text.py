"""Writing a filter down: as Python code and in the query language."""

import re

from audiolab.catalog import values
from audiolab.catalog.fields import TARGETS
from audiolab.catalog.filters import All, AnyOf, Node, Not
from audiolab.catalog.values import Term

# The names people type.
_SHORT = {
    "tempo_bpm": "bpm",
    "duration_seconds": "duration",
    "added_at": "added",
    "loudness_lufs": "loudness",
    "has_vocals": "vocals",
    "has_artwork": "artwork",
}
_PLAIN_VALUE = re.compile(r"[^\s|()\",]+")
_OPERATORS = ("=", ":", "~", ">", "<")


def to_query(node: Node) -> str:
    """The node in the query language."""
    if isinstance(node, Term):
        return _term_query(node)
    if isinstance(node, Not):
        if isinstance(node.part, Term) and node.part.op == "known":
            return f'{_SHORT.get(node.part.target, node.part.target)}:""'
        return f"-{_grouped(node.part)}"
    if isinstance(node, AnyOf):
        return " | ".join(to_query(part) for part in node.parts)
    searches = sum(_is_search(part) for part in node.parts)
    alone = searches == 1 and _is_search(node.parts[-1])
    return " ".join(_part_of_all(part, alone) for part in node.parts)


def _is_search(node: Node) -> bool:
    return isinstance(node, Term) and node.op == "text"


def _part_of_all(part: Node, alone: bool) -> str:
    # Words side by side are read as one search, and it comes last: others need brackets.
    bracketed = isinstance(part, AnyOf) or (_is_search(part) and not alone)
    return f"({to_query(part)})" if bracketed else to_query(part)


def _grouped(node: Node) -> str:
    single = isinstance(node, Term) and (node.op != "text" or " " not in _words_query(node.value))
    return to_query(node) if single else f"({to_query(node)})"


def _term_query(term: Term) -> str:
    if term.op == "text":
        return _words_query(term.value)
    if term.op == "known":
        return f"has:{_SHORT.get(term.target, term.target)}"
    if term.op == "is" and term.value:
        return f"has:{_SHORT.get(term.target, term.target)}"
    name = _SHORT.get(term.target, term.target)
    if term.op in ("any", "contains"):
        return f"{name}:{','.join(_name_query(item) for item in term.value)}"
    if term.op == "equals":
        return f"{name}:={_quoted(term.value[0])}"
    if term.op == "regex":
        return f"{name}::{_quoted(term.value)}"
    text = values.write(term)
    return f"{name}:{_quoted(text) if ' ' in text else text}"


def _words_query(text: str) -> str:
    return " ".join(_word_query(word) for word in text.split())


def _word_query(word: str) -> str:
    special = (
        word.startswith(("-", "~", '"', "(", ")"))
        or re.search(r"[|()]", word)
        or re.match(r"[A-Za-z_][A-Za-z0-9_]*:", word)
    )
    return _quoted(word) if special and word != "-" else word


def _name_query(text: str) -> str:
    plain = _PLAIN_VALUE.fullmatch(text) and not text.startswith(_OPERATORS)
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def to_code(node: Node) -> str:
    """The node as a Python expression with `Filter`."""
    if isinstance(node, Term):
        return _call([node])
    if isinstance(node, Not):
        if _unknown(node):
            return _call([node])
        return f"~{_atom(node.part)}"
    if isinstance(node, AnyOf):
        return " | ".join(_atom(part, inside="|") for part in node.parts)
    return _all_code(node)


def _unknown(node: Node) -> bool:
    return isinstance(node, Not) and isinstance(node.part, Term) and node.part.op == "known"


def _all_code(node: All) -> str:
    """Neighbouring plain conditions share one call, in their order."""
    calls: list[str] = []
    run: list[Node] = []
    names: set[str] = set()

    def flush() -> None:
        if run:
            calls.append(_call(run))
            run.clear()
            names.clear()

    for part in node.parts:
        name = _argument_name(part)
        if name is None or name in names or "text" in names:
            flush()
        if name is None:
            calls.append(_atom(part))
        else:
            run.append(part)
            names.add(name)
    flush()
    return " & ".join(calls) if calls else "Filter()"


def _argument_name(node: Node) -> str | None:
    if isinstance(node, Term) and node.op != "known":
        return node.target
    if _unknown(node):
        assert isinstance(node, Not)
        assert isinstance(node.part, Term)
        return node.part.target
    return None


def _atom(node: Node, inside: str = "&") -> str:
    bare = isinstance(node, (Term, Not)) or node == All(())
    code = to_code(node)
    if bare or (inside == "|" and isinstance(node, All)):
        return code
    return f"({code})"


def _call(parts: list[Node]) -> str:
    first = parts[0]
    if len(parts) == 1 and isinstance(first, Term) and first.op == "known":
        return f"Filter.known({first.target!r})"
    return f"Filter({', '.join(_argument(part) for part in parts)})"


def _argument(node: Node) -> str:
    if isinstance(node, Not):
        assert isinstance(node.part, Term)
        return f"{node.part.target}=None"
    assert isinstance(node, Term)
    return f"{node.target}={_argument_value(node)}"


def _argument_value(term: Term) -> str:
    value = term.value
    if term.op in ("any", "contains"):
        return _alternatives(term)
    if term.op in ("is", "text"):
        return repr(value)
    if term.op == "range" and _is_pair(term):
        low, high = (None if b is None else values.plain(b) for b in (value.low, value.high))
        return f"({low}, {high})"
    if term.op == "about" and re.fullmatch(r"\d+(\.\d*[1-9])?", value):
        return str(value)
    return repr(values.write(term))


def _is_pair(term: Term) -> bool:
    """Whether a range can be written as (low, high): closed, and of numbers."""
    closed = not (term.value.above or term.value.below)
    return closed and TARGETS[term.target].kind != "time"


def _alternatives(term: Term) -> str:
    items = term.value
    plain = len(items) == 1 and not items[0].startswith(_OPERATORS) and items[0]
    return repr(items[0]) if plain else repr(list(items))
