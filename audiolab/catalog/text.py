"""Folding: how texts are compared when people search, without regard to case and accents."""

import re
import unicodedata
from collections.abc import Iterable

# Letters that have no decomposition into a base letter and a mark.
_SINGLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŋ": "n",
                         "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"})  # fmt: skip
# Scripts written without spaces between words: every character is a word of its own.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
MAX_WORD = 200
UNFINISHED = ":*"  # behind a word in a full-text query: the beginning of one


def fold(text: str) -> str:
    """Lower case without accents: "Björk" and "BJORK" become "bjork"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return bare.lower().translate(_SINGLE)


def fold_name(name: str) -> str:
    """A name as it is told from others: without regard to case and outer spaces."""
    return unicodedata.normalize("NFC", name.strip()).casefold()


def words(text: str) -> list[str]:
    """The words of a folded text; each Han, Kana or Thai character is one."""
    return [word[:MAX_WORD] for word in _TOKEN.findall(fold(text))]


def search_words(texts: Iterable[str | None]) -> str:
    """What full-text search indexes of some texts: their folded words between spaces."""
    return " ".join(word for text in texts if text for word in words(text))


def tsquery(text: str, *, prefix: bool = True) -> str:
    """A full-text query that wants every word of `text`; "" if it has none.

    Parameters
    ----------
    text : str
        What a person typed.
    prefix : bool
        Whether the last word may be unfinished.

    Returns
    -------
    str
        In the syntax of ``to_tsquery('simple', …)``; it holds letters, digits and operators only.
    """
    parts = []
    for chunk in text.split():
        tokens = words(chunk)
        if tokens:
            parts.append(tokens)
    if not parts:
        return ""
    queries = [" <-> ".join(tokens) for tokens in parts]
    if prefix:
        queries[-1] += UNFINISHED
    return " & ".join(f"({query})" if "<->" in query else query for query in queries)
