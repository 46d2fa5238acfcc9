"""An API that may only be read, and that pages of one other origin may use."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .api_server import Api, api_server
from .test_access import TRACK

FRIEND = "https://friend.example"
TRACKS = "/audiolab/api/tracks"


@pytest.fixture(scope="module")
def shown(data_dir: Path) -> Iterator[Api]:
    """An API for looking only."""
    with api_server(data_dir, read_only=True, cors_origins=(FRIEND,)) as started:
        yield started


def test_nothing_can_be_changed(shown: Api) -> None:
    track = f"{TRACKS}/{shown.ids['tone.wav']}"
    with shown.client() as client:
        assert client.get(f"{TRACKS}?limit=1").json()["total"] == len(shown.ids)
        assert client.get("/audiolab/api/scans").status_code == 200
        for refused in (
            client.delete(track),
            client.post("/audiolab/api/scans", json={"path": "library"}),
            client.delete(f"/audiolab/api/scans/{TRACK}"),
        ):
            assert refused.status_code == 403
            assert "read-only" in refused.json()["detail"]
        assert client.get(track).json()["state"] == "analysed"
        assert client.get("/audiolab/api/health").json()["read_only"] is True


def test_a_friend_may_read_with_a_token(shown: Api) -> None:
    with shown.client(Origin=FRIEND) as client:
        for path in (f"{TRACKS}?limit=1", f"{TRACKS}?limit=x", f"{TRACKS}/{TRACK}"):
            answer = client.get(path)
            assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Origin" in answer.headers["Vary"]


def test_browsers_may_ask_before(shown: Api) -> None:
    asked = {"Access-Control-Request-Method": "DELETE", "Origin": FRIEND}
    answer = httpx.options(f"{shown.url}{TRACKS}/{TRACK}", headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Methods"] == "DELETE, GET, HEAD"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", f"{FRIEND}.evil.example", "http://friend.example"]
)
def test_others_may_not(shown: Api, origin: str) -> None:
    with shown.client(Origin=origin) as client:
        assert "Access-Control-Allow-Origin" not in client.get(f"{TRACKS}?limit=1").headers
    asked = {"Access-Control-Request-Method": "GET", "Origin": origin}
    answer = httpx.options(f"{shown.url}{TRACKS}", headers=asked)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_friend_without_the_token_gets_nothing(shown: Api) -> None:
    answer = httpx.get(f"{shown.url}{TRACKS}", headers={"Origin": FRIEND})
    assert answer.status_code == 403
