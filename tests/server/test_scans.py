"""Scans through the API: started inside the library only, followed live, ended."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import soundfile

from audiolab.server.rates import Rates

from .api_server import Api
from .sample_library import RATE, tone
from .test_access import TRACK

SCANS = "/audiolab/api/scans"
ENDED = ("completed", "failed", "cancelled")


@pytest.fixture
def client(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """Somebody who may start as many scans as there are tests."""
    monkeypatch.setattr(Rates, "take", lambda *_: 0)
    with api.client() as logged_in:
        yield logged_in


@pytest.fixture
def folder(api: Api) -> Iterator[Path]:
    """A folder of the library with a short file."""
    made = api.library / "short"
    made.mkdir()
    soundfile.write(made / "one.wav", tone(1.0), RATE)
    yield made
    shutil.rmtree(made)


def events(client: httpx.Client, scan: str, **headers: str) -> Iterator[tuple[str, Any]]:
    """What the stream says, until it ends."""
    with client.stream("GET", f"{SCANS}/{scan}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        kind = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield kind, json.loads(line.removeprefix("data: "))


@pytest.mark.long
def test_a_scan_from_its_start_to_its_end(client: httpx.Client, folder: Path) -> None:
    begun = client.post(SCANS, json={"path": str(folder), "stages": ["tags"]})
    assert begun.status_code == 202
    scan = begun.json()["id"]
    assert begun.headers["Location"] == f"{SCANS}/{scan}"
    assert begun.json()["folder"] == "library / short"
    busy = client.post(SCANS, json={"path": str(folder)})
    assert busy.status_code == 409
    assert str(folder) not in busy.text
    around = client.post(SCANS, json={"path": str(folder.parent)})
    assert around.status_code == 409, "it contains a folder that the catalog has"
    told = list(events(client, scan))
    assert [kind for kind, _ in told[:-1]] == ["progress"] * (len(told) - 1)
    kind, last = told[-1]
    assert (kind, last["state"], last["analysed"]) == ("ended", "completed", 1)
    assert {status["state"] for _, status in told} >= {"completed"}
    assert client.get(f"{SCANS}/{scan}").json() == last
    assert client.get(SCANS).json()["items"][0]["id"] == scan
    again = client.get(f"{SCANS}/{scan}/events", headers={"Last-Event-ID": "ended"})
    assert again.status_code == 204, "a browser that reconnects is told to stop"


def test_a_scan_that_waits_can_be_cancelled(client: httpx.Client, api: Api, folder: Path) -> None:
    job = api.catalog.start_job(api.catalog.root(folder), {}, pending=True)
    heard: list[tuple[str, Any]] = []
    follower = threading.Thread(target=lambda: heard.extend(events(client, job)))
    follower.start()
    time.sleep(0.3)
    ended = client.delete(f"{SCANS}/{job}")
    assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
    follower.join(10)
    assert [(kind, status["state"]) for kind, status in heard] == [
        ("progress", "pending"), ("ended", "cancelled"),
    ]  # fmt: skip
    assert client.delete(f"{SCANS}/{job}").json()["state"] == "cancelled", "as often as one likes"


def test_by_name(client: httpx.Client, api: Api) -> None:
    (api.library / "deep" / "er").mkdir(parents=True)
    try:
        begun = client.post(SCANS, json={"path": "library / deep / er"})
        assert (begun.status_code, begun.json()["folder"]) == (202, "library / deep / er")
        assert client.post(SCANS, json={"path": "library/deep/er"}).status_code == 409
        list(events(client, begun.json()["id"]))
    finally:
        shutil.rmtree(api.library / "deep")


def test_only_inside_the_library_links_resolved(
    client: httpx.Client, api: Api, tmp_path: Path
) -> None:
    (tmp_path / "private").mkdir()
    out, loop = api.library / "out", api.library / "loop"
    out.symlink_to(tmp_path / "private")
    loop.symlink_to(loop)
    try:
        said = set()
        for path in (
            "/", "/etc", str(tmp_path / "private"), str(tmp_path / "not there"), str(out),
            f"{api.library}/../", f"{out}/..", "library/../..", "..", "~", "/proc/self/root",
            str(loop), f"{api.library}-beside",
        ):  # fmt: skip
            refused = client.post(SCANS, json={"path": path})
            assert refused.status_code == 403, (path, refused.text)
            said.add(refused.json()["detail"])
        assert len(said) == 1, "nobody learns what is there"
    finally:
        out.unlink()
        loop.unlink()
    missing = client.post(SCANS, json={"path": "library/nowhere"})
    assert missing.status_code == 400
    file = api.library / "file.wav"
    soundfile.write(file, tone(0.1), RATE)
    assert client.post(SCANS, json={"path": str(file)}).status_code == 400
    file.unlink()


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "library", {"path": ""}, {"path": 1}, {"path": "library", "recursive": "yes"},
        {"path": "library", "stages": []}, {"path": "library", "stages": ["karaoke"]},
        {"path": "library", "stages": ["tags", "tags"]}, {"path": "library", "force": True},
        {"path": "a\0b"},
    ],
)  # fmt: skip
def test_bodies_that_make_no_sense(client: httpx.Client, body: Any) -> None:
    assert client.post(SCANS, json=body).status_code == 400


def test_stages_may_be_null(client: httpx.Client) -> None:
    answer = client.post(SCANS, json={"path": "/", "stages": None})
    assert answer.status_code == 403, "the folder is refused, not the body"


def test_starting_is_rationed(api: Api) -> None:
    with api.client() as client:
        codes = [client.post(SCANS, json={"path": "nowhere"}).status_code for _ in range(12)]
    assert codes[-1] == 429


def test_what_is_not_there(client: httpx.Client) -> None:
    assert client.get(f"{SCANS}/{TRACK}/events").status_code == 404
    assert client.get(SCANS, params={"limit": 0}).status_code == 400
