"""Ways on from the word that is being typed."""

import pytest

from audiolab import Catalog, Filter
from audiolab.widgets.suggest import MOST, suggest


def texts(catalog: Catalog, word: str) -> list[str]:
    return [item["text"] for item in suggest(catalog, word)]


def test_a_search_begins_with_fields(catalog: Catalog) -> None:
    assert texts(catalog, "")[:3] == ["genre:", "bpm:", "key:"]
    assert len(texts(catalog, "")) == MOST


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("ge", "genre:"),
        ("-mo", "-mood:"),
        ("mood:ha", "mood:happy"),
        ("tag_genre:f", "tag_genre:Folk"),
        ("artist:lena", 'artist:="Lena Hart"'),
        ("fill", 'artist:="The Fillers"'),
        ("instrument:", "instrument:piano"),
        ("album:samp", 'album:="Samples"'),
    ],
)
def test_the_likeliest_comes_first(catalog: Catalog, word: str, first: str) -> None:
    assert texts(catalog, word)[0] == first


def test_what_is_offered_can_be_searched_for(catalog: Catalog) -> None:
    offered = [text for word in ("lena", "te", "bo", "mood:", "artist:b") for text in
               texts(catalog, word) if not text.endswith(":")]  # fmt: skip
    assert len(offered) > 3
    assert all(catalog.count(Filter.parse(text)) for text in offered)


def test_playlists_are_offered_by_name(catalog: Catalog) -> None:
    catalog.create_playlist("Late shift", where="bpm:1..", replace=True)
    assert texts(catalog, "playl") == ["playlist:"]
    assert texts(catalog, "playlist:la") == ['playlist:"Late shift"']


@pytest.mark.parametrize("word", ["nothing:like", "artist::(", "zzzz", ":", "-", '"', "bpm:12"])
def test_nothing_to_offer(catalog: Catalog, word: str) -> None:
    assert texts(catalog, word) in ([], [f"-{text}" for text in texts(catalog, "")])
