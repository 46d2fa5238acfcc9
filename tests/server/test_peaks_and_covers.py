"""waveform/{id}, artwork/{id} and static/…"""

import importlib.metadata
from uuid import uuid4

import httpx
import numpy as np
import pytest

from .running_dashboard import Dashboard
from .sample_library import GONE, PIXEL


def test_peaks_as_numbers(running: Dashboard, user: httpx.Client) -> None:
    answer = user.get(f"/audiolab/waveform/{running.ids['night.mp3']}")
    peaks = np.frombuffer(answer.content, "<f4")
    assert peaks.shape == (800,)
    np.testing.assert_allclose(peaks[400], 1, atol=0.01)
    assert 0 <= peaks.min() <= peaks.max() <= 1
    again = user.get(answer.request.url, headers={"If-None-Match": answer.headers["Etag"]})
    assert again.status_code == 304


def test_peaks_as_json(running: Dashboard, user: httpx.Client) -> None:
    address = f"/audiolab/waveform/{running.ids['night.mp3']}"
    answer = user.get(address, headers={"Accept": "application/json"})
    assert len(answer.json()["peaks"]) == 800


def test_peaks_of_no_track(user: httpx.Client) -> None:
    assert user.get(f"/audiolab/waveform/{uuid4()}").status_code == 404


def test_cover(running: Dashboard, user: httpx.Client) -> None:
    address = f"/audiolab/artwork/{running.ids['night.mp3']}"
    answer = user.get(address)
    assert answer.content == PIXEL
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    again = user.get(address, headers={"If-None-Match": answer.headers["Etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(("name", "status"), [("tone.wav", 404), (GONE, 410)])
def test_no_cover(running: Dashboard, user: httpx.Client, name: str, status: int) -> None:
    answer = user.get(f"/audiolab/artwork/{running.ids[name]}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_our_modules(user: httpx.Client) -> None:
    answer = user.get("/audiolab/static/player.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert user.get("/audiolab/static/tokens.css").headers["Content-Type"].startswith("text/css")


def test_plotly_is_the_wheels_own_and_kept_for_ever(user: httpx.Client) -> None:
    version = importlib.metadata.version("plotly")
    answer = user.get(f"/audiolab/static/plotly-{version}.min.js")
    assert answer.status_code == 200
    assert f"plotly.js v{version.split('.')[0]}"[:9].encode() in answer.content[:200]
    assert "immutable" in answer.headers["Cache-Control"]
    assert user.get("/audiolab/static/plotly-1.0.0.min.js").status_code == 404


@pytest.mark.parametrize(
    "name", ["../browser.py", "..%2fbrowser.py", "nothing.js", "", ".", "%2e%2e", "player.js/"]
)
def test_nothing_but_our_files(user: httpx.Client, name: str) -> None:
    assert user.get(f"/audiolab/static/{name}").status_code == 404
