"""Enough of a tokenizer of JavaScript to see the literals and calls of our modules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HOLE = "\0"  # stands for what a template literal fills in
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>\?\.|\?\?=?|=>|\.\.\.|[-+*%&|^!=<>~?:;,.(){}\[\]@#/])""",
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
# After these a slash divides; after anything else it begins a regular expression.
_VALUES = (")", "]", "}")


@dataclass(frozen=True)
class Token:
    """A `kind` ("text", "name", "number", "pattern" or "sign"), what it says, and its line."""

    kind: str
    text: str
    line: int


def tokens(source: str) -> list[Token]:
    """All tokens but space and comments; of literals, what is between the quotes."""
    found: list[Token] = []
    for kind, text, at in _tokens(source, 0, found):
        if kind != "space":
            found.append(Token(kind, text, source.count("\n", 0, at) + 1))
    return found


def _tokens(source: str, at: int, before: list[Token]) -> Iterator[tuple[str, str, int]]:
    while at < len(source):
        if source[at] == "`":
            text, end, inside = _template(source, at + 1)
            yield "text", text, at
            for start, stop in inside:
                yield from (
                    (kind, one, start + place)
                    for kind, one, place in _tokens(source[start:stop], 0, [])
                )
            at = end
            continue
        last = before[-1] if before else None
        divides = last and (last.kind in ("name", "number") or last.text in _VALUES)
        pattern = None if divides else _PATTERN.match(source, at)
        match = _TOKEN.match(source, at)
        if pattern and (match is None or match.lastgroup != "space"):
            yield "pattern", pattern[0], at
            at = pattern.end()
            continue
        assert match is not None, source[at : at + 40]
        kind = match.lastgroup or ""
        yield kind, match[0][1:-1] if kind == "text" else match[0], at
        at = match.end()


def _template(source: str, at: int) -> tuple[str, int, list[tuple[int, int]]]:
    """Text of a template literal with holes, where it ends, and where its expressions are."""
    text, inside = "", []
    while source[at] != "`":
        if source.startswith("${", at):
            end = _closing(source, at + 2)
            inside.append((at + 2, end))
            text, at = text + HOLE, end + 1
            continue
        step = 2 if source[at] == "\\" else 1
        text, at = text + source[at : at + step], at + step
    return text, at + 1, inside


def _closing(source: str, at: int) -> int:
    """The brace that ends an expression in a template literal."""
    depth = 0
    while True:
        if source[at] == "`":
            at = _template(source, at + 1)[1]
            continue
        match = _TOKEN.match(source, at)
        assert match is not None, source[at : at + 40]
        if match[0] == "}" and depth == 0:
            return at
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        at = match.end()
