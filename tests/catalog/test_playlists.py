"""Playlists: fixed lists keep their order, smart ones follow the library."""

from pathlib import Path

import pandas as pd
import pytest
from conftest import record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiolab import Filter
from audiolab.errors import CatalogError, PlaylistNotFoundError, QueryError, TrackNotFoundError


@pytest.fixture
def library(catalog):
    """Ten tracks of rising tempo: catalog and ids."""
    for name in catalog.playlists().name:
        catalog.delete_playlist(name)
    root = catalog.root(Path("/m"))
    records = [
        record(f"{i}.mp3", title=f"Song {i}", tempo_bpm=100.0 + i, duration_seconds=60.0,
               genre_primary="house" if i % 2 else "dub")
        for i in range(10)
    ]  # fmt: skip
    return catalog, catalog.write(root, records)


def listed(catalog, name):
    return list(catalog.playlist(name).index)


def test_a_fixed_list_keeps_its_order(library):
    catalog, ids = library
    chosen = [ids[7], ids[1], ids[4]]
    catalog.create_playlist("Sunday", chosen)
    assert listed(catalog, "sunday") == chosen
    assert list(catalog.tracks('playlist:"Sunday"').index) == chosen
    assert list(catalog.tracks(Filter(playlist="SUNDAY") & Filter(bpm=(101, None))).index) == chosen
    assert list(catalog.tracks("playlist:Sunday", sort="bpm").index) == sorted(
        chosen, key=ids.index
    )
    assert list(catalog.tracks("playlist:Sunday", limit=2, after=ids[7]).index) == chosen[1:]
    assert list(catalog.page("playlist:Sunday", number=2, size=2).index) == chosen[2:]
    assert catalog.count("playlist:Sunday genre:dub") == 1
    assert catalog.count("-playlist:Sunday") == 7
    assert catalog.count("has:playlist") == 3
    assert catalog.count('playlist:"" genre:dub') == 4


def test_what_a_playlist_is(library):
    catalog, ids = library
    catalog.create_playlist("Sunday", ids[:3])
    catalog.create_playlist("Fast", where="bpm:105..", sort="-bpm")
    catalog.delete(ids[1])
    assert catalog.playlist_ids("sunday") == ids[:3], "also what was taken out"
    assert listed(catalog, "Sunday") == [ids[0], ids[2]]
    found = catalog.find_playlist("FAST")
    assert (found.name, found.smart, found.sort) == ("Fast", True, "-bpm")
    with pytest.raises(CatalogError, match="made by its query"):
        catalog.playlist_ids("Fast")
    with pytest.raises(PlaylistNotFoundError):
        catalog.find_playlist("Monday")


def test_tracks_come_and_go_and_move(library):
    catalog, ids = library
    catalog.create_playlist("x")
    assert listed(catalog, "x") == []
    assert catalog.add_to_playlist("x", ids[:4]) == 4
    assert catalog.add_to_playlist("x", [ids[9], ids[8]], before=ids[2]) == 2
    assert listed(catalog, "x") == [ids[i] for i in (0, 1, 9, 8, 2, 3)]
    assert catalog.add_to_playlist("x", [ids[3], ids[1]], before=ids[9]) == 0
    assert listed(catalog, "x") == [ids[i] for i in (0, 3, 1, 9, 8, 2)]
    assert catalog.add_to_playlist("x", ids[0]) == 0
    assert listed(catalog, "x")[-1] == ids[0]
    assert catalog.remove_from_playlist("x", [ids[9], ids[5]]) == 1
    catalog.reorder_playlist("x", [ids[2], ids[8]])
    assert listed(catalog, "x") == [ids[i] for i in (2, 8, 3, 1, 0)]
    with pytest.raises(TrackNotFoundError, match="not in this playlist"):
        catalog.reorder_playlist("x", [ids[9]])
    with pytest.raises(TrackNotFoundError, match="not in this playlist"):
        catalog.add_to_playlist("x", [ids[7]], before=ids[6])
    assert len(listed(catalog, "x")) == 5


moves = st.lists(
    st.tuples(st.sampled_from(["add", "before", "remove", "reorder"]), st.integers(0, 9),
              st.lists(st.integers(0, 9), unique=True, max_size=4)),
    max_size=8,
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_whatever_is_done_the_list_is_as_a_list_would_be(library, steps):
    catalog, ids = library
    catalog.create_playlist("list", replace=True)
    model: list[int] = []
    for what, mark, chosen in steps:
        named = [ids[i] for i in chosen]
        if what == "remove":
            catalog.remove_from_playlist("list", named)
            model = [i for i in model if i not in chosen]
        elif what == "reorder":
            chosen = [i for i in chosen if i in model]
            catalog.reorder_playlist("list", [ids[i] for i in chosen])
            model = [*chosen, *(i for i in model if i not in chosen)]
        elif what == "before" and mark in model:
            catalog.add_to_playlist("list", named, before=ids[mark])
            moved = [i for i in chosen if i != mark]
            rest = [i for i in model if i not in moved]
            place = rest.index(mark)
            model = [*rest[:place], *moved, *rest[place:]]
        elif what == "add":
            catalog.add_to_playlist("list", named)
            model = [*(i for i in model if i not in chosen), *chosen]
    assert listed(catalog, "list") == [ids[i] for i in model]


def test_a_smart_list_follows_the_library(library):
    catalog, ids = library
    catalog.create_playlist("Fast house", where="genre:house bpm:105..", sort="-bpm")
    assert listed(catalog, "fast house") == [ids[9], ids[7], ids[5]]
    catalog.correct(ids[9], genre_primary="dub")
    assert listed(catalog, "fast house") == [ids[7], ids[5]]
    assert catalog.count("playlist:'Fast house' | playlist:\"fast house\"") == 2
    assert catalog.count('-playlist:"fast house"') == 8
    assert catalog.facets("genre", Filter(playlist="Fast house")).to_dict() == {"house": 2}
    for change in (catalog.add_to_playlist, catalog.remove_from_playlist, catalog.reorder_playlist):
        with pytest.raises(CatalogError, match="made by its query"):
            change("Fast house", [ids[0]])


def test_smart_lists_may_be_made_of_lists(library):
    catalog, ids = library
    catalog.create_playlist("mine", [ids[3], ids[4], ids[5]])
    catalog.create_playlist("my house", where=Filter(playlist="mine", genre="house"))
    catalog.create_playlist("both", where='playlist:"my house" | bpm:109')
    assert set(listed(catalog, "both")) == {ids[3], ids[5], ids[9]}
    catalog.create_playlist("mine", where="playlist:both", replace=True)
    assert set(listed(catalog, "mine")) == {ids[9]}, "one that leads back to itself adds nothing"


def test_kept_answers_change_with_a_list(library):
    catalog, ids = library
    catalog.create_playlist("x", ids[:2])
    assert catalog.facets("genre", "playlist:x").sum() == 2
    catalog.add_to_playlist("x", ids[2:5])
    assert catalog.facets("genre", "playlist:x").sum() == 5
    catalog.rename_playlist("x", "y")
    assert catalog.facets("genre", "playlist:x").empty
    catalog.delete_playlist("y")
    assert catalog.facets("genre", "playlist:y").empty


def test_membership_outlives_scans_absence_and_removal(library):
    catalog, ids = library
    root = catalog.root(Path("/m"))
    catalog.create_playlist("x", [ids[2], ids[0], ids[1]])
    catalog.write(root, [record("2.mp3", title="Again")])  # scanned again
    catalog.move(root, [(ids[0], "moved/0.mp3", 1_000, 1)])
    catalog.mark_missing(root, [ids[0]])
    catalog.delete(ids[1])
    assert listed(catalog, "x") == [ids[2]]
    overview = catalog.playlists().iloc[0]
    assert (overview.tracks, overview.missing, overview.duration_seconds) == (1, 2, 60.0)
    assert catalog.count("playlist:x state:missing") == 1
    catalog.add_to_playlist("x", ids[5])
    catalog.touch(root, [(ids[0], 1_000, 2)])
    catalog.restore(ids[1])
    assert listed(catalog, "x") == [ids[2], ids[0], ids[1], ids[5]]
    catalog.prune(root, [ids[0]])
    assert listed(catalog, "x") == [ids[2], ids[1], ids[5]]


def test_the_overview(library):
    catalog, ids = library
    assert catalog.playlists().empty
    catalog.create_playlist("b", ids[:3])
    made = catalog.create_playlist("A", where="bpm:>104", sort="bpm")
    table = catalog.playlists()
    assert list(table.name) == catalog.playlist_names() == ["A", "b"]
    assert table.loc[made, ["kind", "query", "sort", "tracks", "duration_seconds"]].tolist() == [
        "smart", "bpm:>104", "bpm", 5, 300.0,
    ]  # fmt: skip
    assert list(table.kind) == ["smart", "fixed"]
    assert table.changed_at.dt.tz is not None


@pytest.mark.parametrize("suffix", [".m3u8", ".xspf"])
def test_lists_go_to_files_and_come_back(library, tmp_path, suffix):
    catalog, ids = library
    chosen = [ids[7], ids[1], ids[4]]
    catalog.create_playlist("x", chosen)
    file = tmp_path / f"Sunday{suffix}"
    assert catalog.export(file, Filter(playlist="x")) == 3
    assert catalog.import_playlist(file) == []
    assert listed(catalog, "Sunday") == chosen
    with pytest.raises(CatalogError, match="already"):
        catalog.import_playlist(file)
    if suffix == ".m3u8":
        file.write_text("/m/7.mp3\n/m/gone.mp3\n/m/7.mp3\n/m/1.mp3\n")
        assert catalog.import_playlist(file, "other") == [Path("/m/gone.mp3")]
        assert listed(catalog, "other") == [ids[7], ids[1]]


def test_names_that_are_taken_unknown_or_no_names(library):
    catalog, ids = library
    catalog.create_playlist("Café")
    with pytest.raises(CatalogError, match="already"):
        catalog.create_playlist("CAFÉ", ids[:1])
    catalog.create_playlist("other", ids[:1])
    with pytest.raises(CatalogError, match="already"):
        catalog.rename_playlist("other", "café")
    assert listed(catalog, "other") == ids[:1]
    catalog.rename_playlist("other", "Other")
    for bad in ("", "  ", "a\nb", "x" * 201, "a\x00"):
        with pytest.raises(CatalogError, match="name"):
            catalog.create_playlist(bad)
    with pytest.raises(PlaylistNotFoundError, match="did you mean 'Other'"):
        catalog.playlist("othr")
    for ask in (catalog.delete_playlist, catalog.playlist):
        with pytest.raises(PlaylistNotFoundError):
            ask("a\x00")
    assert catalog.tracks('playlist:"nothing of that name"').empty


@pytest.mark.parametrize("name", ["O'Brien", 'say "hi"', "a, b", "坂本 & <b>", "50% _", "=x", "~y"])
def test_any_name_can_be_asked_for(library, name):
    catalog, ids = library
    catalog.create_playlist(name, ids[:2])
    assert listed(catalog, name) == ids[:2]
    query = Filter(playlist=[name]).to_query()
    assert list(catalog.tracks(query).index) == ids[:2]


@pytest.mark.parametrize(
    "arguments",
    [
        {"tracks": ["nonsense"]}, {"tracks": ["00000000-0000-0000-0000-000000000000"]},
        {"where": "genr:x"}, {"where": "bpm:>1", "sort": "nothing"}, {"sort": "bpm"},
        {"tracks": [], "where": "bpm:>1"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_makes_no_list(library, arguments):
    catalog, _ = library
    with pytest.raises((CatalogError, QueryError, TrackNotFoundError)):
        catalog.create_playlist("x", **arguments)
    assert catalog.playlists().empty


def test_a_frame_of_tracks_can_be_given(library):
    catalog, ids = library
    frame = catalog.tracks("genre:dub", sort="-bpm")
    assert isinstance(frame, pd.DataFrame)
    catalog.create_playlist("dub", frame.index)
    assert listed(catalog, "dub") == [ids[i] for i in (8, 6, 4, 2, 0)]
