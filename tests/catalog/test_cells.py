import numpy as np
import pandas as pd
import pytest

from audiolab.catalog.cells import cell
from audiolab.catalog.fields import BY_NAME


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("tempo_bpm", np.float32(124.5), 124.5), ("tempo_bpm", 124, 124.0),
        ("tempo_bpm", np.nan, None), ("tempo_bpm", np.inf, None), ("tempo_bpm", pd.NA, None),
        ("year", 1999.0, 1999), ("year", np.int64(5), 5), ("file_size_bytes", 2**53 + 1, 2**53 + 1),
        ("has_vocals", np.True_, True), ("has_vocals", 0, False), ("has_vocals", None, None),
        ("title", "NA", "NA"), ("title", 1979, "1979"), ("added_at", pd.NaT, None),
        ("instruments", ("piano",), ["piano"]), ("mfcc", np.ones(2, "f4"), [1.0, 1.0]),
        ("mfcc", [1, float("nan")], [1.0, None]), ("tags", {"a": ["b"]}, {"a": ["b"]}),
    ],
)  # fmt: skip
def test_values_that_fit(name, value, stored):
    found = cell(BY_NAME[name], value)
    assert found == stored
    assert type(found) is type(stored)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("tempo_bpm", "124", "numbers"), ("tempo_bpm", True, "numbers"),
        ("tempo_bpm", [1], "numbers"),
        ("loudness_lufs", -1e300, "single precision"), ("energy", 1.5, "from 0 to 1"),
        ("tempo_bpm", -1, "from 0 to 1000"), ("year", 1999.5, "whole numbers"),
        ("channels", 40_000, "up to 32767"), ("year", 99_999, "from 0 to 9999"),
        ("has_vocals", "no", "True or False"), ("has_vocals", 2, "True or False"),
        ("title", ["a"], "texts"), ("instruments", "piano", "lists"), ("instruments", [1], "texts"),
        ("mfcc", ["a"], "numbers"), ("tags", "x", "dictionaries"),
    ],
)  # fmt: skip
def test_values_that_do_not(name, value, expected):
    with pytest.raises(ValueError, match=expected):
        cell(BY_NAME[name], value)
