"""Who gets in: nobody without the token, and no further than the pages even with it."""

import stat

import httpx
import pytest

from .running_dashboard import TOKEN, Dashboard

TRACK = "0198c1f2-7b3a-7c11-9d2e-5f60a1b2c3d4"  # of no track
KINDS = ("stream", "opus", "waveform", "beats", "artwork")
OURS = [f"/audiolab/{kind}/{TRACK}" for kind in KINDS] + [
    "/audiolab/static/player.js",
    "/audiolab/static/plotly-6.0.0.min.js",
    "/audiolab/",
    "/audiolab/nothing",
    f"/api/kernels/{TRACK}",
]
PAGES = ["/", "/voila/render/library.ipynb", "/?q=x"]
CLOSED = [
    "/voila/files/library.ipynb", "/voila/files/x.png", f"/voila/query/{TRACK}",
    f"/voila/execution/{TRACK}", "/voila/tree", "/voila/api/contents", "/voila/api/contents/x",
    "/api/kernels", "/api/contents", "/api/sessions", "/api/terminals", "/api/kernelspecs",
    "/voila/render/../library.ipynb.txt", "/voila/render/..%2fpyproject.toml",
    "/voila/templates/../static/x", "/voila/templates/..%2f..%2f/static/x", "/files/x", "/metrics",
    "/voila/templates/lab/conf.json", "/voila/static/..%2f..%2fapp.py", "/voila/static/voila.js",
    "/voila/templates/lab/static/theme-dark.css", "/voila/labextensions/anywidget/package.json",
]  # fmt: skip


@pytest.mark.parametrize("path", OURS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_strangers_get_nothing(stranger: httpx.Client, method: str, path: str) -> None:
    assert stranger.request(method, path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_led_to_the_login(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")


@pytest.mark.parametrize("path", CLOSED)
def test_doors_of_voila_that_stay_shut(user: httpx.Client, path: str) -> None:
    assert user.get(path).status_code in (403, 404)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é"])
def test_a_wrong_token_is_none(stranger: httpx.Client, token: str) -> None:
    answer = stranger.get(OURS[0], params={"token": token})
    assert answer.status_code == 403
    said = "the token that was sent opens nothing" if token else "log in first"
    assert answer.json()["detail"].startswith(said)


def test_token_in_the_address_or_the_header(running: Dashboard) -> None:
    path = f"/audiolab/waveform/{running.ids['tone.wav']}"
    with httpx.Client(base_url=running.url) as client:
        header = {"Authorization": f"token {TOKEN}"}
        assert client.get(path, headers=header).status_code == 200
    with httpx.Client(base_url=running.url) as client:
        assert client.get(path, params={"token": TOKEN}).status_code == 200
        assert client.get(path).status_code == 200, "the cookie of the first answer counts"


def test_cookie_is_out_of_reach(running: Dashboard) -> None:
    with httpx.Client(base_url=running.url) as client:
        cookie = client.get("/", params={"token": TOKEN}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_home_leads_to_the_library_and_keeps_the_query(user: httpx.Client) -> None:
    query = f"q=a%26b&genre=House&genre=Folk&token={TOKEN}"
    answer = user.get(f"/?{query}")
    assert answer.headers["Location"] == f"/voila/render/library.ipynb?{query}"


def test_state_changes_need_the_xsrf_token(running: Dashboard) -> None:
    with httpx.Client(base_url=running.url) as client:
        client.get("/", params={"token": TOKEN})
        assert client.post(OURS[0]).status_code == 403


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://127.0.0.1:1"])
def test_only_our_pages_end_kernels(running: Dashboard, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    with running.client(headers=headers | {"Authorization": f"token {TOKEN}"}) as client:
        assert client.post(f"/voila/api/shutdown/{TRACK}").status_code in (403, 404)


def test_pages_can_reach_no_other_host(user: httpx.Client) -> None:
    policy = user.get("/voila/render/nothing.ipynb").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/", "/login", "/nowhere", "/voila/static/voila.js", "/voila/static/nothing.js",
        "/voila/templates/lab/static/theme-dark.css", "/voila/files/x.png", "/voila/query/x",
        "/voila/labextensions/x", f"/api/kernels/{TRACK}/channels", "/audiolab/api/tracks",
    ],
)  # fmt: skip
def test_every_answer_is_protected(user: httpx.Client, stranger: httpx.Client, path: str) -> None:
    for answer in (user.get(path), stranger.get(path)):
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
        assert len(answer.headers.get_list("Content-Security-Policy")) == 1
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_strangers_are_told_what_to_do(stranger: httpx.Client) -> None:
    for path in ("api/tracks", f"stream/{TRACK}", "api/nothing"):
        assert "send the token" in stranger.get(f"/audiolab/{path}").json()["detail"]


def test_a_page_that_does_not_exist(user: httpx.Client) -> None:
    answer = user.get("/voila/render/nothing.ipynb")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_the_token_is_in_no_log(running: Dashboard, stranger: httpx.Client) -> None:
    stranger.get("/nowhere", params={"token": TOKEN})
    stranger.get(OURS[0], headers={"Referer": f"{running.url}/?token={TOKEN}"})
    for log in (running.data_dir / "logs").iterdir():
        assert TOKEN not in log.read_text()


def test_secrets_are_for_the_owner_only(running: Dashboard) -> None:
    mode = (running.data_dir / "cookie_secret").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
