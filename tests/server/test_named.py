"""A dashboard with named users: who comes in, what a viewer's page and an editor's page can do."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPClientError

from audiolab.server.users import Role, Users

from .running_dashboard import Dashboard, dashboard
from .test_kernels import V1, answers, connect, message, run

PASSWORD = "correct horse"


def add_users(folder: Path) -> None:
    users = Users(folder / "users.json")
    users.add("vera", PASSWORD, Role.viewer)
    users.add("ed", PASSWORD, Role.editor)


@pytest.fixture(scope="module")
def named(data_dir: Path) -> Iterator[Dashboard]:
    """A dashboard with a viewer and an editor; its token is the one of its folder."""
    with dashboard(data_dir, prepare=add_users, AUDIOLAB_TOKEN="") as started:
        yield started


@pytest.fixture
def users(named: Dashboard) -> Iterator[Users]:
    """The file of its users, which is put back."""
    file = named.data_dir / "users.json"
    before = file.read_bytes()
    yield Users(file)
    file.write_bytes(before)


def log_in(client: httpx.Client, name: str, password: str) -> httpx.Response:
    page = client.get("/login").text
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert xsrf, page
    data = {"_xsrf": xsrf[1], "name": name, "password": password}
    return client.post("/login?next=/voila/render/scan.ipynb", data=data)


Visit = Callable[[str], Any]


@pytest.fixture
def visit(named: Dashboard) -> Visit:
    """Comes in as somebody."""

    @contextmanager
    def come(name: str) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=named.url, timeout=30) as client:
            answer = log_in(client, name, PASSWORD)
            assert (answer.status_code, answer.headers["Location"]) == (
                302, "/voila/render/scan.ipynb",
            )  # fmt: skip
            yield client

    return come


def kernel_of(client: httpx.Client) -> str:
    found = re.search(r'"kernelId": "([0-9a-f-]{36})"', client.get("/voila/render/scan.ipynb").text)
    assert found
    return found[1]


def cookies(client: httpx.Client) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


def test_the_token_of_the_folder_opens_nothing(named: Dashboard) -> None:
    token = (named.data_dir / "token").read_text().strip()
    for sent in ({"params": {"token": token}}, {"headers": {"Authorization": f"token {token}"}}):
        answer = httpx.get(f"{named.url}/audiolab/api/health", **sent)  # type: ignore[arg-type]
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("name", "password"), [("vera", "wrong horse"), ("vera", ""), ("nobody", PASSWORD), ("", "")]
)
def test_wrong_words_let_nobody_in(named: Dashboard, name: str, password: str) -> None:
    with httpx.Client(base_url=named.url, timeout=30) as client:
        answer = log_in(client, name, password)
        assert answer.status_code == 401
        assert "do not fit together" in answer.text
        assert client.get("/audiolab/api/health").status_code == 403


def test_a_cookie_says_nothing_of_the_role(named: Dashboard, visit: Visit) -> None:
    with visit("vera") as vera:
        cookie = next(v for name, v in vera.cookies.items() if name.startswith("username"))
        assert "editor" not in cookie
        forged = cookie.replace("2|1:0", "2|1:1")
        name = next(name for name in vera.cookies if name.startswith("username"))
        answer = httpx.get(f"{named.url}/audiolab/api/health", cookies={name: forged})
        assert answer.status_code == 403


def test_viewers_read_and_editors_write(named: Dashboard, visit: Visit) -> None:
    track = f"/audiolab/api/tracks/{named.ids['filler-00.ogg']}"
    with visit("vera") as vera, visit("ed") as ed:
        assert vera.get(track).status_code == 200
        xsrf = {"X-XSRFToken": vera.cookies["_xsrf"]}
        assert vera.delete(track, headers=xsrf).status_code == 403
        refused = vera.post("/audiolab/api/scans", json={"path": "x"}, headers=xsrf)
        assert "only editors" in refused.json()["detail"]
        assert ed.delete(track).status_code == 403, "without the XSRF token"
        assert ed.get(track).status_code == 200
        assert ed.delete(track, headers={"X-XSRFToken": ed.cookies["_xsrf"]}).status_code == 204
        assert vera.get(track).status_code == 404


def test_a_viewer_reaches_no_kernel_of_an_editor(named: Dashboard, visit: Visit) -> None:
    with visit("vera") as vera, visit("ed") as ed:
        viewers, editors = kernel_of(vera), kernel_of(ed)
        assert ed.get(f"/api/kernels/{viewers}").status_code == 200
        assert vera.get(f"/api/kernels/{viewers}").status_code == 200
        assert vera.get(f"/api/kernels/{editors}").status_code == 404
        assert vera.get(f"/api/kernels/{editors.upper()}").status_code == 404
        end = vera.post(f"/voila/api/shutdown/{editors}", headers={"Origin": named.url})
        assert end.status_code == 404
        with pytest.raises(HTTPClientError, match="404"):
            run(connect(named, editors, V1, headers=cookies(vera)))


def test_who_is_shut_out_is_cut_off(named: Dashboard, visit: Visit, users: Users) -> None:
    with visit("ed") as ed:
        kernel = kernel_of(ed)

        async def talk() -> tuple[str, Any]:
            line = await connect(named, kernel, V1, headers=cookies(ed))
            hello = message("kernel_info_request", {}, "shell", V1)
            await line.write_message(hello, True)
            heard = await answers(line, "kernel_info_reply")
            users.add("ed", PASSWORD, Role.viewer, replace=True)
            await line.write_message(hello, True)
            while await line.read_message() is not None:
                pass
            return heard, line.close_code

        heard, code = run(talk())
        assert "kernel_info_reply" in heard
        assert code == 1008
        assert ed.get("/audiolab/api/health").status_code == 403, "a new password logs out"


def test_removed_users_are_out_and_the_token_is_back(
    named: Dashboard, visit: Visit, users: Users
) -> None:
    token = (named.data_dir / "token").read_text().strip()
    with visit("vera") as vera:
        users.remove("vera")
        assert vera.get("/audiolab/api/health").status_code == 403
        users.remove("ed")
        assert vera.get("/audiolab/api/health").status_code == 403, "her cookie is no token's"
    assert httpx.get(f"{named.url}/audiolab/api/health?token={token}").status_code == 200


def test_an_unreadable_file_lets_nobody_in(named: Dashboard, visit: Visit, users: Users) -> None:
    token = (named.data_dir / "token").read_text().strip()
    with visit("vera") as vera:
        users.path.write_text("{")
        assert vera.get("/audiolab/api/health").status_code == 403
        assert httpx.get(f"{named.url}/audiolab/api/health?token={token}").status_code == 403
        assert log_in(vera, "vera", PASSWORD).status_code == 401


def test_logging_out(named: Dashboard, visit: Visit) -> None:
    with visit("vera") as vera:
        assert "Log out" in vera.get("/voila/render/scan.ipynb").text
        assert vera.post("/logout").status_code == 403, "only from our own pages"
        gone = vera.post("/logout", headers={"Origin": named.url})
        assert (gone.status_code, gone.headers["Location"]) == (302, "/login")
        assert vera.get("/audiolab/api/health").status_code == 403


def test_guessing_is_slow_and_leaves_no_password_in_the_log(named: Dashboard) -> None:
    with httpx.Client(base_url=named.url, timeout=30) as client:
        codes = [log_in(client, "vera", "guessed-password").status_code for _ in range(12)]
    assert codes[-1] == 429
    logs = "".join(path.read_text() for path in (named.data_dir / "logs").iterdir())
    assert "a login from 127.0.0.1 failed" in logs
    assert "guessed-password" not in logs
    assert json.loads((named.data_dir / "users.json").read_text())
