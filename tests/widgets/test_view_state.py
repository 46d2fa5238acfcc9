"""What the page shows, to and from its address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab import Filter
from audiolab.errors import QueryError
from audiolab.widgets.view_state import RANGES, SORTS, ViewState, chosen_of

SPANS = st.tuples(st.none() | st.integers(0, 200), st.none() | st.integers(0, 200)).filter(
    lambda span: span != (None, None)
)
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1)
CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "genre": st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3),
        "key": st.lists(st.sampled_from(["8A", "12B", "~1A"]), min_size=1, max_size=3),
        "has_vocals": st.sampled_from([["yes"], ["no"]]),
        **{name: SPANS.map(lambda span: [None if b is None else float(b) for b in span])
           for name in RANGES.values()},
    },
)  # fmt: skip
STATES = st.builds(
    ViewState,
    query=TEXTS.map(str.strip),
    chosen=CHOSEN,
    sort=st.sampled_from(SORTS).flatmap(lambda name: st.sampled_from([name, f"-{name}"])),
    page=st.integers(1, 10**6),
)


@given(STATES)
def test_the_address_holds_everything(state: ViewState) -> None:
    assert ViewState.from_params(state.to_params()) == state


def test_the_whole_library_has_a_bare_address() -> None:
    assert ViewState().to_params() == {}
    assert ViewState.from_params({}) == ViewState()


def test_an_address_to_read() -> None:
    state = ViewState(
        query="night",
        chosen={"genre": ["House", "Folk"], "tempo_bpm": [120.0, None], "energy": [None, 0.5]},
        sort="-energy",
        page=3,
    )
    assert state.to_params() == {
        "q": ["night"],
        "genre": ["House", "Folk"],
        "bpm": ["120.."],
        "energy": ["..0.5"],
        "sort": ["-energy"],
        "page": ["3"],
    }


@pytest.mark.parametrize(
    "params",
    [
        {"page": ["0"]}, {"page": ["-1"]}, {"page": ["x"]}, {"page": ["9" * 30]}, {"page": ["²"]},
        {"sort": ["evil"]}, {"sort": ["--energy"]}, {"sort": ["path"]}, {"sort": [""]},
        {"bpm": ["fast"]}, {"bpm": [".."]}, {"bpm": ["1"]}, {"bpm": ["nan..inf"]},
        {"bpm": ["1..x"]}, {"key": ["99Z"]}, {"genre": [""]}, {"token": ["t"]}, {"q": []},
        {"genre": ["\x00"]},
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_left_out(params: dict[str, list[str]]) -> None:
    assert ViewState.from_params(params) == ViewState()


@pytest.mark.parametrize(
    "sent",
    [
        {"path": ["x"]}, {"genre": "House"}, {"genre": [1, None, {"a": 1}]}, {"tempo_bpm": [1]},
        {"tempo_bpm": ["a", "b"]}, {"tempo_bpm": {"low": 1}}, {"energy": [None, None]}, {"key": 8},
        {"energy": [float("nan"), 1]}, {"genre": []},
    ],
)  # fmt: skip
def test_nonsense_from_the_panel_is_left_out(sent: dict[str, object]) -> None:
    assert chosen_of(sent) == {}


def test_filter_joins_query_and_choices() -> None:
    state = ViewState(
        "night", {"genre": ["House", "Folk"], "key": ["8A"], "tempo_bpm": [120, None]}
    )
    genre, key, tempo = Filter(genre=["House", "Folk"]), Filter(key="8A"), Filter(bpm=(120, None))
    assert state.filter() == Filter("night") & genre & key & tempo
    assert state.filter(leave_out="key") == Filter("night") & genre & tempo
    assert not ViewState().filter()


def test_a_mistake_in_the_query_is_said() -> None:
    with pytest.raises(QueryError):
        ViewState("bpm:fast").filter()


def test_any_change_but_of_the_page_leads_to_the_first_page() -> None:
    state = ViewState(page=5)
    assert state.with_(sort="title").page == 1
    assert state.with_(page=6).page == 6
