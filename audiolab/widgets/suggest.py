"""How the word that is being typed into the search box may go on: fields, values, artists."""

from collections.abc import Iterable
from typing import Any

from audiolab.catalog import Catalog, Filter
from audiolab.catalog.fields import ALIASES, TARGETS
from audiolab.errors import QueryError

MOST = 8
ARTISTS_READ = 60
# What can be searched by, as people would type it, in the order offered.
FIELDS = (
    "genre", "bpm", "key", "mood", "instrument", "vocals", "energy", "artist", "album", "year",
    "duration", "loudness", "danceability", "format", "added", "title", "tag_genre", "valence",
    "state", "playlist",
)  # fmt: skip
COUNTED = ("genre", "tag_genre", "mood", "instrument", "format")
NAMED = ("artist", "album")

Item = dict[str, str]


def suggest(catalog: Catalog, word: str) -> list[Item]:
    """Ways on from `word`, likeliest first.

    Parameters
    ----------
    catalog : Catalog
        Whose values.
    word : str
        The last word typed; "" for the beginning of a search.

    Returns
    -------
    list of dict
        `text` that replaces the word, and the `label` of its field. A text that ends in ":" waits
        for a value.
    """
    minus = "-" if word.startswith("-") else ""
    field, colon, value = word.removeprefix("-").partition(":")
    value = value.strip('="')
    found: list[Item] = []
    try:
        if not colon:
            found = [*_fields(field), *_anywhere(catalog, field)]
        elif field.lower() in ALIASES:
            found = _values(catalog, ALIASES[field.lower()], value)
    except QueryError:  # half a word need not make sense yet
        return []
    distinct = {item["text"]: item for item in found}
    return [{**item, "text": minus + item["text"]} for item in distinct.values()][:MOST]


def _fields(start: str) -> list[Item]:
    names = (name for name in FIELDS if name.startswith(start.lower()))
    return [{"text": f"{name}:", "label": TARGETS[ALIASES[name]].label} for name in names]


def _anywhere(catalog: Catalog, start: str) -> list[Item]:
    if len(start) < 2:
        return []
    genres = [item for name in ("genre", "tag_genre") for item in _values(catalog, name, start)]
    return [*genres[:4], *_values(catalog, "artist", start)]


def _values(catalog: Catalog, field: str, start: str) -> list[Item]:
    if field in COUNTED:
        return _items(field, _alike(catalog.facets(field).index, start), lambda name: [name])
    if field == "playlist":
        return _items(field, _alike(catalog.playlist_names(), start), lambda name: [name])
    if field in NAMED and start:
        where = Filter(**{field: start})
        frame = catalog.tracks(where, limit=ARTISTS_READ, columns=[field])
        return _items(field, _alike(frame[field].unique(), start), lambda name: f"={name}")
    return []


def _alike(names: Iterable[Any], start: str) -> list[str]:
    """Names with the text in them; those that begin with it first."""
    text = start.casefold()
    having = [str(name) for name in names if text in str(name).casefold()]
    return sorted(having, key=lambda name: not name.casefold().startswith(text))[:MOST]


def _items(field: str, names: Iterable[str], condition: Any) -> list[Item]:
    label = TARGETS[field].label
    return [
        {"text": Filter(**{field: condition(name)}).to_query(), "label": label} for name in names
    ]
