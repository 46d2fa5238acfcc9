"""Arrow tables hold what DataFrames hold."""

import sys

import numpy as np
import pandas as pd
import pytest
from test_catalog import library

from audiolab.catalog.fields import COLUMNS
from audiolab.errors import CatalogError, QueryError

pa = pytest.importorskip("pyarrow")


def test_a_table_holds_what_the_frame_holds(catalog):
    catalog.add(library())
    table = catalog.arrow(sort="path")
    frame = catalog.tracks(sort="path")
    assert table.column_names == ["id", *COLUMNS]
    assert table["id"].to_pylist() == list(frame.index)
    for name in ("artist", "title", "year", "has_vocals", "genre_primary", "added_at"):
        expected = [None if value is None or value is pd.NA or value != value else value
                    for value in frame[name].tolist()]  # fmt: skip
        assert table[name].to_pylist() == expected, name
    assert table["tempo_bpm"].null_count == frame.tempo_bpm.isna().sum()
    np.testing.assert_allclose(table["tempo_bpm"].to_numpy(), frame.tempo_bpm, rtol=1e-6)
    assert table["genre_secondary"].to_pylist() == list(frame.genre_secondary)
    assert pa.types.is_dictionary(table.schema.field("genre_primary").type)


def test_filters_limits_and_columns_are_the_same(catalog):
    catalog.add(library())
    asked = {"where": "genre:house night", "limit": 5, "columns": ["title", "bpm"]}
    table = catalog.arrow(**asked)
    assert table["id"].to_pylist() == list(catalog.tracks(**asked).index)
    assert table.column_names == ["id", "title", "tempo_bpm"]
    assert catalog.arrow("title:nothing", columns=["title"]).num_rows == 0
    with pytest.raises(QueryError):
        catalog.arrow(columns=["nothing"])


def test_without_the_driver_it_says_how_to_get_it(catalog, monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    with pytest.raises(CatalogError, match=r"pip install 'audiolab\[arrow\]'"):
        catalog.arrow()
