"""Our handlers in a JupyterLab that somebody starts without us."""

import httpx
import pytest

from .running_dashboard import TOKEN
from .running_lab import Lab

pytestmark = pytest.mark.long


def test_the_extension_is_loaded_without_a_word(lab: Lab) -> None:
    log = lab.log.read_text()
    assert "audiolab.server | extension was successfully loaded" in log
    assert "Traceback" not in log


def test_streams_peaks_and_covers(lab: Lab) -> None:
    track = lab.ids["night.mp3"]
    with lab.client() as client:
        part = client.get(f"audiolab/stream/{track}", headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (
            206, (lab.media / "night.mp3").read_bytes()[10:20],
        )  # fmt: skip
        assert client.get(f"audiolab/waveform/{track}").status_code == 200
        assert client.get(f"audiolab/artwork/{track}").headers["Content-Type"] == "image/png"
        assert client.get("audiolab/static/player.js").status_code == 200
        assert client.get("audiolab/stream/7").status_code == 404


def test_lab_decides_who_gets_in(lab: Lab) -> None:
    address = f"{lab.url}audiolab/stream/{lab.ids['tone.wav']}"
    assert httpx.get(address).status_code == 403
    assert httpx.get(address, params={"token": "wrong"}).status_code == 403
    with httpx.Client(follow_redirects=True) as browser:
        browser.get(f"{lab.url}lab", params={"token": TOKEN})  # leaves a cookie, as a visit does
        assert browser.get(address).status_code == 200
