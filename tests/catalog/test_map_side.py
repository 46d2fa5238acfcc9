"""The map in the catalog: made, kept, read, filtered by, added to; jobs that make it."""

import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import record

from audiolab import Filter
from audiolab.catalog.maps import jobs
from audiolab.errors import CatalogError, MapBusyError, MapCancelledError, QueryError

ROWS = 120
STYLES = ("House", "Folk", "Jazz")


def vectors(rows, seed=0):
    rng = np.random.default_rng(seed)
    centres = 3 * np.random.default_rng(9).standard_normal((3, 16))
    return (centres[np.arange(rows) % 3] + 0.4 * rng.standard_normal((rows, 16))).astype(np.float32)


def frame(first, rows):
    place = np.arange(first, first + rows)
    return pd.DataFrame(
        {
            "path": [f"{number}.mp3" for number in place],
            "title": [f"Song {number}" for number in place],
            "genre_primary": [STYLES[number % 3] for number in place],
        }
    )


@pytest.fixture
def library(catalog):
    """A library with a map."""
    catalog.add(frame(0, ROWS), embeddings={"sound": vectors(ROWS)})
    catalog.make_map(method="pca")
    return catalog


def left_half(catalog):
    return f"{catalog.map_info().version}/0-0/5000-0/5000-10000/0-10000"


def test_nothing_to_make_a_map_of(catalog):
    before = catalog.map_job()
    catalog.write(catalog.root(Path("/m")), [record("a.mp3")])
    if not catalog.embedding_models():
        with pytest.raises(CatalogError, match="no embeddings to make a map of: audiolab scan"):
            catalog.make_map()
        assert catalog.map_job().state == "failed"
        assert "audiolab scan" in catalog.map_job().error
        assert catalog.map_info() is None
        assert before is None
    assert catalog.map().empty
    assert list(catalog.map(columns=["title"])) == ["x", "y", "occurrence", "title"]


def test_a_map_and_what_is_known_of_it(library):
    info = library.map_info()
    assert (info.model, info.method, info.tracks, info.waiting) == ("sound", "pca", ROWS, 0)
    assert info.quality.trustworthiness > 0.9
    assert info.hubness == library.hubness()
    assert info.corrected == library.hubness(correction="mutual proximity")
    assert {one.name for one in info.clusters} <= set(STYLES)
    assert len(info.clusters) == 3
    found = library.map(columns=["genre_primary"])
    assert len(found) == ROWS
    assert found[["x", "y"]].min().min() >= 0
    assert found[["x", "y"]].max().max() <= 1
    assert found.occurrence.sum() == 10 * ROWS
    middles = found.groupby("genre_primary", observed=True)[["x", "y"]].mean()
    assert (middles.max() - middles.min()).max() > 0.3
    assert len(library.map("genre:folk")) == ROWS // 3
    assert library.map_job().state == "completed"


def test_a_region_is_a_filter(library):
    where = Filter(region=left_half(library))
    inside = library.map()
    expected = set(inside.index[inside.x <= 0.5])
    assert set(library.tracks(where).index) == expected
    assert library.count(where & Filter(genre="folk")) == sum(
        genre == "Folk" for genre in library.tracks(where).genre_primary
    )
    assert sum(library.facets("genre", where)) == len(expected)
    assert library.count("has:region") == ROWS
    assert set(library.tracks(Filter.parse(where.to_query())).index) == expected
    both = Filter(region=[left_half(library), left_half(library).replace("0-0/", "0-1/")])
    assert library.count(both) == len(expected)


def test_a_region_of_another_map_is_refused(library):
    old = Filter(region=left_half(library))
    library.make_map(method="pca")
    with pytest.raises(QueryError, match=r"drawn on version \d+ of the map.*draw it again"):
        library.count(old)


def test_tracks_that_come_later_are_placed_by_upkeep(library):
    new = library.add(frame(ROWS, 9), embeddings={"sound": vectors(9, seed=5)})
    assert library.map_info().waiting == 9
    library.maintain()
    assert library.map_info().waiting == 0
    assert library.map_info().tracks == ROWS
    found = library.map(columns=["genre_primary"])
    assert found.loc[new].occurrence.isna().all()
    middles = found.drop(new).groupby("genre_primary", observed=True)[["x", "y"]].mean()
    for track_id in new:
        away = ((middles - found.loc[track_id, ["x", "y"]].astype(float)) ** 2).sum(axis=1)
        assert away.idxmin() == found.genre_primary[track_id]
    assert library.place_on_map() == 0


def test_tracks_that_go_leave_the_map(library):
    ids = list(library.map().index)
    library.delete(ids[:2])
    assert len(library.map()) == ROWS - 2
    library.restore(ids[:2])
    assert len(library.map()) == ROWS


def test_one_map_at_a_time_and_a_stopped_one_leaves_the_old(library):
    version = library.map_info().version
    begun, on = threading.Event(), threading.Event()
    ended = []

    def slowly(phase, share):
        begun.set()
        assert on.wait(20)

    def make():
        try:
            library.make_map(method="pca", progress=slowly)
        except MapCancelledError as error:
            ended.append(str(error))

    thread = threading.Thread(target=make)
    thread.start()
    assert begun.wait(20)
    with pytest.raises(MapBusyError, match=r"process \d+ on .* makes a similarity map"):
        library.make_map(method="pca")
    with pytest.raises(MapBusyError):
        library.announce_map()
    assert library.map_job().state == "running"
    library.cancel_map()
    on.set()
    thread.join(20)
    assert ended == ["the map was not made: somebody stopped it"]
    assert library.map_job().state == "cancelled"
    assert library.map_info().version == version


def test_a_job_that_waits_is_begun_or_ended(library):
    job = library.announce_map(method="pca")
    assert library.map_job().id == job
    assert library.map_job().state == "pending"
    library.make_map(method="pca", job=job)
    assert library.map_job().id == job
    assert library.map_job().state == "completed"
    failed = library.announce_map()
    library.fail_map(failed, "the disk is full")
    assert (library.map_job().state, library.map_job().error) == ("failed", "the disk is full")
    stopped = library.announce_map()
    library.cancel_map()
    with pytest.raises(CatalogError, match="was cancelled"):
        library.make_map(job=stopped)


def test_a_process_that_died_is_not_waited_for(library):
    with library._database.cursor(write=True) as cursor:
        jobs.begin(cursor, {}, None)  # and nobody holds the lock
    assert library.map_job().state == "failed"
    assert "ended without finishing" in library.map_job().error


def test_wrong_arguments(library):
    with pytest.raises(CatalogError, match="expected one of umap, pca"):
        library.make_map(method="tsne")
    with pytest.raises(CatalogError, match="there are no embeddings of 'nope'"):
        library.make_map("nope")
    with pytest.raises(CatalogError, match="expected none or mutual proximity"):
        library.hubness(correction="magic")
    with pytest.raises(QueryError, match="k: expected a whole number from 1"):
        library.hubness(k=0)
