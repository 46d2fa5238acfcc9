"""What a file's tags claim, beside what the analysis found: same, related or different.

Tags of DJ software and encoders name tempo, key, genre and gain in many ways; here they are read
into the catalog's columns, so that both sides can be compared. Pure functions of a track's values.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from audiolab import keys

Verdict = Literal["same", "related", "different", "unconfirmed"]

# Column -> tags that name it, the likelier first.
TAGS: dict[str, tuple[str, ...]] = {
    "tempo_bpm": ("bpm", "tempo", "tbpm", "fbpm"),
    "key": ("initialkey", "initial key", "key", "tkey"),
    "genre_primary": ("genre",),
    "mood_primary": ("mood",),
    "replaygain_track_gain_db": ("replaygain_track_gain",),
}
TEMPO_TOLERANCE = 0.02
WHOLE_BPM = 0.6  # tags are often rounded
OTHER_LEVELS = (1 / 3, 1 / 2, 2 / 3, 3 / 2, 2, 3)
GAIN_TOLERANCE_DB = 1.0
BPM_SPAN = (20.0, 400.0)
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
SEPARATORS = re.compile(r"[;/,|]+")


@dataclass(frozen=True)
class Claim:
    """One thing that tags and analysis both speak of.

    Attributes
    ----------
    column : str
        The column of the analysed value.
    tag : str
        Name of the tag.
    claimed : float or str
        What the tag says, as the column would hold it.
    found : float, str or None
        What the analysis found.
    verdict : {"same", "related", "different", "unconfirmed"}
        Related: the double tempo, the relative key, a neighbouring genre. Unconfirmed: the
        analysis does not say.
    """

    column: str
    tag: str
    claimed: float | str
    found: float | str | None
    verdict: Verdict


def claims(values: Mapping[str, Any]) -> list[Claim]:
    """What the tags of a track claim, column by column.

    Parameters
    ----------
    values : mapping
        A track's columns, ``tags`` among them.
    """
    found = (claim(column, values) for column in TAGS)
    return [one for one in found if one is not None]


def claim(column: str, values: Mapping[str, Any]) -> Claim | None:
    """What the tags of a track claim of one column of `TAGS`; None if they do not speak of it."""
    tags = values.get("tags")
    told = _told(column, tags) if isinstance(tags, Mapping) else None
    if told is None:
        return None
    tag, claimed = told
    analysed = _known(values.get(column))
    verdict: Verdict = "unconfirmed" if analysed is None else _compare(column, claimed, values)
    return Claim(column, tag, claimed, analysed, verdict)


def tempo_verdict(claimed: float, found: float) -> Verdict:
    """Same within 2 % or half a beat; related at another metrical level."""
    if abs(claimed - found) <= max(WHOLE_BPM, TEMPO_TOLERANCE * found):
        return "same"
    levels = (abs(claimed / (found * level) - 1) <= TEMPO_TOLERANCE for level in OTHER_LEVELS)
    return "related" if any(levels) else "different"


def key_verdict(claimed: str, found: str) -> Verdict:
    """Related: a fifth away, the relative or the parallel key."""
    first, second = keys.parse(claimed), keys.parse(found)
    if first == second:
        return "same"
    near = second in keys.compatible(first) or first[0] == second[0]
    return "related" if near else "different"


def genre_verdict(claimed: str, found: list[str]) -> Verdict:
    """Same if one of the genres is named alike; related if one name holds the other."""
    ours = {_folded(name) for name in found}
    theirs = {_folded(name) for name in SEPARATORS.split(claimed)} - {""}
    if ours & theirs:
        return "same"
    near = any(a in b or b in a for a in ours for b in theirs if min(len(a), len(b)) > 2)
    return "related" if near else "different"


def _compare(column: str, claimed: Any, values: Mapping[str, Any]) -> Verdict:
    found = values[column]
    if column == "tempo_bpm":
        return tempo_verdict(claimed, float(found))
    if column == "key":
        return key_verdict(claimed, found)
    if column == "replaygain_track_gain_db":
        return "same" if abs(claimed - float(found)) <= GAIN_TOLERANCE_DB else "different"
    others = values.get(column.replace("primary", "secondary"))
    return genre_verdict(claimed, [found, *(others if isinstance(others, list) else ())])


def _told(column: str, tags: Mapping[str, Any]) -> tuple[str, float | str] | None:
    """The first tag of the column that makes sense, with what it says."""
    read: Callable[[str], float | str | None] = _READERS.get(column, _text)
    for name in TAGS[column]:
        texts = tags.get(name)
        for text in texts if isinstance(texts, list) else [texts]:
            value = read(text) if isinstance(text, str) else None
            if value is not None:
                return name, value
    return None


def _tempo(text: str) -> float | None:
    bpm = _number(text)
    return bpm if bpm is not None and BPM_SPAN[0] <= bpm <= BPM_SPAN[1] else None


def _number(text: str) -> float | None:
    match = NUMBER.search(text)
    return float(match[0].replace(",", ".")) if match else None


def _key(text: str) -> str | None:
    try:
        return keys.name(*keys.parse(text))
    except ValueError:
        return None


def _text(text: str) -> str | None:
    return text.strip() or None


_READERS: dict[str, Callable[[str], float | str | None]] = {
    "tempo_bpm": _tempo,
    "key": _key,
    "replaygain_track_gain_db": _number,
}


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _known(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value
