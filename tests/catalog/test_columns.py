"""What a look at a whole column says is what a look at each cell says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.catalog.cells import cell
from audiolab.catalog.columns import plain
from audiolab.catalog.fields import BY_NAME

NUMBERS = st.one_of(
    st.floats(width=32), st.floats(-1, 2), st.integers(-(2**63), 2**63 - 1), st.integers(-5, 5)
)
VALUES = st.one_of(
    NUMBERS,
    st.booleans(),
    st.text(max_size=3),
    st.lists(st.text(max_size=2), max_size=3),
    st.sampled_from([None, pd.NA, pd.NaT, np.str_("a"), ("a",), {"a": 1}]),
)
DTYPES = st.sampled_from(
    ["f2", "f4", "f8", "i1", "i4", "i8", "u8", "bool", "Int64", "str", "category"]
)
COLUMNS = st.one_of(
    st.lists(VALUES, max_size=4).map(lambda values: pd.Series(values, dtype=object)),
    st.lists(NUMBERS, max_size=4).map(pd.Series),
    st.lists(st.text(max_size=3), max_size=4).map(pd.Series),
    st.lists(st.lists(st.text(max_size=2), max_size=2), max_size=3).map(pd.Series),
    st.lists(
        st.lists(st.floats(), min_size=2, max_size=2).map(np.array), min_size=1, max_size=3
    ).map(pd.Series),
    st.lists(st.integers(0, 100), max_size=4).flatmap(
        lambda values: DTYPES.map(lambda dtype: pd.Series(values).astype(dtype))
    ),
)  # fmt: skip
NAMES = ["tempo_bpm", "energy", "duration_seconds", "year", "channels", "file_size_bytes",
         "has_vocals", "title", "genre_primary", "instruments", "mfcc", "tags"]  # fmt: skip


def typed(value):
    return (type(value), [*map(typed, value)] if isinstance(value, list) else value)


@given(st.sampled_from(NAMES), COLUMNS)
def test_a_column_is_what_its_cells_are(name, column):
    field = BY_NAME[name]
    found = plain(field, column)
    if found is not None:
        assert typed(found) == typed([cell(field, value) for value in column.tolist()])


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        ("tempo_bpm", pd.Series([124.5, np.nan, np.inf]), [124.5, None, None]),
        ("tempo_bpm", pd.Series([124, 7]), [124.0, 7.0]),
        ("year", pd.Series([1999, 5], dtype="i2"), [1999, 5]),
        ("has_vocals", pd.Series([True, False]), [True, False]),
        ("title", pd.Series(["NA", ""]), ["NA", ""]),
        ("instruments", pd.Series([["piano"], []]), [["piano"], []]),
        ("mfcc", pd.Series([np.ones(2), np.array([0, np.nan])]), [[1.0, 1.0], [0.0, None]]),
    ],
)
def test_usual_columns_need_one_look(name, column, values):
    assert plain(BY_NAME[name], column) == values


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("energy", pd.Series([0.5, 1.5])), ("year", pd.Series([1, 99_999])),
        ("channels", pd.Series([40_000])), ("loudness_lufs", pd.Series([-1e300])),
        ("has_vocals", pd.Series([0, 1])), ("title", pd.Series(["a", None])),
        ("mfcc", pd.Series([np.ones(2), np.ones(3)])),
        ("file_size_bytes", pd.Series([2**63], dtype="u8")),
    ],
)  # fmt: skip
def test_what_needs_a_look_at_each(name, column):
    assert plain(BY_NAME[name], column) is None
