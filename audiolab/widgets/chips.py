"""The chosen filters as the page names them: one chip each, to be taken off."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audiolab.catalog.fields import TARGETS
from audiolab.widgets.view_state import COMPATIBLE, RANGES


def chips(chosen: Mapping[str, Any]) -> list[dict[str, str]]:
    """One dict per chosen value: `name` of the field, `value`, the `text` and the `label`.

    The value is what `without` takes; a range is one value.
    """
    found = []
    for name, value in chosen.items():
        label = TARGETS[name].label
        if name in RANGES.values():
            found.append(_chip(name, "", f"{label} {_span(name, value)}", label))
            continue
        for item in value:
            text = f"{label}: {item}" if name == "has_vocals" else item
            if name == "region":
                text = "Part of the map"
            elif item.startswith(COMPATIBLE):
                text = f"{item.removeprefix(COMPATIBLE)} and compatible"
            found.append(_chip(name, item, text, label))
    return found


def like_chips(ids: Sequence[str], titles: Mapping[str, str | None]) -> list[dict[str, str]]:
    """One chip for each track that others are to be like; without a title, it is there no more."""
    return [
        _chip("similar", one, f"Like {titles.get(one, '…') or 'a track that is gone'}", "Similar")
        for one in ids
    ]


def without(chosen: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """What stays chosen when one chip is taken off."""
    rest = dict(chosen)
    kept = [] if name in RANGES.values() else [one for one in rest.get(name, []) if one != value]
    rest.pop(name, None)
    return {**rest, name: kept} if kept else rest


def _chip(name: str, value: str, text: str, label: str) -> dict[str, str]:
    return {"name": name, "value": value, "text": text, "label": label}


def _span(name: str, value: list[float | None]) -> str:
    write: Callable[[float], str] = _clock if name == "duration_seconds" else _plain
    low, high = (None if bound is None else write(bound) for bound in value)
    if low is None:
        return f"up to {high}"
    return f"from {low}" if high is None else f"{low}–{high}"


def _plain(number: float) -> str:
    return f"{number:g}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def playlist_chip(name: str) -> list[dict[str, str]]:
    """The playlist that is open, if one is."""
    return [_chip("playlist", name, name, "Playlist")] if name else []
