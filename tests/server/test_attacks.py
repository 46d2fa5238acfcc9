"""Whatever is asked: no path out of the library, no SQL, no crash, nothing told of this machine."""

import http.client
import random
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from audiolab.server.rates import Rates

from .api_server import Api
from .attacks import HEADERS, PATHS, TEXTS, one_request
from .running_dashboard import TOKEN

KINDS = ("stream", "opus", "waveform", "beats", "artwork", "static", "api/tracks", "api/scans")
REQUESTS = 400
SENT_AS_IT_IS = "/%.;:~$\\"


def harmless(status: int, content: bytes, api: Api) -> bool:
    secrets = [str(path).encode() for path in (api.library, api.library.parent, Path.cwd())]
    return status < 500 and not any(secret in content for secret in [*secrets, b"root:"])


def no_harm(answer: httpx.Response, api: Api) -> bool:
    return harmless(answer.status_code, answer.content, api)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out(api: Api, path: str) -> None:
    """Sent as it is: other clients tidy addresses up."""
    address = urlsplit(api.url)
    for kind in KINDS:
        line = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
        line.putrequest("GET", f"/audiolab/{kind}/{quote(path, safe=SENT_AS_IT_IS)}")
        line.putheader("Authorization", f"token {TOKEN}")
        line.endheaders()
        answer = line.getresponse()
        content = answer.read()
        assert answer.status in (400, 403, 404), (kind, path)
        assert harmless(answer.status, content, api)
        line.close()


@pytest.mark.parametrize("path", PATHS)
def test_no_scan_leads_out(api: Api, path: str) -> None:
    with api.client() as client:
        refused = client.post("/audiolab/api/scans", json={"path": path})
    assert refused.status_code in (400, 403, 429)
    assert no_harm(refused, api)


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_values_and_never_sql(api: Api, text: str) -> None:
    before = api.catalog.ledger()
    with api.client() as client:
        for name in ("q", "sort", "limit", "after", "fields", "x"):
            assert no_harm(client.get("/audiolab/api/tracks", params={name: text}), api)
        for path in ("api/facets?field=genre", "api/stats?", "api/export/csv?"):
            assert no_harm(client.get(f"/audiolab/{path}", params={"q": text}), api)
    assert len(api.catalog.ledger()) == len(before)


@pytest.mark.parametrize(("name", "value"), HEADERS, ids=lambda text: text[:30])
def test_headers_change_nothing(api: Api, name: str, value: str) -> None:
    with api.client() as client:
        for path in ("api/tracks?limit=1", f"stream/{api.ids['tone.wav']}", "api/nothing"):
            try:
                answer = client.get(f"/audiolab/{path}", headers={name: value})
            except (httpx.TransportError, UnicodeEncodeError):
                continue
            assert no_harm(answer, api)
            assert "evil.example" not in str(answer.headers)
            assert "X-Injected" not in answer.headers


def test_random_requests(api: Api) -> None:
    rng, ids, answered = random.Random(7), list(api.ids.values())[:20], 0
    with api.client() as client:
        for _ in range(REQUESTS):
            request = one_request(rng, ids)
            try:
                answer = client.request(**request)
            except (httpx.TransportError, httpx.InvalidURL, UnicodeEncodeError):
                continue
            answered += 1
            assert no_harm(answer, api), request
    assert answered > REQUESTS / 2


def test_what_is_too_large_is_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rates, "take", lambda *_: 0)
    with api.client() as client:
        large = client.post("/audiolab/api/scans", json={"path": "x" * 70_000})
        assert large.status_code == 413
        other = client.post("/audiolab/api/scans", content=b"path=x")
        assert other.status_code == 415
        assert client.get("/audiolab/api/tracks", params={"q": "a" * 2001}).status_code == 400


def test_text_of_strangers_stays_text(api: Api) -> None:
    """Markup in tags and in requests comes back as JSON, which no browser takes for a page."""
    with api.client() as client:
        for answer in (
            client.get("/audiolab/api/tracks", params={"q": "hostile"}),
            client.get("/audiolab/api/tracks", params={"sort": "<script>"}),
        ):
            assert "json" in answer.headers["Content-Type"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
