"""Texts of the pages stand in texts.js, each of them is used, and none stands anywhere else."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from audiolab.widgets.part import STATIC
from widgets.javascript import HOLE, Token, tokens
from widgets.written import texts

MODULES = sorted(path for path in STATIC.glob("*.js") if path.name != "texts.js")
PYTHON = sorted(STATIC.parent.glob("*.py"))
# Several words, or one that begins a sentence.
SENTENCE = re.compile(r"[^\W\d_]{2,} [^\W\d_]|^[A-Z][a-z]+(?:[ .,:…]|$)")
LETTERS = re.compile(r"[^\W\d_]{2}")
# What an element shows or is called by: any word there is a text.
SHOWN = ("title", "placeholder", "alt", "label", "ariaLabel", "textContent",
         "aria-label", "aria-valuetext", "aria-description")  # fmt: skip
CLASSES = re.compile(rf"(?:al-[\w{HOLE}-]*|{HOLE}| )+")
NOT_TEXTS = re.compile(
    r"[A-G]b|Enter|Escape|Home|End|Delete|Tab|linear-gradient.*|not all|JupyterLab (?:Dark|Light)"
    rf"|from audiolab import .*|(?:AUDIOLAB_\S+ )?audiolab (?:scan .*|models .*|{HOLE})"
)
# Seen where texts.js could not be loaded either.
ALONE = ("_LOADER",)
ENGINEERS = ("LOG.", "TypeVar")


@cache
def read(path: Path) -> list[Token]:
    """A module of the page."""
    return tokens(path.read_text("utf-8"))


@cache
def parsed(path: Path) -> ast.AST:
    """A module of the kernel."""
    return ast.parse(path.read_text("utf-8"))


def strays(found: list[Token]) -> Iterator[str]:
    """Literals of a module that a person would read."""
    shown = shown_by_elements(found)
    for at, one in enumerate(found):
        before = [token.text for token in found[max(0, at - 4) : at]]
        if one.kind != "text" or NOT_TEXTS.fullmatch(one.text) or CLASSES.fullmatch(one.text):
            continue
        if before[-2:] in (["Error", "("], ["error", "("], ["=", "="]):
            continue  # for whoever looks into the console, or compared with
        named = before[-2:-1] != [] and before[-2] in SHOWN and before[-1] in (":", "=")
        if SENTENCE.search(one.text) or (LETTERS.search(one.text) and (named or at in shown)):
            yield f"{one.line}: {one.text}"


def shown_by_elements(found: list[Token]) -> set[int]:
    """Places of literals that are children: the third argument of `h` and all after it."""
    places = set()
    for at, one in enumerate(found[:-2]):
        if (one.text, found[at + 1].text) != ("h", "("):
            continue
        depth = argument = 0
        for place in range(at + 1, len(found)):
            sign = found[place].text if found[place].kind == "sign" else ""
            depth += (sign in ("(", "[", "{")) - (sign in (")", "]", "}"))
            argument += sign == "," and depth == 1
            if depth == 0:
                break
            if argument >= 2 and depth == 1 and found[place].kind == "text":
                places.add(place)
    return places


def python_strays(tree: ast.AST) -> Iterator[str]:
    """The same of Python."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        text = spelled(node)
        if text is None or NOT_TEXTS.fullmatch(text) or excused(node):
            continue
        if SENTENCE.search(text):
            yield f"{node.lineno}: {text}"  # type: ignore[attr-defined]


def spelled(node: ast.AST) -> str | None:
    """The text of a literal, with holes where values go."""
    if isinstance(node, ast.JoinedStr):
        return "".join(spelled(one) or HOLE for one in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def excused(node: ast.AST) -> bool:
    """Whether a literal is part of another, or for engineers: errors, logs, documentation."""
    inner, outer = node, getattr(node, "parent", None)
    if isinstance(outer, ast.JoinedStr | ast.Expr):
        return True
    while outer is not None:
        if isinstance(outer, ast.Raise) or inner is getattr(outer, "annotation", None):
            return True
        if isinstance(outer, ast.keyword) and outer.arg == "help":
            return True
        if isinstance(outer, ast.Call) and ast.unparse(outer.func).startswith(ENGINEERS):
            return True
        if isinstance(outer, ast.Assign) and ast.unparse(outer.targets[0]) in ALONE:
            return True
        inner, outer = outer, getattr(outer, "parent", None)
    return False


def keys() -> dict[str, str | dict[str, str]]:
    """Every text by its key."""
    return {
        f"{section}.{name}": text
        for section, named in texts().items()
        if isinstance(named, dict)
        for name, text in named.items()
    }


def holes(key: str) -> set[str]:
    """Placeholders of a text, in any of its forms; one with plural forms needs a `count`."""
    text = keys()[key]
    forms = [text] if isinstance(text, str) else list(text.values())
    return set(re.findall(r"{(\w+)}", " ".join(forms))) | (
        set() if isinstance(text, str) else {"count"}
    )


def calls(found: list[Token]) -> Iterator[tuple[str, set[str] | None]]:
    """Keys that a module asks for, with the names of their values where it spells them."""
    for at, one in enumerate(found[:-2]):
        if one.text not in ("t", "parts") or found[at + 1].text != "(" or found[at - 1].text == ".":
            continue
        if found[at + 2].kind != "text":
            continue
        values: set[str] | None = set()
        if found[at + 3].text == ",":
            values = names(found, at + 4) if found[at + 4].text == "{" else None
        yield found[at + 2].text, values


def names(found: list[Token], at: int) -> set[str]:
    """Names in the object literal that begins at a place."""
    depth, place, named = 0, at, set()
    while True:
        one = found[place]
        depth += (one.text in ("(", "[", "{")) - (one.text in (")", "]", "}"))
        if depth == 0:
            return named
        if one.kind == "name" and depth == 1 and found[place - 1].text in ("{", ","):
            named.add(one.text)
        place += 1


def python_calls(tree: ast.AST) -> Iterator[tuple[str, set[str] | None]]:
    """The same of Python."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "t":
            asked = [spelled(one) for one in ast.walk(node.args[0])]
            spread = any(one.arg is None for one in node.keywords)
            for key in asked:
                if key and re.fullmatch(rf"\w+\.[\w{HOLE}-]+", key):
                    yield key, None if spread else {str(one.arg) for one in node.keywords}


def asked() -> Iterator[tuple[Path, str, set[str] | None]]:
    """All that both sides ask for."""
    for path in MODULES:
        for key, values in calls(read(path)):
            yield path, key, values
    for path in PYTHON:
        for key, values in python_calls(parsed(path)):
            yield path, key, values


def mentioned() -> set[str]:
    """Keys that a module has anywhere, as in a table of them."""
    page = {one.text for path in MODULES for one in read(path) if one.kind == "text"}
    return page | {spelled(one) or "" for path in PYTHON for one in ast.walk(parsed(path))}


def test_no_module_of_the_page_spells_a_text() -> None:
    assert len(MODULES) > 50
    assert {path.name: found for path in MODULES if (found := list(strays(read(path))))} == {}


def test_no_module_of_the_kernel_spells_a_text() -> None:
    found = {path.name: list(python_strays(parsed(path))) for path in PYTHON}
    assert len(found) > 30
    assert {name: some for name, some in found.items() if some} == {}


def test_a_text_that_somebody_spells_is_found() -> None:
    spelled_in_javascript = (
        'h("p", { className: "al-hint" }, "nothing");',
        'h("p", {}, many ? `${number} tracks found` : "");',
        'const NAMES = [["genre", "Genre"]];',
        "button.title = 'undo';",
        'input({ "aria-label": "name" })',
        'toast("It is done.")',
    )
    for source in spelled_in_javascript:
        assert list(strays(tokens(source))), source
    fine = 'h("p", { className: "al-x" }, t("a.b")); const word = /"a b/; key === "Enter";'
    assert list(strays(tokens(fine))) == []
    for source in ('self.toast("It is done.")', 'x = f"{number} tracks found"', 'LABEL = "Genre"'):
        assert list(python_strays(ast.parse(source))), source
    assert list(python_strays(ast.parse('"""It is."""\nraise ValueError("not at all")'))) == []


def test_every_text_is_used_and_every_use_has_its_text() -> None:
    known, used = keys(), set()
    for path, key, values in asked():
        section = key.partition(".")[0]
        if HOLE in key:  # of a section whose names are the code's own
            assert key.startswith(f"{section}.{HOLE}"), (path.name, key)
            used |= {one for one in known if one.startswith(f"{section}.")}
            assert section in texts(), (path.name, section)
            continue
        assert key in known, (path.name, key)
        assert values is None or values == holes(key), (path.name, key, values)
        used.add(key)
    assert len(used) > 300
    assert set(known) - used - mentioned() == set()


def test_modules_import_what_they_write_with() -> None:
    for path in MODULES:
        found = read(path)
        called = {
            one.text
            for at, one in enumerate(found[:-1])
            if one.text in ("t", "parts", "written") and found[at + 1].text == "("
            if found[at - 1].text not in (".", "function")
        }
        imports = re.findall(r"^import {(.*)} from", path.read_text("utf-8"), re.MULTILINE)
        assert path.name == "text.js" or called <= set(re.findall(r"\w+", " ".join(imports))), path


def test_texts_are_texts() -> None:
    """Every form has its placeholders, none is HTML, and plural forms are those of English."""
    for key, text in keys().items():
        forms = {"": text} if isinstance(text, str) else text
        assert isinstance(text, str) or set(text) == {"one", "other"}, key
        for form in forms.values():
            assert form, key
            assert form == form.strip(), key
            assert not re.search(r"[<>&\0]", form), key
            assert re.sub(r"{\w+}", "", form).count("{") == 0, key
