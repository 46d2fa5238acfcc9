"""The map and hubness from the command line."""

import json

import numpy as np
import pandas as pd
import pytest

from audiolab import Catalog

from .conftest import Cli

ROWS = 40


@pytest.fixture
def sounding(cli: Cli, database_url: str) -> None:
    """Tracks with embeddings."""
    matrix = np.random.default_rng(0).standard_normal((ROWS, 8)).astype(np.float32)
    frame = pd.DataFrame({"path": [f"{i}.wav" for i in range(ROWS)], "genre_primary": "Folk"})
    with Catalog.open(database_url) as catalog:
        catalog.add(frame, root="sounding", embeddings={"test": matrix})


@pytest.mark.usefixtures("sounding")
def test_a_map_for_people_and_for_programs(cli: Cli, database_url: str) -> None:
    result = cli("map", "--method", "pca")
    assert (result.code, result.err) == (0, "")
    assert "40 tracks, by pca from test" in result.out
    assert "trustworthiness 0." in result.out
    assert "coverage" in result.out
    result = cli("map", "--method", "pca", "--json")
    made = json.loads(result.out)
    assert (made["tracks"], made["model"], made["hubness"]["k"]) == (ROWS, "test", 10)
    with Catalog.open(database_url) as catalog:
        assert catalog.map_info().version == made["version"]  # type: ignore[union-attr]


@pytest.mark.usefixtures("sounding")
def test_hubness(cli: Cli) -> None:
    result = cli("hubness", "--k", "3")
    assert result.code == 0
    assert "among the 3 nearest of 40 tracks" in result.out
    plain = json.loads(cli("hubness", "--json").out)
    corrected = json.loads(cli("hubness", "--corrected", "--json").out)
    assert plain["coverage"] == 1 - plain["antihubs"]
    assert plain["skewness"] != corrected["skewness"]


@pytest.mark.usefixtures("sounding")
def test_wrong_arguments(cli: Cli) -> None:
    for arguments, said in (
        (["map", "--method", "tsne"], "expected one of umap, pca, got 'tsne'"),
        (["map", "--model", "nope"], "there are no embeddings of 'nope'"),
        (["hubness", "--k", "0"], "--k"),
        (["hubness", "--model", "nope"], "there are no embeddings of 'nope'"),
    ):
        result = cli(*arguments)
        assert result.code == 2
        assert said in result.err
        assert result.out == ""
