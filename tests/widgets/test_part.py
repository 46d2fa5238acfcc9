"""Our widgets carry a loader; their modules exist; nothing heavy comes with them."""

import subprocess
import sys
from pathlib import Path

import pytest

import audiolab.widgets
from audiolab.widgets.filter_bar import FilterBar
from audiolab.widgets.part import Part
from audiolab.widgets.player import Player
from audiolab.widgets.search_box import SearchBox
from audiolab.widgets.track_list import TrackList
from audiolab.widgets.url import Url

STATIC = Path(audiolab.widgets.__file__).parent / "static"
PARTS = [FilterBar, Player, SearchBox, TrackList, Url]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_names_a_module_that_is_there(part: type[Part]) -> None:
    made = part(lambda _: {}) if part is Player else part()
    assert (STATIC / f"{made._module_name}.js").is_file()
    assert len(made._esm) < 2500
    assert "<" not in repr(made).removeprefix("<"), "no tables in repr"


def test_scripts_make_no_html_and_ask_no_other_host() -> None:
    scripts = sorted(STATIC.glob("*.js"))
    assert len(scripts) > 10
    for script in scripts:
        source = script.read_text()
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ):
            assert forbidden not in source, script.name
        assert "://" not in source.replace("http://www.w3.org/2000/svg", ""), script.name
    for sheet in STATIC.glob("*.css"):
        assert "http" not in sheet.read_text()
        assert "@import" not in sheet.read_text()


def test_a_visitors_kernel_loads_nothing_heavy() -> None:
    heavy = "librosa essentia dask distributed plotly scipy numba onnxruntime voila matplotlib"
    code = f"import sys, audiolab.widgets; print([m for m in {heavy.split()} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
