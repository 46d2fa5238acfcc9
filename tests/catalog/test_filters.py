import pickle
from datetime import UTC, datetime

import pytest
from filter_strategies import FILTERS
from hypothesis import given

from audiolab import Filter
from audiolab.catalog.filters import All
from audiolab.errors import QueryError


@given(FILTERS)
def test_code_gives_the_filter_back(made):
    assert eval(made.to_code(), {"Filter": Filter}) == made


@given(FILTERS)
def test_query_gives_the_filter_back(made):
    again = Filter.parse(made.to_query())
    assert again.to_sql() == made.to_sql() or again.to_query() == made.to_query()


@given(FILTERS)
def test_copies_are_equal_and_hash_alike(made):
    copy = pickle.loads(pickle.dumps(made))
    assert copy == made
    assert hash(copy) == hash(made)


def test_all_tracks_is_an_empty_filter():
    assert not Filter()
    assert Filter.of(None) == Filter("") == Filter.of({}) == Filter.parse("  ")
    assert Filter().to_query() == ""
    assert (Filter() & Filter(key="8A")) == Filter(key="8A")
    assert (Filter() | Filter(key="8A")) == Filter()


def test_the_three_ways_to_ask_are_one():
    wanted = Filter(genre=["house"], tempo_bpm=(120, 128), key="8A", has_vocals=True, text="night")
    assert Filter.of("genre:house bpm:120..128 key:8A has:vocals night") == wanted
    asked = {"genre": "house", "bpm": (120, 128), "key": "Am", "vocals": True, "text": "night"}
    assert Filter.of(asked) == wanted


def test_not_twice_is_nothing():
    assert ~~Filter(key="8A") == Filter(key="8A")


def test_a_filter_does_not_change():
    with pytest.raises(AttributeError, match="cannot be changed"):
        Filter(key="8A").node = All(())


def test_dates_may_be_datetimes():
    since = Filter(added=(datetime(2024, 5, 1, tzinfo=UTC), None))
    assert eval(since.to_code(), {"Filter": Filter}) == since


@pytest.mark.parametrize(
    "conditions",
    [
        {"tempo": [1, 2, 3]}, {"tempo_bpm": "fast"}, {"tempo_bpm": (128, 120)},
        {"tempo_bpm": float("nan")}, {"energy": (0, float("inf"))}, {"genre": 7}, {"genre": []},
        {"has_vocals": "perhaps"}, {"key": "H minor"}, {"mfcc": "1"}, {"genr": "house"},
        {"added": "yesterday"}, {"tempo_bpm": True}, {"path": ":("}, {"title": "a\x00"},
        {"added": (1, 2)}, {"key": ["8A", "x"]},
    ],
)  # fmt: skip
def test_bad_conditions_are_refused(conditions):
    with pytest.raises(QueryError):
        Filter(**conditions)


def test_a_wrong_name_gets_a_suggestion():
    with pytest.raises(QueryError, match="did you mean genre") as caught:
        Filter(genr="house")
    assert caught.value.suggestion == "genre"


@pytest.mark.parametrize("where", [7, ["genre:house"], object()])
def test_where_takes_filters_queries_and_dicts(where):
    with pytest.raises(QueryError, match="expected a Filter"):
        Filter.of(where)


def test_values_are_parameters():
    sql, parameters = Filter(artist="'; DROP TABLE track;--").to_sql()
    assert "DROP" not in sql
    assert any("drop table" in str(value).lower() for value in parameters.values())
