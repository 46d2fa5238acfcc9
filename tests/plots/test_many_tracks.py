"""Figures of many tracks against the catalog: from a filter and from a frame alike."""

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from audiolab import Catalog, Filter, plots
from audiolab.errors import QueryError

from .conftest import NUMBER

MAKERS = {
    "bpm": lambda tracks, catalog: plots.distribution(tracks, "bpm", catalog),
    "year": lambda tracks, catalog: plots.distribution(tracks, "year", catalog),
    "energy": lambda tracks, catalog: plots.distribution(tracks, "energy", catalog),
    "genre": lambda tracks, catalog: plots.distribution(tracks, "genre", catalog),
    "vocals": lambda tracks, catalog: plots.distribution(tracks, "vocals", catalog),
    "key_wheel": plots.key_wheel,
    "energy_valence": plots.energy_valence,
    "genres": lambda tracks, catalog: plots.confusion(tracks, "genre", catalog),
    "keys": lambda tracks, catalog: plots.confusion(tracks, "key", catalog),
    "tempi": lambda tracks, catalog: plots.confusion(tracks, "tempo", catalog),
}


def data(figure: go.Figure) -> object:
    return json.loads(figure.to_json())["data"]


@pytest.mark.parametrize("name", MAKERS)
def test_a_filter_and_a_frame_show_the_same(name: str, catalog: Catalog) -> None:
    make = MAKERS[name]
    where = Filter(bpm=(95, 125))
    tracks = catalog.tracks(where)
    assert data(make(where, catalog)) == data(make(tracks, None))
    assert data(make("bpm:95..125", catalog)) == data(make({"bpm": (95, 125)}, catalog))


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("which", ["empty", "one", "unknown"])
def test_little_or_nothing_is_known(name: str, which: str, frame: pd.DataFrame) -> None:
    bare = frame[frame["path"] == "bare.wav"]
    tracks = {"empty": frame.head(0), "one": frame.iloc[[1]], "unknown": bare}[which]
    figure = MAKERS[name](tracks, None)
    assert "NaN" not in figure.to_json()
    if which == "one":
        assert figure.data
    else:
        assert not figure.data
        assert figure.layout.annotations[0].text.endswith(".")


@pytest.mark.parametrize("name", ["bpm", "year", "energy", "genre", "vocals", "key_wheel"])
def test_every_bar_knows_the_query_of_its_tracks(name: str, catalog: Catalog) -> None:
    shown = 0
    for trace in MAKERS[name](None, catalog).data:
        lengths = trace.r if name == "key_wheel" else trace.x if trace.orientation else trace.y
        for query, length in zip(trace.customdata, lengths, strict=True):
            if name in ("bpm", "energy"):  # a value on an edge belongs to two
                assert catalog.count(query) >= length
            else:
                assert catalog.count(query) == length
            shown += length
    assert shown >= NUMBER


def test_years_have_a_bar_each(catalog: Catalog) -> None:
    bars = plots.distribution(None, "year", catalog).data[0]
    assert list(bars.x) == list(range(1990, 1997))
    assert bars.customdata[0] == "year:1990"


def test_a_name_is_counted_wherever_it_is(catalog: Catalog) -> None:
    bars = plots.distribution(None, "genre", catalog, top=2).data[0]
    assert dict(zip(bars.y, bars.x, strict=True)) == {"dance": 20, "house": 14}
    title = plots.distribution(None, "genre", catalog, top=2).layout.title.text
    assert title == "Genre, the 2 most frequent of 4"


def test_keys_round_the_circle(catalog: Catalog) -> None:
    minor, major = plots.key_wheel(None, catalog).data
    assert (minor.r[7], major.r[7], minor.r[10], major.r[4]) == (16, 8, 8, 8)
    assert minor.text[7] == "8A · A minor"
    assert sum(minor.r) + sum(major.r) == NUMBER


def test_points_name_their_tracks(catalog: Catalog, track: str) -> None:
    points = plots.energy_valence(None, catalog).data[0]
    assert len(points.x) == NUMBER
    place = list(points.customdata).index(track)
    assert points.text[place].startswith("&lt;a href=")
    assert len(points.text[place]) < 120


def test_very_many_points_become_a_density() -> None:
    random = np.random.default_rng(5)
    many = pd.DataFrame({"energy": random.random(6000), "valence": random.random(6000)})
    figure = plots.energy_valence(many)
    assert figure.data[0].type == "heatmap"
    assert np.nansum(figure.data[0].z) == 6000
    assert len(figure.to_json()) < 60_000


def test_the_map(catalog: Catalog, frame: pd.DataFrame, track: str) -> None:
    coordinates = np.column_stack([np.arange(len(frame)), np.arange(len(frame))])
    ids = list(frame.index)
    by_genre = plots.similarity_map((ids, coordinates), catalog)
    assert {trace.name for trace in by_genre.data} == {"Others", "house", "techno", "folk"}
    assert sorted(id for trace in by_genre.data for id in trace.customdata) == sorted(ids)
    by_tempo = plots.similarity_map(
        frame.assign(x=coordinates[:, 0], y=1.0), colour="bpm", theme="dark"
    )
    [points] = by_tempo.data
    np.testing.assert_allclose(points.marker.color[:3], frame["tempo_bpm"][:3])
    assert points.marker.colorbar.title.text == "BPM"
    [plain] = plots.similarity_map((ids, coordinates), catalog, colour=None).data
    assert plain.type == "scattergl"
    assert plain.x[list(plain.customdata).index(track)] == ids.index(track)


def test_tracks_that_have_gone_are_not_on_the_map(catalog: Catalog, frame: pd.DataFrame) -> None:
    ids = [str(frame.index[0]), "00000000-0000-7000-8000-000000000000"]
    figure = plots.similarity_map((ids, np.zeros((2, 2))), catalog)
    assert [list(trace.customdata) for trace in figure.data] == [ids[:1]]
    empty = plots.similarity_map(([], np.zeros((0, 2))), catalog)
    assert "no tracks on the map" in empty.layout.annotations[0].text


def test_what_tags_call_other_than_the_analysis(catalog: Catalog) -> None:
    genres = plots.confusion(None, "genre", catalog).data[0]
    table = pd.DataFrame(genres.z, index=genres.y, columns=genres.x)
    assert np.nansum(table) == NUMBER
    assert np.nansum(table.loc["Polka"]) == 10
    assert table.loc["House", "house"] == 10
    keys = plots.confusion(None, "key", catalog).data[0]
    table = pd.DataFrame(keys.z, index=keys.y, columns=keys.x)
    assert table.loc["8A", "8A"] == 16
    assert np.nansum(table.loc["8A"]) == NUMBER
    tempi = plots.confusion(None, "tempo", catalog).data[0]
    ratios = np.round(np.asarray(tempi.y) / np.asarray(tempi.x), 3)
    assert set(ratios) == {1.0, 2.0}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda frame: plots.distribution(frame, "bmp"), "did you mean"),
        (lambda frame: plots.distribution(frame, "tags"), "no distribution"),
        (lambda frame: plots.distribution(frame[["path"]], "bpm"), "lacks the column 'tempo_bpm'"),
        (lambda frame: plots.key_wheel(frame[["path"]]), "lacks the column 'key_camelot'"),
        (lambda frame: plots.energy_valence(frame, valence="mood"), "expected one of valence"),
        (lambda frame: plots.confusion(frame, "mood"), "expected one of genre"),
        (lambda frame: plots.similarity_map(frame), "columns x and y"),
        (lambda frame: plots.similarity_map((["a"], np.zeros((2, 2)))), r"shape \(1, 2\)"),
    ],
)
def test_mistakes_are_explained(call, message: str, frame: pd.DataFrame) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(QueryError, match=message):
        call(frame)
