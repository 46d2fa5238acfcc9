"""What the API's answers look like. Descriptions only: answers are not made from these models."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from audiolab.catalog.duplicates import TIERS
from audiolab.catalog.fields import FIELDS
from audiolab.catalog.fields import Field as Column
from audiolab.catalog.schema import JOB_STATES, STATES

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
State = Annotated[str, Field(json_schema_extra={"enum": list(STATES)})]
JobState = Annotated[str, Field(json_schema_extra={"enum": list(JOB_STATES)})]
Tier = Annotated[str, Field(json_schema_extra={"enum": list(TIERS)})]

_KINDS: dict[str, Any] = {
    "text": str,
    "category": str,
    "list": list[str],
    "number": float,
    "integer": int,
    "bool": bool,
    "time": datetime,
    "json": Annotated[Any, WithJsonSchema({"type": ["object", "array", "null"]})],
    "vector": list[float],
}


class Document(BaseModel):
    """An object of the API."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


def _described(column: Column) -> Any:
    unit = f" In {column.unit}." if column.unit else ""
    about = Field(default=None, description=f"{column.meaning.text}{unit}")
    return _KINDS[column.kind] | None, about


_COLUMNS: dict[str, Any] = {column.name: _described(column) for column in FIELDS}


class _Track(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID


Track = create_model(
    "Track",
    __base__=_Track,
    __doc__="A track: its id and the columns that were asked for; null is unknown.",
    **_COLUMNS,
)


class WholeTrack(Track):  # type: ignore[valid-type, misc]
    """A track with all its columns."""

    state: Annotated[State, Field(description="How its analysis stands.")]
    corrected: Annotated[list[str], Field(description="Columns that a person has corrected.")]


class SimilarTrack(Track):  # type: ignore[valid-type, misc]
    """A track, and how alike it is; in what, if that was asked for."""

    similarity: Annotated[Share, Field(description="Cosine of the embeddings, at least zero.")]
    like_embedding: Annotated[Share | None, Field(description="How alike in sound.")] = None
    like_tempo: Annotated[
        Share | None, Field(description="How alike in tempo, or its double or half.")
    ] = None
    like_key: Annotated[Share | None, Field(description="How alike in key.")] = None
    like_mood: Annotated[Share | None, Field(description="How alike in mood.")] = None


class Page(Document):
    """Some of many."""

    total: Annotated[int, Field(ge=0, description="How many there are.")]
    total_capped: Annotated[bool, Field(description="Whether there are more than `total`.")]
    next: Annotated[
        UUID | None, Field(description="`after` of the next page; null if this is the last.")
    ]


class TrackPage(Page):
    """A page of tracks."""

    items: list[Track]  # type: ignore[valid-type]


class SimilarPage(Page):
    """Tracks, the most similar first."""

    items: list[SimilarTrack]


class FoundPage(Page):
    """What a search finds, the best first; with `similarity` where it is by a description."""

    items: list[Track | SimilarTrack]  # type: ignore[valid-type]


class Value(Document):
    """A value, and how many tracks have it."""

    value: str | int | bool
    tracks: Count


class Facets(Page):
    """Values of a field, the most frequent first."""

    field: str
    approximate: Annotated[bool, Field(description="Whether the numbers are from a sample.")]
    items: list[Value]


class Pair(Document):
    """Two copies of the same music."""

    id: UUID
    other_id: UUID
    tier: Annotated[
        Tier,
        Field(
            description="`audio`: equal sample by sample; `recording`: the fingerprints agree; "
            "`alike`: embedding and length nearly equal."
        ),
    ]
    evidence: str
    similarity: Share
    better_id: UUID
    path: str
    other_path: str


class Duplicates(Page):
    """Pairs of copies, the surest first."""

    items: list[Pair]


class Stats(Document):
    """Totals and averages of some tracks."""

    tracks: Count
    duration_seconds: float
    file_size_bytes: Count
    artists: Count
    albums: Count
    with_embedding: Count
    mean_tempo_bpm: float | None
    mean_energy: float | None
    mean_danceability: float | None
    mean_valence: float | None
    mean_loudness_lufs: float | None
    mean_loudness_range_lu: float | None
    min_tempo_bpm: float | None
    max_tempo_bpm: float | None
    states: Annotated[dict[str, Count], Field(description="Files of the whole catalog by state.")]
    analysed_share: Share | None


class Reason(Document):
    """Why files failed or were skipped."""

    reason: str
    count: Count
    examples: list[str]


class Scan(Document):
    """A scan: what was asked, how far it is, how it ended."""

    id: UUID
    folder: Annotated[str, Field(description="Name of the folder, `Music / House`.")]
    state: JobState
    phase: Annotated[str | None, Field(description="What a running scan is doing.")]
    found: Count
    analysed: Count
    unchanged: Count
    skipped: Count
    failed: Count
    planned: Annotated[int, Field(ge=0, description="Files that it has to analyse.")]
    rate_hz: Annotated[float | None, Field(description="Files per second.")]
    eta_seconds: float | None
    error: str | None
    recursive: bool
    stages: list[str]
    cancelling: Annotated[bool, Field(description="Whether it has been asked to end.")]
    failures: list[Reason]
    skips: list[Reason]
    started_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None


class Scans(Page):
    """Scans: those that wait or run, then the latest."""

    items: list[Scan]


class Health(Document):
    """Whether all is well; if not, the answer is a problem with status 503."""

    status: Literal["ok"]
    version: str
    tracks: Count
    read_only: bool


class Peaks(Document):
    """What a player draws."""

    peaks: Annotated[list[Share], Field(min_length=800, max_length=800)]


class Beats(Document):
    """Where the beats are."""

    beats: Annotated[list[float], Field(description="Seconds from the start.")]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str | None = None
    position: Annotated[
        int | None, Field(description="Where in the query, in characters from 0.")
    ] = None
    suggestion: Annotated[str | None, Field(description="What was probably meant.")] = None
