"""Every column of a track, declared once: SQL type, unit, label, how to filter and sort it.

The schema, the filters, the DataFrames, the command line and the page all read this table, so a
column exists everywhere or nowhere. What a column means to a person is in `meanings`. Pure data:
imports nothing else of ours.
"""

import difflib
from dataclasses import dataclass
from typing import Literal

from audiolab.catalog.meanings import MEANINGS, Meaning

Kind = Literal["text", "category", "list", "number", "integer", "bool", "time", "json", "vector"]
Group = Literal[
    "identity", "tags", "rhythm", "tonal", "dynamics", "timbre", "genre", "mood", "instruments",
    "voice", "similarity",
]  # fmt: skip

SQL_TYPES: dict[Kind, str] = {
    "text": "text",
    "category": "text",
    "list": "text[]",
    "number": "real",
    "integer": "bigint",
    "bool": "boolean",
    "time": "timestamptz",
    "json": "jsonb",
    "vector": "real[]",
}


@dataclass(frozen=True)
class Field:
    """One column of a track.

    Attributes
    ----------
    name : str
        Column name in SQL, in DataFrames and as an attribute of an analysis.
    kind : str
        What the values are; it decides the SQL type, the dtype and the filters that apply.
    group : str
        Where the column is shown.
    label : str
        What a page calls it.
    unit : str
        Unit of the values; "" where there is none.
    short : tuple of str
        Other names in queries, e.g. ``bpm``.
    limits : tuple of float or None
        Smallest and largest value that can be meant.
    analysed : bool
        Whether analysis produces it, so that a person may correct it.
    sql : str
        SQL type where it differs from the kind's.
    """

    name: str
    kind: Kind
    group: Group
    label: str
    unit: str = ""
    short: tuple[str, ...] = ()
    limits: tuple[float, float] | None = None
    analysed: bool = False
    sql: str = ""

    @property
    def sql_type(self) -> str:
        """The column's type in Postgres."""
        return self.sql or SQL_TYPES[self.kind]

    @property
    def meaning(self) -> Meaning:
        """What it means to a person, its source and its confidence."""
        return MEANINGS[self.name]

    @property
    def sortable(self) -> bool:
        """Whether tracks can be ordered by it."""
        return self.kind not in ("list", "json", "vector")


SHARE = (0.0, 1.0)
DOUBLE = "double precision"


def _found(
    name: str, kind: Kind, group: Group, label: str, unit: str = "", **more: object
) -> Field:
    """A column that analysis produces."""
    return Field(name, kind, group, label, unit, analysed=True, **more)  # type: ignore[arg-type]


FIELDS: tuple[Field, ...] = (
    Field("path", "text", "identity", "Path"),
    Field("filename", "text", "identity", "File name", short=("file",)),
    Field("format", "category", "identity", "Format"),
    _found(
        "duration_seconds",
        "number",
        "identity",
        "Duration",
        "s",
        short=("duration", "length"),
        limits=(0, 1e7),
        sql=DOUBLE,
    ),
    Field("file_size_bytes", "integer", "identity", "File size", "B", short=("size",)),
    Field("sample_rate_hz", "integer", "identity", "Sample rate", "Hz", sql="integer"),
    Field("channels", "integer", "identity", "Channels", sql="smallint"),
    Field("bitrate_kbps", "number", "identity", "Bit rate", "kbit/s", short=("bitrate",)),
    Field("added_at", "time", "identity", "Added", short=("added",)),
    Field("analyzed_at", "time", "identity", "Analysed", short=("analyzed", "analysed")),
    Field("decoded_share", "number", "identity", "Decoded share", limits=SHARE),
    Field("silence_start_seconds", "number", "identity", "Leading silence", "s"),
    Field("silence_end_seconds", "number", "identity", "Trailing silence", "s"),
    Field("disputed", "list", "identity", "Disputed by tags"),
    Field("title", "text", "tags", "Title"),
    Field("artist", "text", "tags", "Artist"),
    Field("album", "text", "tags", "Album"),
    Field("year", "integer", "tags", "Year", limits=(0, 9999), sql="smallint"),
    Field("tag_genre", "text", "tags", "Genre in the file"),
    Field("tags", "json", "tags", "All tags"),
    Field("has_artwork", "bool", "tags", "Cover art", short=("artwork", "cover")),
    _found("tempo_bpm", "number", "rhythm", "BPM", "BPM", short=("bpm", "tempo"), limits=(0, 1000)),
    _found("tempo_confidence", "number", "rhythm", "Tempo confidence", limits=SHARE),
    _found("tempo_alternatives", "json", "rhythm", "Tempo alternatives"),
    _found(
        "time_signature", "category", "rhythm", "Time signature", short=("metre", "meter", "time")
    ),
    _found(
        "time_signature_confidence", "number", "rhythm", "Time signature confidence", limits=SHARE
    ),
    _found("onset_rate_hz", "number", "rhythm", "Onset rate", "Hz"),
    _found("danceability", "number", "rhythm", "Danceability", limits=SHARE),
    _found("key", "category", "tonal", "Key"),
    _found("key_camelot", "category", "tonal", "Camelot key", short=("camelot",)),
    _found("key_open", "category", "tonal", "Open key"),
    _found("key_confidence", "number", "tonal", "Key confidence", limits=SHARE),
    _found("key_runner_up", "category", "tonal", "Second key"),
    _found("loudness_lufs", "number", "dynamics", "Loudness", "LUFS", short=("loudness", "lufs")),
    _found("loudness_range_lu", "number", "dynamics", "Loudness range", "LU"),
    _found("true_peak_dbtp", "number", "dynamics", "True peak", "dBTP"),
    _found(
        "replaygain_track_gain_db", "number", "dynamics", "Track gain", "dB", short=("replaygain",)
    ),
    _found("energy", "number", "dynamics", "Energy", limits=SHARE),
    _found(
        "spectral_centroid_hz", "number", "timbre", "Spectral centroid", "Hz", short=("centroid",)
    ),
    _found("spectral_rolloff_hz", "number", "timbre", "Spectral rolloff", "Hz", short=("rolloff",)),
    _found(
        "spectral_bandwidth_hz",
        "number",
        "timbre",
        "Spectral bandwidth",
        "Hz",
        short=("bandwidth",),
    ),
    _found("spectral_flatness", "number", "timbre", "Spectral flatness", limits=SHARE),
    _found("cutoff_hz", "number", "timbre", "Spectral cutoff", "Hz", short=("cutoff",)),
    _found("zero_crossing_rate", "number", "timbre", "Zero crossing rate", limits=SHARE),
    _found("mfcc", "vector", "timbre", "MFCC, mean"),
    _found("mfcc_std", "vector", "timbre", "MFCC, standard deviation"),
    _found("chroma", "vector", "timbre", "Chroma"),
    _found("valence", "number", "mood", "Valence", limits=SHARE),
    _found("genre_primary", "category", "genre", "Genre"),
    _found("genre_secondary", "list", "genre", "Other genres"),
    _found("genre_confidence", "number", "genre", "Genre confidence", limits=SHARE),
    _found("mood_primary", "category", "mood", "Mood"),
    _found("mood_secondary", "list", "mood", "Other moods"),
    _found("mood_confidence", "number", "mood", "Mood confidence", limits=SHARE),
    _found("mood_arousal", "number", "mood", "Arousal", short=("arousal",), limits=SHARE),
    _found("mood_valence", "number", "mood", "Mood valence", limits=SHARE),
    _found("mood_source", "category", "mood", "Source of arousal and valence"),
    _found("instruments", "list", "instruments", "Instruments"),
    _found("has_vocals", "bool", "voice", "Vocals", short=("vocals",)),
    _found("vocals_probability", "number", "voice", "Probability of vocals", limits=SHARE),
    _found("vocal_gender", "category", "voice", "Voice"),
    _found("embedding_model", "category", "similarity", "Embedding"),
)

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
COLUMNS: tuple[str, ...] = tuple(BY_NAME)


@dataclass(frozen=True)
class Target:
    """What a name in a filter or a query stands for: one or more columns of the same sense.

    Attributes
    ----------
    name : str
        The canonical name in a Filter.
    columns : tuple of Field
        The columns to look into; a track matches when one of them does.
    label : str
        What a page calls it.
    """

    name: str
    columns: tuple[Field, ...]
    label: str

    @property
    def kind(self) -> Kind:
        """The kind of the first column, which decides what can be asked."""
        return self.columns[0].kind


def _target(name: str, label: str, *columns: str) -> Target:
    return Target(name, tuple(BY_NAME[column] for column in columns), label)


_JOINED = (
    _target("genre", "Genre", "genre_primary", "genre_secondary"),
    _target("mood", "Mood", "mood_primary", "mood_secondary"),
    _target("instrument", "Instrument", "instruments"),
    _target("key", "Key", "key", "key_camelot", "key_open"),
    # Who names states is taken at their word; else those count that could be analysed.
    Target("state", (Field("state", "category", "identity", "State"),), "State"),
    Target("playlist", (Field("playlist", "category", "identity", "Playlist"),), "Playlist"),
    # Part of the similarity map (`regions`).
    Target("region", (Field("region", "category", "similarity", "Region of the map"),), "Region"),
    # Given tracks, as a selection on a map has them.
    Target("id", (Field("id", "category", "identity", "Track"),), "Track"),
)

TARGETS: dict[str, Target] = {
    **{field.name: Target(field.name, (field,), field.label) for field in FIELDS},
    **{target.name: target for target in _JOINED},
}

ALIASES: dict[str, str] = {
    **{name: name for name in TARGETS},
    **{short: field.name for field in FIELDS for short in field.short},
    "instruments": "instrument",
}


def nearest_name(name: str) -> str | None:
    """The field whose name is most like `name`, if any is."""
    close = difflib.get_close_matches(name.lower(), [*ALIASES, "has"], n=1, cutoff=0.6)
    return close[0] if close else None
