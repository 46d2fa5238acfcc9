"""Distributions of a selection, counted in one pass, against pandas."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from audiolab import Catalog
from audiolab.catalog import sample
from audiolab.catalog.growth import _periods
from audiolab.catalog.outliers import OUTLIERS
from audiolab.catalog.tally import edges
from audiolab.errors import QueryError

ROWS = 300
BARS = {"tempo_bpm": (4, (60.0, 100.0)), "year": (3, (1990.0, 2020.0))}


def library() -> pd.DataFrame:
    """Values that lie on the edges of bars, outside of them, or are not known."""
    place = np.arange(ROWS)
    frame = pd.DataFrame({"path": [f"{at:03d}.wav" for at in place]})
    tempo = np.where(place % 7 == 0, np.nan, 40 + 10 * (place % 8))
    year = pd.array([1980 + at % 50 if at % 4 else pd.NA for at in place], "Int64")
    return frame.assign(
        tempo_bpm=tempo, year=year, energy=(place % 11) / 10, valence=(place % 5) / 5,
        key=np.where(place % 3 == 0, None, "A minor"), format=np.where(place % 2, "wav", "mp3"),
        duration_seconds=10.0, true_peak_dbtp=np.where(place % 10 == 0, 2.0, -1.0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return library()


@pytest.fixture(scope="module")
def filled(shared_catalog: Catalog, frame: pd.DataFrame) -> Catalog:
    shared_catalog.add(frame, root="overview")
    return shared_catalog


def counted(frame: pd.DataFrame, column: str, bins: int, low: float, high: float) -> list[int]:
    """The same in numpy: an edge belongs to the bar above it, outer values to the outer bars."""
    values = frame[column].dropna().to_numpy(float)
    places = np.floor((values - low) / ((high - low) / bins)).clip(0, bins - 1).astype(int)
    return np.bincount(places, minlength=bins).tolist()


@pytest.mark.parametrize("where", ["", "format:wav"])
def test_one_pass_counts_like_numpy(filled: Catalog, frame: pd.DataFrame, where: str) -> None:
    part = frame[frame["format"] == "wav"] if where else frame
    found = filled.overview(BARS, where)
    for name, (bins, (low, high)) in BARS.items():
        assert found.bars[name].tracks.tolist() == counted(part, name, bins, low, high)
        alone = filled.histogram(name, where, bins, (low, high))
        pd.testing.assert_frame_equal(found.bars[name], alone)
    for name in found.names:
        assert dict(found.names[name]) == dict(filled.facets(name, where))
    tenths = [
        np.minimum(np.round(part[name] * 10), 9).astype(int) for name in ("energy", "valence")
    ]
    assert found.plane.to_numpy().sum() == len(part)
    expected = pd.crosstab(tenths[1], tenths[0])
    for up, across in ((0, 0), (4, 3), (8, 9)):
        assert found.plane.to_numpy()[up, across] == expected.loc[up].get(across, 0)
    assert found.growth.tracks.sum() == found.growth.total.iloc[-1] == len(part)
    assert not found.approximate


def test_what_is_worth_a_look_is_what_its_query_lists(filled: Catalog) -> None:
    found = filled.outliers("format:mp3")
    assert list(found.index) == [one.name for one in OUTLIERS]
    assert found.tracks["clipping"] == ROWS / 10
    for row in found.itertuples():
        assert filled.count(f"format:mp3 ({row.query})") == row.tracks
    assert filled.totals("format:mp3")["duration_seconds"] == 10.0 * ROWS / 2


def test_a_large_library_is_drawn_from_a_sample(
    filled: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled._database.write() as connection:
        connection.execute(text("ANALYZE track"))
    for name, value in {"SAMPLE_FROM": 100, "SAMPLED": 299, "ENOUGH": 0}.items():
        monkeypatch.setattr(sample, name, value)
    found = filled.overview(BARS, "duration:..11")
    assert found.approximate
    assert found.bars["tempo_bpm"].attrs["approximate"]


def test_nothing_matches(filled: Catalog) -> None:
    found = filled.overview(BARS, "title:nothing")
    assert found.plane.to_numpy().sum() == found.growth.tracks.sum() == 0
    assert found.names["format"].empty


def test_what_makes_no_sense_is_refused(filled: Catalog) -> None:
    for bad in ({"title": (3, (0.0, 1.0))}, {"bpm": (0, (0.0, 1.0))}, {"bpm": (3, (1.0, 1.0))}):
        with pytest.raises(QueryError):
            filled.overview(bad)


def test_edges_have_the_digits_that_filters_have() -> None:
    assert edges(0, 1, 10)[:4] == [0, 0.1, 0.2, 0.3]
    assert edges(5, 5, 2) == [5, 5.5, 6]


@pytest.mark.parametrize(
    ("first", "last", "number", "ends"),
    [
        ("2024-02-29T12:07:30", "2024-02-29T12:07", 12, ("2024-02-29 11:56", "2024-02-29 12:07")),
        ("2024-02-29T11:58", "2024-02-29T12:40", 43, ("2024-02-29 11:58", "2024-02-29 12:40")),
        ("2024-02-28T20:04", "2024-02-29T01:00", 31, ("2024-02-28 20:00", "2024-02-29 01:00")),
        ("2024-02-28T20:04", "2024-03-01T01:00", 30, ("2024-02-28 20:00", "2024-03-01 01:00")),
        ("2024-02-10T23:00", "2024-03-01T01:00", 21, ("2024-02-10", "2024-03-01")),
        ("2023-11-30", "2024-02-01", 4, ("2023-11", "2024-02")),
        ("2015-06-01", "2024-01-01", 10, ("2015", "2024")),
    ],
)  # fmt: skip
def test_growth_by_minutes_or_by_years(
    first: str, last: str, number: int, ends: tuple[str, str]
) -> None:
    found = _periods(datetime.fromisoformat(first), datetime.fromisoformat(last))
    assert (len(found), (found[0].since, found[-1].since)) == (number, ends)


def test_a_period_is_found_by_its_query(filled: Catalog) -> None:
    for since, added, tracks, _ in filled.overview({}).growth.itertuples(index=False):
        assert filled.count(f"added:{added}") == tracks, since
