"""Colours that everybody can tell apart, text that stays text."""

import itertools
import os
import subprocess
import sys

import numpy as np
import plotly.io as pio
import pytest

from audiolab import plots
from audiolab.plots import style
from audiolab.plots.style import figure, plain

# Machado, Oliveira & Fernandes, IEEE TVCG 15, 2009: full protanopia, deuteranopia, tritanopia.
SIGHT = {
    "usual": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
# Ottosson, "A perceptual color space for image processing", 2020.
CONES = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
OKLAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def seen(colour: str, sight: object) -> np.ndarray:
    return OKLAB @ np.cbrt(CONES @ np.clip(np.asarray(sight) @ linear(colour), 0, 1))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_no_two_colours_look_alike(theme: str, sight: str) -> None:
    colours = plots.PALETTE[theme]  # type: ignore[index]
    assert len(colours) >= 7
    distances = [
        np.linalg.norm(seen(one, SIGHT[sight]) - seen(other, SIGHT[sight]))
        for one, other in itertools.combinations(colours, 2)
    ]
    assert min(distances) > 0.07


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_colour_and_the_text_stand_out(theme: str) -> None:
    layout = plots.TEMPLATES[theme].layout  # type: ignore[index]
    light = {name: linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05 for name, colour in
             (("paper", layout.paper_bgcolor), ("text", layout.font.color),
              ("first", layout.colorway[0]))}  # fmt: skip
    for name, least in (("text", 7), ("first", 4.5)):
        ratio = max(light["paper"], light[name]) / min(light["paper"], light[name])
        assert ratio > least


def test_the_templates_are_plotlys_too() -> None:
    assert pio.templates["audiolab_dark"].layout.paper_bgcolor == "#14151A"
    with pytest.raises(ValueError, match="expected light or dark, got 'pink'"):
        figure(theme="pink")  # type: ignore[arg-type]


def test_notebooks_keep_figures_as_html_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pio.renderers.default
    try:
        pio.renderers.default = style.IN_KERNELS
        style.keep_html()
        bundle = figure(title="Kept")._repr_mimebundle_()
    finally:
        pio.renderers.default = before
    assert "Plotly.newPlot" in bundle["text/html"]
    assert "application/vnd.plotly.v1+json" in bundle
    monkeypatch.setenv("PLOTLY_RENDERER", "png")
    monkeypatch.delitem(sys.modules, "plotly.io._renderers")
    style.keep_html()
    assert os.environ["PLOTLY_RENDERER"] == "png", "somebody has chosen already"
    monkeypatch.delenv("PLOTLY_RENDERER")
    style.keep_html()
    assert os.environ["PLOTLY_RENDERER"] == style.WITH_HTML
    monkeypatch.delenv("PLOTLY_RENDERER")


def test_plain_text() -> None:
    assert plain("<b>a</b> & b\n c") == "&lt;b&gt;a&lt;/b&gt; &amp; b c"
    assert len(plain("x" * 500)) == 80


def test_a_page_with_a_waveform_loads_nothing_heavy() -> None:
    """What computes pictures is loaded with the first picture."""
    heavy = ["scipy", "numba", "librosa", "essentia", "soxr", "av", "soundfile", "dask", "nbformat"]
    code = f"import sys, audiolab.plots; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
