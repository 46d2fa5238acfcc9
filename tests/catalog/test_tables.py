"""What a cell becomes for other programs."""

from pathlib import Path

import pandas as pd
import pytest

from audiolab.catalog.tables import plain


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (pd.Timestamp(0, tz="UTC"), "1970-01-01T00:00:00+00:00"),
        ([1.0, float("nan")], [1.0, None]),
        ({"a": [pd.NA]}, {"a": [None]}),
        (pd.Series([3]).iloc[0], 3),
        (True, True),
        (Path("x"), "x"),
    ],
)
def test_cells_become_plain(value: object, expected: object) -> None:
    result = plain(value)
    assert (result, type(result)) == (expected, type(expected))
