"""The facade, on a real database: what goes in comes out, in order, filtered, counted."""

import json

import numpy as np
import pandas as pd
import pytest
from filter_strategies import FILTERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiolab import Filter
from audiolab.catalog.fields import COLUMNS, FIELDS
from audiolab.catalog.sample import estimated
from audiolab.errors import CatalogError, QueryError, TrackNotFoundError

ODD_NAMES = [
    "NA",
    "null",
    "None",
    "nan",
    "N/A",
    "",
    "Björk",
    "坂本龍一",
    "<b>x</b>",
    'a"b',
    "a,b",
    "Robert'); DROP TABLE track;--",
    "a\\b",
    "\\N",
    "tab\there",
    "line\nbreak",
    "🎧",
]


def library(rows: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    tempo = rng.uniform(70, 180, rows).round(2)
    tempo[::9] = np.nan
    return pd.DataFrame(
        {
            "path": [f"a/{i:03d}.mp3" for i in range(rows)],
            "title": [f"Night drive {i}" for i in range(rows)],
            "artist": [ODD_NAMES[i % len(ODD_NAMES)] for i in range(rows)],
            "year": pd.array([1980 + i % 40 if i % 7 else pd.NA for i in range(rows)], "Int64"),
            "tempo_bpm": tempo,
            "key": [("A minor", "Gb major", "F# minor", None)[i % 4] for i in range(rows)],
            "energy": rng.uniform(0, 1, rows),
            "genre_primary": [("house", "Techno", None)[i % 3] for i in range(rows)],
            "genre_secondary": [["ambient", "house"] if i % 5 == 0 else [] for i in range(rows)],
            "has_vocals": [(True, False, None)[i % 3] for i in range(rows)],
            "mfcc": [[float(i), -1.5] for i in range(rows)],
            "tags": [{"TIT2": [f"Night {i}"]} for i in range(rows)],
            "duration_seconds": np.linspace(60, 300, rows),
        }
    )


@pytest.fixture
def filled(catalog):
    frame = library()
    frame.index = pd.Index(catalog.add(frame), name="id")
    return catalog, frame


@pytest.fixture(scope="module")
def kept(shared_catalog):
    for root in shared_catalog.roots():
        shared_catalog.remove_root(root)
    shared_catalog.add(library())
    return shared_catalog


def test_what_goes_in_comes_out(filled):
    catalog, frame = filled
    out = catalog.tracks(sort="path")
    assert list(out.columns) == list(COLUMNS)
    assert list(out.index) == list(frame.index)
    assert list(out.artist) == list(frame.artist)
    assert list(out.title) == list(frame.title)
    np.testing.assert_allclose(out.tempo_bpm, frame.tempo_bpm, rtol=1e-6)
    assert out.year.dtype == "Int64"
    assert out.year.isna().sum() == frame.year.isna().sum()
    assert out.has_vocals.dtype == "boolean"
    assert list(out.genre_secondary) == list(frame.genre_secondary)
    assert list(out.mfcc) == list(frame.mfcc)
    assert list(out.tags) == list(frame.tags)
    assert out.added_at.dt.tz is not None
    assert out.album.isna().all()


def test_a_frame_is_its_owners_to_change(filled):
    frame = filled[0].tracks(limit=2)
    for column, value in (("tempo_bpm", 90.0), ("title", "new"), ("year", 1999), ("key", None)):
        frame.loc[frame.index[0], column] = value
    frame["energy"] *= 2
    assert frame.tempo_bpm.iloc[0] == 90


def test_a_key_brings_its_codes_and_its_usual_spelling(filled):
    catalog, _ = filled
    out = catalog.tracks('key:"Gb major"')
    assert set(out.key) == {"F# major"}
    assert set(out.key_camelot) == {"2B"}
    assert set(out.key_open) == {"7d"}


def test_adding_again_updates_in_place(filled):
    catalog, frame = filled
    changed = frame.head(3).assign(title="Changed")[["path", "title"]]
    assert catalog.add(changed) == list(frame.index[:3])
    out = catalog.tracks(sort="path")
    assert len(out) == len(frame)
    assert list(out.title[:4]) == ["Changed", "Changed", "Changed", "Night drive 3"]
    assert out.energy.notna().all()
    assert catalog.count("changed") == 3


@pytest.mark.parametrize(
    "sort", ["tempo_bpm", "-tempo_bpm", "year", "-added_at", "key", "-title", "random:7"]
)
@pytest.mark.parametrize("where", [None, "genre:house"])
@pytest.mark.parametrize("few", [5, 2_000])  # more match than are sorted, and fewer
def test_pages_after_each_other_are_the_whole(filled, monkeypatch, sort, where, few):
    monkeypatch.setattr("audiolab.catalog.few.FEW", few)
    catalog, _ = filled
    whole = list(catalog.tracks(where, sort=sort).index)
    after, walked = None, []
    while len(page := catalog.tracks(where, sort=sort, limit=7, after=after)):
        walked += list(page.index)
        after = page.index[-1]
    assert walked == whole
    back = []
    mark = {"before": whole[-1]}
    while len(page := catalog.tracks(where, sort=sort, limit=7, **mark)):
        back = list(page.index) + back
        mark = {"before": page.index[0]}
    assert back == whole[:-1]
    jumped = [list(catalog.page(where, sort, number, 7).index) for number in (1, 2, 9)]
    assert jumped[0] + jumped[1] == whole[:14]
    assert jumped[2] == whole[56:63]


@pytest.mark.parametrize("sort", ["-tempo_bpm", "tempo_bpm", "-added_at", "key", "random:7", None])
@pytest.mark.parametrize("where", ["", "genre:house", "night"])
@pytest.mark.parametrize("cap", [5, 1_000])  # more match than are counted, and fewer
def test_pages_of_documents_are_the_pages_of_tracks(filled, monkeypatch, sort, where, cap):
    monkeypatch.setattr("audiolab.catalog.few.FEW", cap)
    catalog, _ = filled
    whole = list(catalog.tracks(where, sort=sort, columns=["title"]).index)
    after, walked = None, []
    while True:
        page, total = catalog.document_page(where, sort, 7, after, ["title", "key"], cap=cap)
        assert total == (min(len(whole), cap + 1) if where else len(whole))
        if not page:
            break
        walked += list(page)
        after = walked[-1]
    assert walked == whole
    for number in (1, 2, 9, 99):
        page, _ = catalog.document_page(where, sort, 7, None, ["title"], number=number, cap=cap)
        assert list(page) == whole[7 * (number - 1) : 7 * number]
    columns = ["title", "key"]
    first = next(iter(catalog.document_page(where, sort, 1, None, columns, cap=cap)[0].items()))
    assert first == next(iter(catalog.documents_of(whole[:1], columns).items()))
    assert json.loads(first[1]).keys() == {"id", *columns}


def test_a_shuffle_is_the_same_again_and_another_with_another_seed(filled):
    catalog, frame = filled
    orders = [list(catalog.tracks(sort=sort).index) for sort in ("random:1", "random:1", "random")]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[2]) == sorted(frame.index)
    for sort in ("random:x", "random:-1", "random:99999999999", "random:²"):
        with pytest.raises(QueryError, match="number up to"):
            catalog.tracks(sort=sort)


@pytest.mark.parametrize("sort", ["tempo_bpm", "-tempo_bpm", "year", "-year"])
def test_unknown_values_come_last(filled, sort):
    catalog, _ = filled
    values = catalog.tracks(sort=sort)[sort.lstrip("-")]
    unknown = values.isna().to_numpy()
    assert unknown.any()
    assert unknown[np.argmax(unknown) :].all()
    known = values.dropna().astype(float)
    assert known.is_monotonic_decreasing if sort[0] == "-" else known.is_monotonic_increasing


def test_filters_mean_what_pandas_means(filled):
    catalog, frame = filled

    def ids(where):
        return set(catalog.tracks(where).index)

    tempo = frame.tempo_bpm.between(100, 130)
    house = frame.genre_primary.eq("house") | frame.genre_secondary.map(lambda g: "house" in g)
    assert ids(Filter(tempo_bpm=(100, 130))) == set(frame.index[tempo])
    assert ids("genre:house") == set(frame.index[house])
    assert ids("genre:techno") == set(frame.index[frame.genre_primary == "Techno"])
    assert ids("genre:house bpm:100..130") == set(frame.index[house & tempo])
    assert ids("-bpm:100..130") == set(frame.index[~tempo])
    assert ids("key:F#m") == set(frame.index[frame.key == "F# minor"])
    assert ids('key:""') == set(frame.index[frame.key.isna()])
    assert ids("has:vocals") == set(frame.index[frame.has_vocals.eq(True)])
    assert ids("artist:=NA") == set(frame.index[frame.artist == "NA"])
    assert ids("bjork") == ids("artist:bjö") == set(frame.index[frame.artist == "Björk"])
    assert ids("坂本") == set(frame.index[frame.artist == "坂本龍一"])
    assert ids("path::a/00[12]") == set(frame.index[1:3])
    assert ids("year:1990..1999") == set(frame.index[frame.year.between(1990, 1999).fillna(False)])
    assert ids("added:-1h..") == set(frame.index)
    assert ids("added:..2020") == set()
    assert ids("title:=nothing") == set()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILTERS)
def test_every_filter_runs_and_its_faces_agree(kept, made):
    rows = set(kept.tracks(made, columns=["path"]).index)
    assert kept.count(made) == len(rows)
    assert set(kept.tracks(eval(made.to_code()), columns=["path"]).index) == rows
    assert set(kept.tracks(made.to_query(), columns=["path"]).index) == rows
    with kept._database.glance() as connection:
        meant = kept._where(connection, made)
        assert estimated(connection, meant) >= 0
    if meant == made:  # nothing is ruled out on a guess
        assert kept.count(~made) == kept.count() - len(rows)


@settings(max_examples=80)
@given(st.text(max_size=40))
def test_no_query_breaks_the_database(kept, typed):
    try:
        kept.count(typed)
    except QueryError:
        return
    assert kept.count() == 60


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nihgt drive 7", "night drive 7"),
        ("bjrok", "björk"),
        ("njght", "night"),
        ("nigt dirve", ""),
    ],
)
def test_misspelt_words_find_what_was_meant(filled, typed, meant):
    catalog, _ = filled
    found = set(catalog.tracks(typed).index)
    assert found == set(catalog.tracks(meant or "night drive").index)
    assert catalog.count(typed) == len(found) > 0


def test_nothing_is_ruled_out_on_a_guess(filled):
    catalog, frame = filled
    assert catalog.count("-nihgt") == len(frame) > catalog.count("-night")


def test_words_unlike_any_find_nothing(filled):
    catalog, _ = filled
    assert catalog.count("zzzzzzzz night") == 0
    assert catalog.count("xq") == 0


def test_facets_and_counts(filled):
    catalog, frame = filled
    genres = catalog.facets("genre")
    assert genres["house"] == catalog.count("genre:house")
    assert genres.is_monotonic_decreasing
    assert dict(catalog.facets("key")) == dict(
        frame.key.replace("Gb major", "F# major").value_counts()
    )
    assert catalog.facets("decade", "year:1980..1989").index.tolist() == [1980]
    assert catalog.count(cap=10) == 11
    assert catalog.count(cap=1000) == len(frame)
    with pytest.raises(QueryError, match="cannot be counted"):
        catalog.facets("tempo_bpm")


def test_stats(filled):
    catalog, frame = filled
    stats = catalog.stats()
    assert stats["tracks"] == len(frame)
    assert stats["duration_seconds"] == pytest.approx(frame.duration_seconds.sum())
    assert stats["mean_tempo_bpm"] == pytest.approx(frame.tempo_bpm.mean(), rel=1e-4)
    assert stats["analysed_share"] == 1
    assert catalog.stats("title:nothing")["tracks"] == 0
    assert catalog.stats("title:nothing")["mean_tempo_bpm"] is None


@pytest.mark.parametrize("span", [None, (80.0, 150.0)])
def test_a_histogram_counts_like_numpy(filled, span):
    catalog, frame = filled
    known = frame.tempo_bpm.dropna().astype("float32").astype(float)
    inside = known if span is None else known.clip(*span)
    edges = span or (known.min(), known.max())
    counts = np.histogram(inside, bins=7, range=edges)[0]
    found = catalog.histogram("bpm", bins=7, span=span)
    assert list(found.tracks) == list(counts)
    np.testing.assert_allclose(found.low.iloc[0], edges[0])
    np.testing.assert_allclose(found.high.iloc[-1], edges[1])
    assert catalog.histogram("energy", "title:nothing", bins=3).tracks.tolist() == [0, 0, 0]
    for bad in ({"field": "title"}, {"field": "bpm", "bins": 0}, {"field": "bpm", "span": (2, 1)}):
        with pytest.raises(QueryError):
            catalog.histogram(**bad)


def test_one_track(filled):
    catalog, frame = filled
    track = catalog.track(frame.index[1])
    assert track.title == "Night drive 1"
    assert track.has_vocals is False or track.has_vocals == False  # noqa: E712
    assert track.album is None
    assert track.state == "analysed"
    assert catalog.path(frame.index[1]).as_posix() == "imported/a/001.mp3"
    assert catalog.find(frame.index[1]) == frame.index[1]
    assert catalog.find("a/001.mp3") == frame.index[1]
    assert catalog.find("imported/a/001.mp3") == frame.index[1]


@pytest.mark.parametrize("bad", ["nonsense", "00000000-0000-0000-0000-000000000000", "", "a\x00"])
def test_a_track_that_is_not_there(filled, bad):
    catalog, _ = filled
    for ask in (catalog.track, catalog.path, catalog.waveform, catalog.beats, catalog.similar,
                catalog.find, catalog.stages):  # fmt: skip
        with pytest.raises(TrackNotFoundError):
            ask(bad)


def test_an_ambiguous_prefix_is_refused(filled):
    catalog, frame = filled
    with pytest.raises(TrackNotFoundError, match="fits several"):
        catalog.find(frame.index[0][:6])


def test_deleted_tracks_are_out_of_sight_until_restored(filled):
    catalog, frame = filled
    gone = list(frame.index[:2])
    assert catalog.delete(gone) == 2
    assert catalog.delete(gone) == 0
    assert catalog.count() == len(frame) - 2
    assert not set(gone) & set(catalog.tracks().index)
    assert catalog.track(gone[0]).state == "excluded"
    assert (catalog.ledger().state == "excluded").sum() == 2
    assert catalog.restore(gone) == 2
    assert catalog.count() == len(frame)
    assert catalog.track(gone[0]).state == "analysed"


def test_waveforms_and_embeddings(catalog):
    rng = np.random.default_rng(1)
    frame = library(20)
    peaks = rng.uniform(0, 1, (20, 800)).astype("float32")
    matrix = rng.standard_normal((20, 64)).astype("float32")
    ids = catalog.add(frame, embeddings={"test-model": matrix}, waveforms=peaks)
    np.testing.assert_allclose(catalog.waveform(ids[3]), peaks[3], atol=1e-5)
    several = catalog.waveforms([ids[1], ids[3]])
    np.testing.assert_allclose(several[ids[3]], peaks[3], atol=1e-5)
    assert set(several) == {ids[1], ids[3]}
    assert catalog.waveforms([]) == {}
    stored_ids, stored = catalog.embeddings("test-model")
    order = [stored_ids.index(i) for i in ids]
    np.testing.assert_allclose(stored[order], matrix, rtol=2e-3, atol=1e-3)
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    cosine = unit @ unit[0]
    near = catalog.similar(ids[0], limit=5)
    assert list(near.index) == [ids[i] for i in np.argsort(-cosine)[1:6]]
    np.testing.assert_allclose(near.similarity, np.sort(cosine)[::-1][1:6], atol=2e-3)
    inside = catalog.similar(ids[0], limit=50, where="genre:techno")
    assert set(inside.genre_primary) == {"Techno"}
    assert ids[0] not in inside.index
    with pytest.raises(CatalogError, match="it has: test-model"):
        catalog.embeddings("other")
    with pytest.raises(CatalogError, match="64 dimensions, got 32"):
        catalog.add(frame, embeddings={"test-model": matrix[:, :32]})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.drop(columns="path"), "no column 'path'"),
        (lambda f: f.assign(colour="red"), "no column colour"),
        (lambda f: pd.concat([f, f.head(1)]), "occurs twice"),
        (lambda f: f.assign(path=None), "needs a path"),
        (lambda f: f.assign(tempo_bpm="fast"), "holds numbers, got 'fast' in row 0"),
        (lambda f: f.assign(genre_secondary=5), "holds lists"),
        (lambda f: f.assign(channels=1e9), "holds whole numbers up to 32767"),
        (lambda f: f.assign(energy=[0, 0, 2, 0, 0]), "from 0 to 1, got 2 in row 2"),
    ],
)
def test_a_frame_that_does_not_fit_stores_nothing(catalog, change, says):
    with pytest.raises(CatalogError, match=says):
        catalog.add(change(library(5)))
    assert catalog.count() == 0


def test_arrays_that_do_not_fit_store_nothing(catalog):
    frame = library(5)
    for arrays in (
        {"embeddings": {"m": np.ones((4, 8))}}, {"embeddings": {"m": np.ones(5)}},
        {"embeddings": {"m": np.full((5, 8), np.nan)}}, {"waveforms": np.ones((5, 10))},
        {"waveforms": np.full((5, 800), np.nan)},
    ):  # fmt: skip
        with pytest.raises(CatalogError):
            catalog.add(frame, **arrays)
    assert catalog.count() == 0


@pytest.mark.parametrize(
    "ask",
    [
        {"sort": "nothing"}, {"sort": "mfcc"}, {"columns": ["nothing"]}, {"columns": "title"},
        {"limit": 0}, {"limit": -1}, {"limit": "5"}, {"where": "bpm:x"}, {"where": 5},
    ],
)  # fmt: skip
def test_bad_questions_are_refused(catalog, ask):
    with pytest.raises(QueryError):
        catalog.tracks(**ask)


def test_after_a_track_that_is_gone(catalog):
    with pytest.raises(TrackNotFoundError, match="to go on from"):
        catalog.tracks(after="00000000-0000-0000-0000-000000000000")


def test_an_empty_catalog_answers_everything(catalog):
    assert catalog.tracks().empty
    assert list(catalog.tracks().columns) == list(COLUMNS)
    assert catalog.count("anything") == 0
    assert catalog.facets("genre").empty
    assert catalog.ledger().empty
    assert catalog.jobs().empty
    assert catalog.stats()["tracks"] == 0
    assert catalog.stats()["analysed_share"] is None


def test_every_column_can_be_asked_for(kept):
    for field in FIELDS:
        kept.count(Filter.known(field.name))
        if field.sortable:
            kept.tracks(sort=f"-{field.name}", limit=2, columns=[field.name])
