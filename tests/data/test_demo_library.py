"""The demo library is what its table says, to the eye and to the analysis."""

import csv
from pathlib import Path

import numpy as np
import pytest

from audiolab import keys
from audiolab.analysis import TrackAnalysis, analyze
from audiolab.analysis.tags import read_artwork
from audiolab.resources import folder

pytestmark = pytest.mark.long

DATA = folder("data")
TEMPO_TOLERANCE = 0.04
OCTAVES = (1, 2, 3, 1 / 2, 1 / 3)


def rows() -> list[dict[str, str]]:
    with (DATA / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def analyses() -> dict[str, TrackAnalysis]:
    return {row["file"]: analyze(DATA / row["file"]) for row in rows()}


def close(measured: float | None, composed: float, factors: tuple[float, ...]) -> bool:
    return measured is not None and any(
        abs(measured / (factor * composed) - 1) <= TEMPO_TOLERANCE for factor in factors
    )


def test_lengths_and_levels_are_those_of_music(analyses: dict[str, TrackAnalysis]) -> None:
    for row in rows():
        found = analyses[row["file"]]
        assert found.duration_seconds == pytest.approx(float(row["duration_seconds"]), abs=0.15)
        assert found.true_peak_dbtp < 0
        assert -30 < found.loudness_lufs < -7
        assert np.mean(found.waveform > 0.02) > 0.7


def test_tempo_is_found_where_there_is_one(analyses: dict[str, TrackAnalysis]) -> None:
    pulsed = [row for row in rows() if row["tempo_bpm"]]
    right = [
        row["file"]
        for row in pulsed
        if close(analyses[row["file"]].tempo_bpm, float(row["tempo_bpm"]), OCTAVES)
    ]
    assert len(right) >= 0.8 * len(pulsed)


def test_keys_that_are_named_are_right(analyses: dict[str, TrackAnalysis]) -> None:
    tonal = [row for row in rows() if row["key"]]
    named = [row for row in tonal if analyses[row["file"]].key is not None]
    right = [
        row for row in named if keys.parse(analyses[row["file"]].key) == keys.parse(row["key"])
    ]
    assert len(named) >= 0.5 * len(tonal)
    assert len(right) >= 0.9 * len(named)


def test_the_awkward_files_are_there() -> None:
    titles = {row["file"]: row["title"] for row in rows()}
    assert any("<script>" in title for title in titles.values())
    assert any(any(ord(letter) > 0x3000 for letter in title) for title in titles.values())
    untagged = [DATA / name for name, title in titles.items() if not title]
    assert len(untagged) == 1
    assert analyze(untagged[0], stages=("tags",)).title is None


def test_tags_hold_the_titles_of_the_table() -> None:
    for row in rows():
        found = analyze(DATA / row["file"], stages=("tags",))
        assert (found.title or "") == row["title"]


def test_covers_are_pictures() -> None:
    covers = [read_artwork(DATA / row["file"]) for row in rows()]
    found = [cover for cover in covers if cover is not None]
    assert len(found) >= 8
    assert {mime for mime, _ in found} == {"image/jpeg", "image/png"}
    signatures = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}
    assert all(data.startswith(signatures[mime]) for mime, data in found)


def test_styles_differ() -> None:
    folders = {Path(row["file"]).parent.name for row in rows()}
    assert len(folders) >= 5
    assert len({row["style"] for row in rows()}) == len(rows())
