"""Counts that the database keeps, counts under a filter, and counts on a sample."""

import threading
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from audiolab import Catalog, Filter
from audiolab.catalog import sample
from audiolab.catalog.facets import _COUNTED


def library(rows: int, seed: int = 1, prefix: str = "a") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "path": [f"{prefix}/{i:05d}.mp3" for i in range(rows)],
            "format": rng.choice(["mp3", "flac"], rows),
            "year": pd.array([1960 + int(y) if y % 5 else pd.NA for y in rng.integers(0, 60, rows)],
                             "Int64"),
            "key": rng.choice(["A minor", "C major", None], rows),
            "tempo_bpm": rng.uniform(60, 180, rows),
            "genre_primary": rng.choice(["house", "techno", "jazz", None], rows),
            "genre_secondary": [["house", "dub"] if n % 3 else [] for n in range(rows)],
            "mood_primary": rng.choice(["happy", None], rows),
            "instruments": [["piano"] if n % 2 else None for n in range(rows)],
            "has_vocals": rng.choice([True, False, None], rows),
        }
    )  # fmt: skip


def counted(catalog: Catalog) -> dict[str, dict[object, int]]:
    """The kept counts of every field."""
    return {name: dict(catalog.facets(name)) for name in _COUNTED} | {"": {"": catalog.count()}}


def recounted(catalog: Catalog) -> dict[str, dict[object, int]]:
    """The same, from the tracks themselves: no track has this text, so none is left out."""
    everything = ~Filter(title="=no such title")
    found = {name: dict(catalog.facets(name, everything)) for name in _COUNTED}
    return found | {"": {"": catalog.count(everything)}}


def test_whatever_happens_to_tracks_the_counts_are_right(catalog):
    ids = catalog.add(library(300))
    assert counted(catalog) == recounted(catalog)
    assert counted(catalog)["genre"]["dub"] == 200

    catalog.add(library(200, seed=2))  # other values for the same paths
    catalog.add(library(50, prefix="b"), root="other")
    assert counted(catalog) == recounted(catalog)

    catalog.correct(ids[0], genre_primary="polka", year=1888, has_vocals=None)
    assert counted(catalog) == recounted(catalog)
    assert counted(catalog)["genre"]["polka"] == 1
    assert counted(catalog)["decade"][1880] == 1
    catalog.uncorrect(ids[0], "genre_primary", "year")
    assert "polka" not in counted(catalog)["genre"]

    catalog.delete(ids[:100])
    assert counted(catalog) == recounted(catalog)
    assert catalog.count() == 250
    catalog.restore(ids[:50])
    with catalog._database.write() as connection:
        connection.execute(text("SELECT audiolab_sum_facets()"))
    assert counted(catalog) == recounted(catalog)

    [other] = [root for root in catalog.roots() if root.path == "other"]
    catalog.remove_root(other)
    assert counted(catalog) == recounted(catalog)
    assert catalog.count() == 250


def test_a_change_that_is_undone_does_not_count(catalog):
    catalog.add(library(20))
    before = counted(catalog)

    def fail():
        with catalog._database.write() as connection:
            connection.execute(text("UPDATE track SET genre_primary = 'polka'"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert counted(catalog) == before


def test_writers_at_the_same_time(catalog):
    """Nobody waits for the counts of another, and none is lost; sums are made meanwhile."""
    catalog.add(library(1, prefix="first"))

    def write(number: int) -> None:
        for step in range(12):
            catalog.add(library(9, seed=step, prefix=f"{number}"), root=f"r{number}")
            with catalog._database.write() as connection:
                connection.execute(text("SELECT audiolab_sum_facets()"))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert catalog.count() == 37
    assert counted(catalog) == recounted(catalog)


def test_answers_are_kept_until_tracks_change(catalog):
    [first, second] = catalog.add(library(2))
    narrow = Filter(tempo_bpm=(0, None))
    assert catalog.facets("format", narrow).sum() == 2
    assert catalog.histogram("bpm", bins=2).tracks.sum() == 2
    assert catalog.stats()["tracks"] == 2
    catalog.correct(first, tempo_bpm=None)
    assert catalog.facets("format", narrow).sum() == 1
    assert catalog.histogram("bpm", bins=2).tracks.sum() == 1
    assert catalog.stats()["mean_tempo_bpm"] == pytest.approx(catalog.track(second).tempo_bpm)
    catalog.remove_root(catalog.roots()[0])
    assert catalog.facets("format", narrow).empty
    assert catalog.stats()["tracks"] == 0


def test_what_is_handed_out_may_be_changed(catalog):
    catalog.add(library(5))
    for ask in (lambda: catalog.facets("format", "bpm:0.."), lambda: catalog.histogram("bpm")):
        asked = ask()
        asked.iloc[0] = 99
        assert not ask().equals(asked)
    catalog.stats()["states"]["analysed"] = 99
    assert catalog.stats()["states"]["analysed"] == 5


@pytest.fixture
def large(catalog, monkeypatch):
    """A library that counts as large: what most of it matches is sampled."""
    catalog.add(library(1_500))
    with catalog._database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("ANALYZE track"))
    monkeypatch.setattr(sample, "SAMPLE_FROM", 400)
    monkeypatch.setattr(sample, "SAMPLED", 800)
    monkeypatch.setattr(sample, "ENOUGH", 150)
    return catalog


def test_where_very_many_match_a_sample_is_counted(large):
    broad = Filter(tempo_bpm=(0, None))
    sampled, exact = large.facets("genre", broad), large.facets("genre")
    assert sampled.attrs["approximate"] is True
    assert exact.attrs["approximate"] is False
    assert set(sampled.index) == set(exact.index)
    for genre, count in exact.items():
        assert sampled[genre] == pytest.approx(count, rel=0.5)
    drawn = large.histogram("bpm", broad, bins=4, span=(60, 180))
    assert drawn.attrs["approximate"] is True
    assert drawn.tracks.sum() == pytest.approx(1_500, rel=0.5)


@pytest.mark.parametrize("where", ["genre:polka", "bpm:60..62", "genre:jazz bpm:60..80"])
def test_where_few_match_all_are_counted(large, where):
    counts = large.facets("format", where)
    assert counts.attrs["approximate"] is False
    assert dict(counts) == dict(Counter(large.tracks(where).format))


def test_every_kind_of_filter_can_be_sampled(large, monkeypatch):
    monkeypatch.setattr("audiolab.catalog.sample.estimated", lambda connection, where: 1e9)
    monkeypatch.setattr(sample, "ENOUGH", 0)
    for where in ("night drive", "-bpm:100..110", "path::a", "genre:house | key:8A", 'title:""'):
        counts = large.facets("genre", where)
        assert counts.attrs["approximate"] is True
