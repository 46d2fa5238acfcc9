"""The order of a search: title and artist first, page by page in both directions."""

import numpy as np
import pandas as pd
import pytest

from audiolab.errors import QueryError

WORDS = ["night", "drive", "nightfall", "sea", "song"]


@pytest.fixture(scope="module")
def found(shared_catalog):
    """Tracks that have a word in title, artist, album or path, in an order that says nothing."""
    for root in shared_catalog.roots():
        shared_catalog.remove_root(root)
    rng = np.random.default_rng(9)
    for batch in range(4):  # each added later than the one before
        texts = rng.choice([*WORDS, None], (40, 4), p=[0.15] * 5 + [0.25])
        shared_catalog.add(
            pd.DataFrame(
                {
                    "path": [f"{texts[i, 3] or 'x'}/{batch}-{i}.mp3" for i in range(40)],
                    "title": texts[:, 0],
                    "artist": texts[:, 1],
                    "album": texts[:, 2],
                    "tempo_bpm": rng.choice([100.0, 140.0, np.nan], 40),
                }
            )
        )
    return shared_catalog


def rank(track, words):
    """0: whole words in title and artist; 1: the last only begins one; 2: somewhere else."""
    head = f"{track.title or ''} {track.artist or ''}".split()
    *whole, last = words.split()
    if not all(word in head for word in whole):
        return 2
    return 0 if last in head else 1 if any(word.startswith(last) for word in head) else 2


@pytest.mark.parametrize("words", ["night", "nig", "night drive", "drive nig", "song sea"])
def test_title_and_artist_come_first_then_the_newest(found, words):
    tracks = found.tracks(words)
    assert len(tracks) == found.count(words) > 0
    ranks = [rank(track, words) for track in tracks.itertuples()]
    assert ranks == sorted(ranks)
    for number in set(ranks):
        added = tracks.added_at[np.array(ranks) == number]
        assert added.is_monotonic_decreasing
    assert list(found.tracks(words, sort="relevance").index) == list(tracks.index)


@pytest.mark.parametrize(
    "query",
    ["night", "nig -drive", "night bpm:100", "sea | bpm:140", "-night", "nihgt", "bpm:100.."],
)
@pytest.mark.parametrize("size", [3, 11])
def test_pages_after_each_other_are_the_whole(found, query, size):
    whole = list(found.tracks(query, columns=["title"]).index)
    assert len(whole) == found.count(query) > 0
    walked, mark = [], None
    while len(page := found.tracks(query, limit=size, after=mark, columns=["title"])):
        walked += list(page.index)
        mark = page.index[-1]
    assert walked == whole
    back, mark = [], whole[-1]
    while len(page := found.tracks(query, limit=size, before=mark, columns=["title"])):
        back = list(page.index) + back
        mark = page.index[0]
    assert back == whole[:-1]
    pages = range(1, -(-len(whole) // size) + 1)
    jumped = [found.page(query, None, number, size, ["title"]).index for number in pages]
    assert [track_id for page in jumped for track_id in page] == whole


def test_what_is_asked_for_wins(found):
    tracks = found.tracks("night", sort="tempo_bpm")
    assert tracks.tempo_bpm.dropna().is_monotonic_increasing
    newest = found.tracks("night", sort="-added_at")
    assert newest.added_at.is_monotonic_decreasing
    with pytest.raises(QueryError):
        found.tracks("night", sort="-relevance")
