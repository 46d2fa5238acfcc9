"""What the track view says of a track: values in groups, each with unit, source and sureness."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from audiolab import keys
from audiolab.catalog.advice import advice
from audiolab.catalog.fields import BY_NAME, SHARE, Field
from audiolab.catalog.meanings import SOURCES
from audiolab.clock import clock
from audiolab.widgets.texts import Text, moment, number, t

Values = Mapping[str, Any]
Scores = Mapping[str, "pd.Series[Any]"]
Facts = list[dict[str, Any]]

CLASSES_SHOWN = 8
CLASSES_SENT = 60
# Group of the page: its columns in order, the heads whose classes it shows.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "rhythm": (
        ("tempo_bpm", "time_signature", "onset_rate_hz", "danceability"),
        ("danceability",),
    ),
    "tonal": (("key", "key_camelot", "key_open", "key_runner_up", "chroma"), ()),
    "dynamics": (
        (
            "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "replaygain_track_gain_db",
            "energy",
        ),
        (),
    ),
    "timbre": (
        (
            "spectral_centroid_hz", "spectral_rolloff_hz", "spectral_bandwidth_hz",
            "spectral_flatness", "zero_crossing_rate", "mfcc",
        ),
        (),
    ),
    "genre": (("genre_primary", "genre_secondary"), ("genre",)),
    "mood": (
        ("mood_primary", "mood_secondary", "mood_arousal", "mood_valence", "valence"),
        ("mood", "mood_happy", "mood_sad", "mood_relaxed", "mood_aggressive", "mood_party"),
    ),
    "instruments": (("instruments",), ("instrument",)),
    "voice": (
        ("has_vocals", "vocals_probability", "vocal_gender"),
        ("voice", "gender"),
    ),
    "identity": (
        (
            "duration_seconds", "format", "sample_rate_hz", "channels", "bitrate_kbps",
            "file_size_bytes", "decoded_share", "silence_start_seconds", "silence_end_seconds",
            "added_at", "analyzed_at",
        ),
        (),
    ),
}  # fmt: skip
# Shown even when they are not known: that a drone has no tempo is worth saying.
ALWAYS = ("tempo_bpm", "time_signature", "key", "loudness_lufs", "genre_primary")
CORRECTABLE = ("tempo_bpm", "key", "genre_primary")


def groups(values: Values, stages: "pd.DataFrame", scores: Scores, corrections: Values) -> Facts:
    """The groups of the page.

    Parameters
    ----------
    values : mapping
        The track's columns.
    stages : DataFrame
        How each stage of its analysis ended (`Catalog.stages`).
    scores : mapping
        Class scores by head (`Catalog.scores`).
    corrections : mapping
        Corrected columns with what the analysis says (`Catalog.corrections`).

    Returns
    -------
    list of dict
        `name`, `label`, `rows`, `bars` and a `note`: "" if there is nothing to say.
    """
    versions = {str(stage): str(row["version"]) for stage, row in stages.iterrows()}
    found = []
    for name, (columns, heads) in GROUPS.items():
        rows = [_row(BY_NAME[column], values, versions, corrections) for column in columns]
        bars = [_bars(head, scores[head]) for head in heads if head in scores]
        note = "" if bars or _is_known(columns, values) else t("facts.no_networks")
        found.append(
            {
                "name": name,
                "label": t(f"groups.{name}"),
                "rows": [row for row in rows if row],
                "bars": bars,
                "note": note,
            }
        )
    return [group for group in found if group["rows"] or group["bars"] or group["note"]]


def _is_known(columns: Sequence[str], values: Values) -> bool:
    """Whether the networks say anything, or are not asked for any of it."""
    asked = [column for column in columns if BY_NAME[column].meaning.source == "networks"]
    return not asked or any(known(values.get(column)) is not None for column in asked)


def _row(
    field: Field, values: Values, versions: Mapping[str, str], corrections: Values
) -> dict[str, Any]:
    """One value; empty if it is not known and nobody would miss it."""
    value = known(values.get(field.name))
    if value is None and field.name not in ALWAYS and field.name not in corrections:
        return {}
    if field.name == "decoded_share" and value == 1:
        return {}
    meaning = field.meaning
    corrected = field.name in corrections
    version = versions.get(meaning.source, "")
    row = {
        "field": field.name,
        "label": field.label,
        "value": value if isinstance(value, str | int | float) else None,
        "text": shown(field, value),
        "unit": _unit(field, value),
        "share": _share(field, value),
        "confidence": known(values.get(meaning.confidence)) if meaning.confidence else None,
        "source": _source(SOURCES[meaning.source], version),
        "meaning": meaning.text,
        "corrected": corrected,
        "correctable": field.name in CORRECTABLE,
    }
    if corrected:
        row |= {"source": t("facts.you"), "confidence": None,
                "analysed": with_unit(field, known(corrections[field.name]))}  # fmt: skip
    return row | _more(field, value, values)


def _more(field: Field, value: Any, values: Values) -> dict[str, Any]:
    """What some values bring along: alternatives, a profile."""
    if field.name == "tempo_bpm":
        alternatives = known(values.get("tempo_alternatives"))
        return {"alternatives": alternatives if isinstance(alternatives, list) else []}
    if field.name == "key":
        return {"alternatives": [one] if (one := known(values.get("key_runner_up"))) else []}
    if field.kind == "vector" and isinstance(value, list):
        return {"profile": _profile(field.name, value)}
    return {}


def _profile(name: str, values: list[float]) -> list[dict[str, Any]]:
    """Bars with names; the first MFCC is mere loudness and would dwarf the others."""
    if name == "chroma":
        return [{"name": n, "value": v} for n, v in zip(keys.TONICS, values, strict=False)]
    return [{"name": str(n), "value": v} for n, v in enumerate(values) if n]


def _bars(head: str, classes: "pd.Series[Any]") -> dict[str, Any]:
    """The classes of a head, the likeliest first; two classes are told by the first."""
    shown_first = CLASSES_SHOWN if len(classes) > 2 else 1
    return {
        "head": head,
        "label": head.replace("_", " "),
        "first": shown_first,
        "total": len(classes),
        "classes": [
            {"name": _class(str(name)), "share": round(float(share), 4)}
            for name, share in classes.head(CLASSES_SENT).items()
        ],
    }


def _class(name: str) -> str:
    return name.replace("---", " · ").replace("_", " ")


def shown(field: Field, value: Any) -> Text:
    """A value as text, without its unit."""
    if value is None:
        return t("facts.unknown")
    if isinstance(value, bool):
        return t("facts.yes" if value else "facts.no")
    if field.name.endswith("_seconds"):
        return clock(value) if field.name == "duration_seconds" else number(value, 2)
    if field.name == "file_size_bytes":
        return number(value / 1e6, 1)
    if field.name == "sample_rate_hz":
        return f"{value / 1e3:g}"
    if isinstance(value, datetime):
        return moment(value)
    if field.limits == SHARE:
        return number(value, 2)
    if field.kind == "number":
        return number(value, 0 if abs(value) >= 300 else 1)
    if field.kind == "vector":
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _unit(field: Field, value: Any) -> str:
    if value is None or field.name == "duration_seconds":
        return ""
    return {"file_size_bytes": "MB", "sample_rate_hz": "kHz"}.get(field.name, field.unit)


def with_unit(field: Field, value: Any) -> Text:
    """A value as text with its unit, if it has one."""
    text, unit = shown(field, value), _unit(field, value)
    return t("all.with_unit", value=text, unit=unit) if unit else text


def _source(name: str, version: str) -> Text:
    return t("facts.source_version", source=name, version=_short(version)) if version else name


def _share(field: Field, value: Any) -> float | None:
    """The value as a share of its range, where it has one that a bar can show."""
    return float(value) if field.limits == SHARE and isinstance(value, int | float) else None


def _short(version: str) -> str:
    """Versions of networks are made of many hashes; the beginning tells them apart."""
    return version if len(version) <= 12 else f"{version[:10]}…"


def known(value: Any) -> Any:
    """The value as plain Python, or None if it is NA in any of pandas' ways or an empty list."""
    if isinstance(value, list | dict):
        return value or None
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.item() if hasattr(value, "item") else value


def warnings(values: Values, stages: "pd.DataFrame") -> Sequence[dict[str, Any]]:
    """What a visitor has to know before the values: `kind`, and a `text` that says what to do."""
    found: list[dict[str, Any]] = []
    state = values.get("state")
    failed = [row for _, row in stages.iterrows() if row["state"] == "failed"]
    if state == "missing":
        found.append({"kind": "missing", "text": t("track.missing")})
    elif state == "excluded":
        found.append({"kind": "excluded", "text": t("track.excluded")})
    by_reason: dict[str, list[str]] = {}
    for row in failed:
        by_reason.setdefault(row["reason"] or "failed", []).append(str(row.name))
    for reason, names in by_reason.items():
        key = "track.failed" if state == "failed" else "track.failed_in_part"
        why = ": ".join(filter(None, (reason, advice(reason))))
        found.append({"kind": "failed", "text": t(key, stages=names, reason=why)})
    share = known(values.get("decoded_share"))
    if state == "partial" and not failed and isinstance(share, float) and share < 1:
        found.append({"kind": "partial", "text": t("track.damaged", percent=round(share * 100))})
    return found
