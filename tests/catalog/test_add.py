"""Rows of a DataFrame that come in, more than the database takes at once."""

import numpy as np
import pandas as pd
import pytest

from audiolab.catalog import add
from audiolab.errors import CatalogError

ROWS = 230


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(add, "BATCH", 50)


def library():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "path": [f"{i % 7}/{i}.mp3" for i in range(ROWS)],
            "title": [f"title {i}" for i in range(ROWS)],
            "file_size_bytes": np.arange(ROWS) * 1_000,
        }
    )
    return frame, rng.random((ROWS, 800)), rng.standard_normal((ROWS, 6)).astype("float32")


def test_each_row_keeps_what_is_its_own(catalog):
    frame, waveforms, matrix = library()
    for _ in range(2):  # added, then found there
        ids = catalog.add(frame, embeddings={"m": matrix}, waveforms=waveforms)
    assert len(set(ids)) == catalog.count() == ROWS
    stored = catalog.tracks(columns=["path", "title", "file_size_bytes"]).loc[ids]
    assert list(stored.title) == list(frame.title)
    assert list(stored.file_size_bytes) == list(frame.file_size_bytes)
    assert [path.rpartition("/")[2] for path in stored.path] == [f"{i}.mp3" for i in range(ROWS)]
    for row in (0, 49, 50, 123, ROWS - 1):
        np.testing.assert_allclose(catalog.waveform(ids[row]), waveforms[row], atol=1e-4)
    known, vectors = catalog.embeddings("m")
    order = np.argsort(known)
    np.testing.assert_allclose(
        np.asarray(vectors)[order], matrix[np.argsort(ids)], rtol=1e-3, atol=1e-3
    )
    assert list(catalog.tracks("title:229").index) == [ids[229]]


def test_rows_that_are_there_and_rows_that_are_not(catalog):
    frame, waveforms, matrix = library()
    some = np.arange(ROWS) % 3 == 0
    before = catalog.add(frame[some], embeddings={"m": matrix[some]}, waveforms=waveforms[some])
    catalog.correct(before[1], title="mine")
    changed = matrix.copy()
    changed[:9] += 1
    ids = catalog.add(frame, embeddings={"m": changed}, waveforms=1 - waveforms)
    assert [ids[row] for row in np.flatnonzero(some)] == before
    assert catalog.count() == ROWS
    assert list(catalog.tracks(columns=["title"]).title.loc[[ids[3], ids[4]]]) == [
        "mine",
        "title 4",
    ]
    for row in (0, 1, 3, 49, 50, ROWS - 1):
        np.testing.assert_allclose(catalog.waveform(ids[row]), 1 - waveforms[row], atol=1e-4)
    known, vectors = catalog.embeddings("m")
    stored = dict(zip(known, np.asarray(vectors), strict=True))
    np.testing.assert_allclose([stored[i] for i in ids], changed, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("row", [0, 60, ROWS - 1])
def test_a_row_that_cannot_be_stored_leaves_nothing(catalog, row):
    frame, waveforms, matrix = library()
    waveforms[row, 3] = np.nan
    with pytest.raises(CatalogError, match="800 finite peaks"):
        catalog.add(frame, embeddings={"m": matrix}, waveforms=waveforms)
    assert catalog.count() == 0
    frame.loc[row, "path"] = None
    with pytest.raises(CatalogError, match="every row needs a path"):
        catalog.add(frame)
    assert catalog.count() == 0
    waveforms[row, 3] = 0.5
    frame.loc[row, "path"] = "mended.mp3"
    assert len(catalog.add(frame, waveforms=waveforms)) == catalog.count() == ROWS


def test_nothing_to_add(catalog):
    assert catalog.add(library()[0][:0]) == []
