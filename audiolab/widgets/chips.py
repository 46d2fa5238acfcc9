"""The chosen filters as the page names them: one chip each, to be taken off."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audiolab.catalog.fields import TARGETS
from audiolab.clock import clock
from audiolab.widgets.texts import Text, t
from audiolab.widgets.view_state import COMPATIBLE, RANGES

Chip = dict[str, Any]


def chips(chosen: Mapping[str, Any]) -> list[Chip]:
    """One dict per chosen value: `name` of the field, `value`, the `text` and the `label`.

    The value is what `without` takes; a range is one value.
    """
    found = []
    for name, value in chosen.items():
        label = TARGETS[name].label
        if name in RANGES.values():
            found.append(_chip(name, "", _span(name, value, label), label))
            continue
        for item in value:
            found.append(_chip(name, item, _named(name, item, label), label))
    return found


def like_chips(ids: Sequence[str], titles: Mapping[str, str | None]) -> list[Chip]:
    """One chip for each track that others are to be like; without a title, it is there no more."""
    return [_chip("similar", one, _like(titles.get(one, "…")), t("chips.similar")) for one in ids]


def without(chosen: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """What stays chosen when one chip is taken off."""
    rest = dict(chosen)
    kept = [] if name in RANGES.values() else [one for one in rest.get(name, []) if one != value]
    rest.pop(name, None)
    return {**rest, name: kept} if kept else rest


def _named(name: str, item: str, label: str) -> Text:
    if name == "has_vocals":
        return t("all.labelled", label=label, value=t(f"yes_no.{item}"))
    if name == "region":
        return t("chips.region")
    if item.startswith(COMPATIBLE):
        return t("chips.compatible", key=item.removeprefix(COMPATIBLE))
    return item


def _like(title: str | None) -> Text:
    return t("chips.like", title=title) if title else t("chips.like_gone")


def _chip(name: str, value: str, text: Text, label: Text) -> Chip:
    return {"name": name, "value": value, "text": text, "label": label}


def _span(name: str, value: list[float | None], label: str) -> Text:
    write: Callable[[float], str] = clock if name == "duration_seconds" else _plain
    low, high = (None if bound is None else write(bound) for bound in value)
    if low is None:
        return t("chips.up_to", label=label, high=high)
    if high is None:
        return t("chips.from", label=label, low=low)
    return t("chips.span", label=label, low=low, high=high)


def _plain(number: float) -> str:
    return f"{number:g}"


def playlist_chip(name: str) -> list[Chip]:
    """The playlist that is open, if one is."""
    return [_chip("playlist", name, name, t("chips.playlist"))] if name else []
