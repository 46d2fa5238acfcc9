"""Every column of a track, from the declaration that schema, filters and pages read too."""

from collections.abc import Iterator

from audiolab.catalog.fields import FIELDS, Field
from audiolab.catalog.meanings import SOURCES
from generate.tables import table

HEADINGS = {
    "identity": "The file", "tags": "Tags", "rhythm": "Rhythm", "tonal": "Harmony",
    "dynamics": "Dynamics", "timbre": "Timbre", "genre": "Genre", "mood": "Mood",
    "instruments": "Instruments", "voice": "Voice", "similarity": "Similarity",
}  # fmt: skip


def markdown() -> str:
    """One table a group."""
    return "\n\n".join(_groups())


def _groups() -> Iterator[str]:
    for group in dict.fromkeys(field.group for field in FIELDS):
        yield f"### {HEADINGS[group]}"
        yield table(
            ("Column", "Meaning", "In queries", "From"),
            [_row(field) for field in FIELDS if field.group == group],
        )


def _row(field: Field) -> tuple[str, ...]:
    meaning = field.meaning
    text = meaning.text
    if field.unit:
        text += f" In {field.unit}."
    if meaning.confidence:
        text += f" Confidence: `{meaning.confidence}`."
    asked = ", ".join(f"`{name}:`" for name in (field.name, *field.short))
    return f"`{field.name}`", text, asked, SOURCES[meaning.source]
