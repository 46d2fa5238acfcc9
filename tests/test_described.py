"""Tracks by what they sound like: the query, the catalog, the command line."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from server.running_dashboard import own_database

from audiolab import Catalog, resources, scan, sounding_like
from audiolab.cli.app import app
from audiolab.cli.errors import run
from audiolab.config import Settings
from audiolab.described import split
from audiolab.errors import ModelError, QueryError

STAND_INS = resources.CHECKOUT / "tests" / "fixtures" / "clap"
SECOND = 44_100


@pytest.mark.parametrize(
    ("query", "filters", "description"),
    [
        ("", "", ""),
        ("night drive", "night drive", ""),
        ("~warm analog pads, rainy", "", "warm analog pads, rainy"),
        ("bpm:..100 -mood:sad ~ (warm | soft)", "bpm:..100 -mood:sad", "(warm | soft)"),
        ("key:~8A bpm:~120", "key:~8A bpm:~120", ""),
        ('"~x" title:"a ~b" ~c ~d', '"~x" title:"a ~b"', "c ~d"),
        (r'title:"a \" ~b" c~d', r'title:"a \" ~b" c~d', ""),
    ],
)
def test_a_description_begins_with_the_sign_and_runs_to_the_end(query, filters, description):
    assert split(query) == (filters, description)


def test_nothing_to_describe_is_a_mistake():
    with pytest.raises(QueryError, match="expected words after ~") as caught:
        split("night ~ ")
    assert caught.value.position == 6


@given(st.text(alphabet='ab~" \\:(', max_size=25), st.text(alphabet="cd ~", max_size=9))
def test_filters_hold_no_description_and_nothing_is_lost(query, words):
    filters, description = split(f"{query} ~c{words}")
    assert split(filters) == (filters, "")
    assert description.endswith(f"c{words}".strip())


@pytest.fixture(scope="module")
def library(data_dir: Path, tmp_path_factory: pytest.TempPathFactory):
    """A low and a high tone, a catalog, and the settings that lead to both."""
    folder = tmp_path_factory.mktemp("described")
    time = np.arange(12 * SECOND) / SECOND
    for name, hz in (("low", 120), ("high", 6_000)):
        soundfile.write(folder / f"{name}.wav", 0.2 * np.sin(2 * np.pi * hz * time), SECOND)
    with own_database(data_dir) as url, Catalog.open(url) as catalog:
        settings = Settings(
            data_dir=folder / "data", database_url=url, models_dir=STAND_INS,
            allow_unverified_models=True,
        )  # fmt: skip
        yield catalog, settings, folder


def test_from_scan_to_search(library, monkeypatch, capfd) -> None:
    catalog, settings, folder = library
    with pytest.raises(ModelError, match="no track was heard with it yet: audiolab scan"):
        sounding_like(catalog, "bright", settings=settings)
    report = scan(folder, catalog=catalog, settings=settings, workers=1, stages=["clap"])
    assert (report.analysed, report.failed) == (2, 0)
    (model,) = catalog.embedding_models()
    assert model.startswith("clap@")
    for words, order in (("a bright whistle", ["high.wav", "low.wav"]), ("dark", ["low.wav"])):
        found = sounding_like(catalog, words, limit=len(order), settings=settings)
        assert found.path.tolist() == order
    assert found.similarity.iloc[0] > 0.2
    only = sounding_like(catalog, "dark", where="path:high", settings=settings)
    assert only.path.tolist() == ["high.wav"]

    monkeypatch.setenv("AUDIOLAB_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("AUDIOLAB_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("AUDIOLAB_MODELS_DIR", str(STAND_INS))
    monkeypatch.setenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "1")
    capfd.readouterr()
    assert run(app, ["ls", "path:wav ~a dark rumbling", "--limit", "1", "--format", "csv"]) == 0
    assert "low.wav" in capfd.readouterr().out
    assert run(app, ["ls", "~"]) == 2
    assert "expected words after ~" in capfd.readouterr().err
    monkeypatch.setenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "0")
    assert run(app, ["ls", "~dark"]) == 2
    assert "AUDIOLAB_ALLOW_UNVERIFIED_MODELS=1 accepts it" in capfd.readouterr().err
