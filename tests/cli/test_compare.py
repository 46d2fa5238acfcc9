"""Similar tracks, copies and files, from the command line."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audiolab import Catalog

from .conftest import Cli

ROWS = 5


@pytest.fixture
def compared(ids: list[str], database_url: str) -> list[str]:
    """Tracks with embeddings, the last two nearly alike and of one length."""
    matrix = np.eye(ROWS, 8, dtype="float32") + 0.1
    matrix[4] = matrix[3] + 1e-4
    frame = pd.DataFrame({
        "path": [f"{i}.wav" for i in range(ROWS)], "title": [f"Piece {i}" for i in range(ROWS)],
        "duration_seconds": [10.0, 50.0, 90.0, 130.0, 130.5], "format": "wav",
    })  # fmt: skip
    with Catalog.open(database_url) as catalog:
        return catalog.add(frame, root="compared", embeddings={"test": matrix})


def test_similar(cli: Cli, compared: list[str]) -> None:
    result = cli("similar", compared[3], "--limit", "2", "--format", "json")
    assert result.code == 0
    found = json.loads(result.out)
    assert len(found) == 2
    assert compared[4] not in {track["id"] for track in found}  # a copy of the seed
    assert all(0 <= track["similarity"] <= 1 for track in found)
    table = cli("similar", compared[0][-8:], compared[1], "--where", 'title:"Piece 2"')
    assert table.code == 0
    assert "Piece 2" in table.out
    assert "Piece 3" not in table.out


def test_similar_with_reasons_copies_and_what_to_keep_away_from(
    cli: Cli, compared: list[str]
) -> None:
    explained = cli("similar", compared[3], "--explain", "--copies", "--format", "json")
    found = json.loads(explained.out)
    assert compared[4] in {track["id"] for track in found}
    assert found[0]["like_embedding"] == found[0]["similarity"]
    header = cli("similar", compared[3], "--explain").out.splitlines()[0].split()
    assert header[:5] == ["Likeness", "Sound", "Tempo", "Keys", "Mood"]
    away = cli("similar", compared[0], "--minus", compared[1][-8:], "--format", "json")
    assert compared[1] not in {track["id"] for track in json.loads(away.out)}
    wrong = cli("similar", compared[0], "--model", "other")
    assert (wrong.code, wrong.out) == (2, "")


def test_similar_to_what_has_no_embedding(cli: Cli, ids: list[str]) -> None:
    result = cli("similar", ids[0])
    assert result.code == 2
    assert "no embedding" in result.err


def test_duplicates(cli: Cli, compared: list[str]) -> None:
    result = cli("duplicates", "--format", "json")
    pairs = json.loads(result.out)
    assert [(p["tier"], {p["id"], p["other_id"]}) for p in pairs] == [("alike", set(compared[3:]))]
    assert "4.wav" in cli("duplicates").out
    none = cli("duplicates", 'title:"Piece 1"')
    assert (none.code, none.out, none.err) == (0, "", "no copies found\n")


def test_export(cli: Cli, ids: list[str], tmp_path: Path) -> None:
    to = tmp_path / "all.jsonl"
    result = cli("export", "--to", str(to))
    assert (result.code, result.out) == (0, "")
    lines = [json.loads(line) for line in to.read_text().splitlines()]
    assert {line["id"] for line in lines} >= set(ids)
    refused = cli("export", "--to", str(tmp_path / "all.doc"))
    assert refused.code == 2
    assert "expected a name ending in .csv" in refused.err
