"""What is found where the words that were typed find nothing."""

import pandas as pd
import pytest

TITLES = ["Night drive", "Nightfall", "Northern lights", "Björk: Jóga", "Daylight driver", "Sea"]


@pytest.fixture
def songs(catalog):
    catalog.add(pd.DataFrame({"path": [f"{i}" for i in range(6)], "title": TITLES}))
    return catalog


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("nihgt drive", ["Night drive"]),
        ("nihgt dri", ["Night drive"]),  # the last word may be unfinished, misspelt others or not
        ("northren ligths", ["Northern lights"]),
        ("bjrok joga", ["Björk: Jóga"]),
        ("sea drive", []),  # both are there, and nothing like them is together
        ("nightfal", ["Nightfall"]),
        ("noght", ["Night drive"]),
        ("xq", []),
        ("zzzzzz night", []),
        ("-nihgt sea", ["Sea"]),
        ("nihgt | sae", ["Sea", "Night drive"]),
    ],
)
def test_what_is_meant(songs, typed, titles):
    assert sorted(songs.tracks(typed).title) == sorted(titles)
    assert songs.count(typed) == len(titles)


def test_exact_finds_come_alone(songs):
    assert list(songs.tracks("sea").title) == ["Sea"]
    songs.add(pd.DataFrame({"path": ["x"], "title": ["Set"]}))
    assert list(songs.tracks("sea").title) == ["Sea"]


def test_a_word_that_is_known_may_still_be_a_mistake(songs):
    songs.add(pd.DataFrame({"path": ["x"], "title": ["Nigth"]}))
    assert list(songs.tracks("nigth drive").title) == ["Night drive"]
    assert list(songs.tracks("nigth").title) == ["Nigth"]


def test_words_of_tracks_that_are_gone_mislead_nobody(songs):
    [gone] = songs.add(pd.DataFrame({"path": ["x"], "title": ["Nihgt"]}))
    assert list(songs.tracks("nihgt").title) == ["Nihgt"]
    songs.delete(gone)
    assert list(songs.tracks("nihgt").title) == ["Night drive"]
    songs.restore(gone)
    assert list(songs.tracks("nihgt").title) == ["Nihgt"]
