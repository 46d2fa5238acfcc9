"""The current result as a file to save."""

import csv
import io
from xml.etree import ElementTree

import httpx
import pytest

from .running_dashboard import Dashboard


def test_a_table_of_what_the_query_selects(user: httpx.Client) -> None:
    answer = user.get("/audiolab/api/export/csv", params={"q": "artist:lena", "sort": "title"})
    assert answer.status_code == 200
    assert 'filename="audiolab-tracks.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["title"] for row in rows] == ["Night Drive", "Tone"]


def test_json(user: httpx.Client, running: Dashboard) -> None:
    tracks = user.get("/audiolab/api/export/json", params={"q": "night"}).json()
    assert [track["id"] for track in tracks] == [running.ids["night.mp3"]]


@pytest.mark.parametrize("ending", ["csv", "json", "m3u8", "xspf"])
def test_no_file_says_where_the_library_is(
    user: httpx.Client, running: Dashboard, ending: str
) -> None:
    text = user.get(f"/audiolab/api/export/{ending}").text
    assert "night.mp3" in text
    assert str(running.media) not in text


def test_xspf(user: httpx.Client) -> None:
    answer = user.get("/audiolab/api/export/xspf", params={"q": "artist:lena", "sort": "title"})
    names = {"x": "http://xspf.org/ns/0/"}
    tracks = ElementTree.fromstring(answer.content).findall("x:trackList/x:track", names)
    assert [track.findtext("x:title", None, names) for track in tracks] == ["Night Drive", "Tone"]


def test_a_description_that_cannot_be_heard_is_refused(user: httpx.Client) -> None:
    answer = user.get("/audiolab/api/export/csv", params={"q": "artist:lena ~warm pads"})
    assert answer.status_code == 400
    assert "clap-audio.onnx: missing in the models folder" in answer.json()["detail"]


def test_refusals(user: httpx.Client, stranger: httpx.Client) -> None:
    assert stranger.get("/audiolab/api/export/csv").status_code == 403
    assert user.get("/audiolab/api/export/xlsx").status_code == 404
    wrong = user.get("/audiolab/api/export/csv", params={"q": "bpm:fast"})
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "application/problem+json")
    assert "content-disposition" not in wrong.headers
