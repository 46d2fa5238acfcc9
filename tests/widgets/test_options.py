"""What the panel offers of a library."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from server.running_dashboard import own_database

from audiolab import Catalog, resources
from audiolab.widgets.options import options
from audiolab.widgets.view_state import ViewState
from widgets.written import written

STAND_INS = resources.CHECKOUT / "tests" / "fixtures" / "models"


def unheard(catalog: Catalog) -> dict[str, Any] | None:
    sections = options(catalog, ViewState()).sections
    return next((section for section in sections if section["kind"] == "note"), None)


def test_one_line_says_what_is_missing_until_a_network_has_listened(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIOLAB_MODELS_DIR", str(tmp_path / "models"))
    with own_database(data_dir) as url, Catalog.open(url) as catalog:
        assert unheard(catalog) is None, "an empty library needs files first"
        catalog.add(pd.DataFrame({"path": ["a.mp3"], "format": ["mp3"]}), root="here")
        line = unheard(catalog)
        assert line is not None
        assert written(line["label"]) == "Genre, mood, instruments"
        assert written(line["text"]).endswith(": audiolab models download, then audiolab scan")
        shutil.copytree(STAND_INS, tmp_path / "models")
        monkeypatch.setenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "1")
        line = unheard(catalog)
        assert line is not None
        assert written(line["text"]).endswith(": audiolab scan")
        heard = pd.DataFrame({"path": ["a.mp3"], "format": ["mp3"], "genre_primary": ["jazz"]})
        catalog.add(heard, root="here")
        assert unheard(catalog) is None
