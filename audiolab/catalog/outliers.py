"""Tracks that are worth a look, each kind as a query: what the statistics count, lists can show."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, func, select

from audiolab.catalog.cache import Kept
from audiolab.catalog.filter_sql import condition_of
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching
from audiolab.catalog.schema import track


@dataclass(frozen=True)
class Outlier:
    """One reason to look at a track.

    Attributes
    ----------
    name : str
    label : str
        What a page calls it.
    why : str
        What it may mean.
    query : str
        The tracks, in the query language.
    """

    name: str
    label: str
    why: str
    query: str


OUTLIERS = (
    Outlier(
        "tempo_disputed",
        "Tempo: the tags disagree",
        "More than 2 % apart, and not at double or half the tempo.",
        "disputed:tempo",
    ),
    Outlier(
        "key_disputed",
        "Key: the tags disagree",
        "Neither the same key nor a related one.",
        "disputed:key",
    ),
    Outlier(
        "tempo_unsure",
        "Unsure tempo",
        "Tempo confidence below 0.3: little pulse, or one that changes.",
        "tempo_confidence:<0.3",
    ),
    Outlier(
        "key_unsure",
        "Unsure key",
        "Key confidence below 0.3: atonal, modulating or out of tune.",
        "key_confidence:<0.3",
    ),
    Outlier(
        "genre_unsure",
        "Unsure genre",
        "Genre confidence below 0.1: no style stands out.",
        "genre_confidence:<0.1",
    ),
    # Peaks between samples pass full scale on most loud masters; 1 dB more is heard as distortion.
    Outlier(
        "clipping",
        "Clipping",
        "True peak more than 1 dB above full scale.",
        "true_peak_dbtp:>1",
    ),
    Outlier(
        "silence",
        "Long silence",
        "More than 5 s of it before the music, or 15 s after.",
        "(silence_start_seconds:>5 | silence_end_seconds:>15)",
    ),
    # The edge that MP3 leaves at 128 kbit/s lies near 16 kHz, at 320 near 20 kHz (LAME's table):
    # in a lossless file any is suspicious, at a high bit rate a low one. Copies of what was encoded
    # at high rates are missed, and so are encoders that leave no edge; old recordings and
    # broadcasts (FM ends at 15 kHz) are suspected wrongly. A lower sample rate ends there anyway.
    Outlier(
        "transcode",
        "Suspected transcodes",
        "The spectrum ends like that of a smaller file: a lossy copy, saved again.",
        "sample_rate_hz:44100.. (cutoff_hz:<20600 format:flac,wav,aiff"
        " | cutoff_hz:<17500 bitrate_kbps:256..)",
    ),
    Outlier(
        "damaged",
        "Damaged",
        "Less than 98 % of what the file announces could be decoded.",
        "decoded_share:<0.98",
    ),
)
_kept: Kept[dict[str, float]] = Kept()
TOTALS = ("tracks", "duration_seconds", "file_size_bytes")


def outliers(connection: Connection, where: Filter) -> pd.DataFrame:
    """Counts by kind; see `Catalog.outliers`."""
    counts = totals(connection, where)
    frame = pd.DataFrame(
        [(one.label, one.why, one.query) for one in OUTLIERS],
        columns=["label", "why", "query"],
        index=pd.Index([one.name for one in OUTLIERS], name="name"),
    )
    return frame.assign(tracks=[int(counts[one.name]) for one in OUTLIERS])


def totals(connection: Connection, where: Filter) -> dict[str, float]:
    """The numbers of `TOTALS`, and tracks by name of `OUTLIERS`; all exact."""
    return dict(_kept.get(connection, where, lambda: _count(connection, where)))


def _count(connection: Connection, where: Filter) -> dict[str, float]:
    columns = [
        func.count().label("tracks"),
        func.coalesce(func.sum(track.c.duration_seconds), 0).label("duration_seconds"),
        func.coalesce(func.sum(track.c.file_size_bytes), 0).label("file_size_bytes"),
        *(
            func.count().filter(condition_of(Filter.parse(one.query).node)).label(one.name)
            for one in OUTLIERS
        ),
    ]
    row = connection.execute(select(*columns).select_from(track).where(matching(where))).one()
    return {name: float(value) for name, value in row._mapping.items()}
