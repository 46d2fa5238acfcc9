"""The dashboard behind nginx with TLS, by the very files that the documentation shows."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from .running_dashboard import TOKEN, Dashboard, free_port
from .test_kernels import open_page, run

DEPLOY = Path(__file__).parents[2] / "deploy"
SNIPPET = "snippets/audiolab.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
HOST = "music.example"
CLAIMS = ("X-Forwarded-For", "X-Real-IP")

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@pytest.fixture(scope="module")
def door(running: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an nginx in front of the dashboard."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-keyout", folder / "music.key",
            "-out", folder / "music.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    shown = _adapted(
        "tls.conf",
        {"listen 443 ssl": f"listen 127.0.0.1:{port} ssl", "/etc/nginx/tls": str(folder)},
    )
    (folder / "snippets").mkdir()
    (folder / SNIPPET).write_text(_adapted(SNIPPET, {"http://127.0.0.1:8866": running.url}))
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{name}_temp_path {folder / name};" for name in names)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ {places}\n{shown}\n}}\n"
    )
    command = [str(NGINX), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    nginx = subprocess.Popen([*command, "-p", str(folder)], stderr=subprocess.PIPE, text=True)
    try:
        _wait(nginx, port)
        yield f"https://127.0.0.1:{port}"
    finally:
        nginx.send_signal(signal.SIGTERM)
        nginx.wait(10)


def _adapted(name: str, here: Mapping[str, str]) -> str:
    shown = (DEPLOY / name).read_text()
    for written, instead in here.items():
        assert shown.count(written), written
        shown = shown.replace(written, instead)
    return shown


def _wait(nginx: "subprocess.Popen[str]", port: int) -> None:
    for _ in range(100):
        assert nginx.poll() is None, nginx.stderr and nginx.stderr.read()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx does not listen")


def visitor(door: str, **headers: str) -> httpx.Client:
    """A browser that trusts the certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return httpx.Client(base_url=door, verify=context, headers={"Host": HOST, **headers})


def test_music_and_pages_come_through(door: str, running: Dashboard) -> None:
    track = running.ids["tone.wav"]
    with visitor(door, Authorization=f"token {TOKEN}") as client:
        assert client.get("/audiolab/api/tracks?limit=1").headers["Content-Encoding"] == "br"
        part = client.get(f"/audiolab/stream/{track}", headers={"Range": "bytes=10-19"})
        assert part.status_code == 206
        assert part.content == (running.media / "tone.wav").read_bytes()[10:20]
        script = client.get("/audiolab/static/url.js", headers={"Accept-Encoding": "gzip"})
        assert script.headers["Content-Encoding"] == "gzip"
        assert "Strict-Transport-Security" in client.get("/login").headers


def test_strangers_stay_out(door: str) -> None:
    with visitor(door) as client:
        assert client.get("/audiolab/api/tracks").status_code == 403
        assert client.get("/").headers["Location"].startswith("/login")


def test_cookies_stay_on_tls_and_state_changes_need_xsrf(door: str, running: Dashboard) -> None:
    with visitor(door) as client:
        answer = client.get("/", params={"token": TOKEN})
        cookie = answer.headers["Set-Cookie"]
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        track = f"/audiolab/api/tracks/{running.ids['tone.wav']}"
        assert client.delete(track, headers={"Cookie": cookie.split(";")[0]}).status_code == 403


def test_channels_open_for_the_pages_of_this_name_only(door: str, running: Dashboard) -> None:
    """By the cookie, as a browser on either page would send it."""
    with visitor(door) as client:
        set_cookie = client.get("/", params={"token": TOKEN}).headers["Set-Cookie"]
    channel = f"{door.replace('https', 'wss')}/api/kernels/{open_page(running)}/channels"

    async def opened(origin: str) -> None:
        headers = {"Host": HOST, "Origin": origin, "Cookie": set_cookie.partition(";")[0]}
        request = HTTPRequest(channel, headers=headers, validate_cert=False)
        (await websocket_connect(request)).close()

    run(opened(f"https://{HOST}"))
    with pytest.raises(HTTPClientError, match="403"):
        run(opened("https://evil.example"))


def test_nobody_passes_for_somebody_else(door: str) -> None:
    """Ten wrong tokens are one client's, whatever it says about itself."""
    with visitor(door) as client:
        form = client.get("/login")
        xsrf = form.text.partition('name="_xsrf" value="')[2].partition('"')[0]
        jar = "; ".join(one.split(";")[0] for one in form.headers.get_list("Set-Cookie"))
        statuses = [
            client.post(
                "/login", data={"_xsrf": xsrf, "password": "wrong"},
                headers={"Cookie": jar, **dict.fromkeys(CLAIMS, f"10.0.0.{n}")},
            ).status_code
            for n in range(12)
        ]  # fmt: skip
    assert statuses[0] == 401
    assert statuses[-1] == 429
