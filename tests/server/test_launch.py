"""Starting and stopping: the port, the token, the end."""

import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from audiolab.config import Settings
from audiolab.errors import AudiolabError
from audiolab.server.launch import run_dashboard

from .running_dashboard import own_database, start
from .test_kernels import wait_for


@pytest.fixture
def database(data_dir: Path) -> Iterator[str]:
    with own_database(data_dir) as url:
        yield url


def test_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AudiolabError, match=rf"^port {port} is in use: .*--port.*$"):
            run_dashboard(Settings(data_dir=tmp_path), port=port, open_browser=False)


def test_database_that_does_not_answer(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(AudiolabError) as error:
        run_dashboard(settings, open_browser=False)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(tmp_path: Path, database: str, end: signal.Signals) -> None:
    process, address = start(tmp_path, AUDIOLAB_DATABASE_URL=database, AUDIOLAB_TOKEN="")
    token_file = tmp_path / "token"
    assert address.endswith(f"/?token={token_file.read_text().strip()}")
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    assert httpx.get(address).status_code == 302, "the server answers when it says so"
    server = psutil.Process(process.pid)
    assert wait_for(server.children), "a kernel is heated"
    children = server.children(recursive=True)
    process.send_signal(end)
    said = process.communicate(timeout=15)[0]
    assert said == "", said
    assert process.returncode == 0
    assert not psutil.wait_procs(children, timeout=5)[1]


@pytest.mark.long
def test_kernels_outlive_no_killed_server(tmp_path: Path, database: str) -> None:
    process, _ = start(tmp_path, AUDIOLAB_DATABASE_URL=database)
    server = psutil.Process(process.pid)
    assert wait_for(lambda: server.children() and (tmp_path / "logs" / "kernels.log").exists())
    children = server.children(recursive=True)
    process.kill()
    process.wait(5)
    assert not psutil.wait_procs(children, timeout=8)[1]
    assert process.stdout is not None
    process.stdout.close()
