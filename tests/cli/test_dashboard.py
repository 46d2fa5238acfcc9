"""`audiolab dashboard`, `lab` and `demo`: what they start, with what, and what they print."""

import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from audiolab import Catalog, ScanReport, resources, scanner
from audiolab.config import Settings
from audiolab.server import launch

from .conftest import Cli


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the dashboard was started with; it says at once that it is ready."""
    calls: list[dict[str, Any]] = []

    def run(settings: Settings, *, on_ready: Any, **options: Any) -> None:
        calls.append({"data_dir": settings.data_dir, **options})
        on_ready("http://127.0.0.1:1/?token=x")

    monkeypatch.setattr(launch, "run_dashboard", run)
    return calls


def test_the_address_is_the_only_line_on_stdout(
    cli: Cli, served: list[dict[str, Any]], tmp_path: Path
) -> None:
    result = cli("dashboard", "--port", "4711", "--no-browser", "--theme", "dark")
    assert (result.code, result.out) == (0, "http://127.0.0.1:1/?token=x\n")
    assert served == [
        {"data_dir": tmp_path / "data", "port": 4711, "open_browser": False, "theme": "dark"}
    ]


def test_to_publish_it_read_only(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Settings] = []
    monkeypatch.setattr(launch, "run_dashboard", lambda settings, **_: given.append(settings))
    for options in ((), ("--read-only",)):
        assert cli("dashboard", "--no-browser", *options).code == 0
    monkeypatch.setenv("AUDIOLAB_READ_ONLY", "1")
    assert cli("dashboard", "--no-browser").code == 0
    assert [settings.read_only for settings in given] == [False, True, True]
    assert given[1].environment()["AUDIOLAB_READ_ONLY"] == "1", "kernels and scans are told"


def test_the_demo_is_scanned_served_and_removed(
    cli: Cli, served: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    database_url: str,
) -> None:  # fmt: skip
    demo = tmp_path / "share"
    demo.mkdir()
    (demo / "zero.mp3").touch()
    real = resources.folder
    monkeypatch.setattr(resources, "folder", lambda name: demo if name == "data" else real(name))
    result = cli("demo", "--no-browser")
    assert (result.code, result.out) == (0, "http://127.0.0.1:1/?token=x\n")
    assert "demo library: 0 analysed, 1 failed" in result.err
    assert served[0]["open_browser"] is False
    with Catalog.open(database_url) as catalog:
        assert [root.folder for root in catalog.roots()] == [demo]
    assert cli("demo", "--remove").err == "removed 1 tracks\n"
    assert cli("demo", "--remove").err == "the demo library is not in the catalog\n"
    with Catalog.open(database_url) as catalog:
        assert catalog.roots() == []
    assert (demo / "zero.mp3").exists()


def test_a_demo_scan_that_is_interrupted_serves_nothing(
    cli: Cli, served: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ScanReport(found=17, analysed=3, interrupted=True)
    monkeypatch.setattr(scanner, "scan", lambda *folders, **options: report)
    result = cli("demo", "--no-browser")
    assert (result.code, result.out, served) == (130, "", [])


def test_lab_gets_the_settings_and_keeps_its_token_secret(
    bare: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *call: started.append(call))
    monkeypatch.setenv("AUDIOLAB_TOKEN", "a-secret-token")
    result = bare("lab", "--no-browser", "--port", "4712")
    assert (result.code, result.out) == (0, "http://127.0.0.1:4712/lab?token=a-secret-token\n")
    [(program, arguments, environment)] = started
    assert program == sys.executable
    assert "--ServerApp.port=4712" in arguments
    assert "--no-browser" in arguments
    assert f"--ServerApp.root_dir={resources.folder('notebooks')}" in arguments
    assert "a-secret-token" not in " ".join(arguments)
    assert environment["JUPYTER_TOKEN"] == "a-secret-token"
    assert environment["AUDIOLAB_DATA_DIR"] == str(tmp_path / "data")


def test_lab_on_a_port_in_use_is_one_line(bare: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "execve", lambda *call: pytest.fail("started"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = bare("lab", "--port", str(port))
    assert (result.code, result.out) == (2, "")
    assert f"port {port} is in use" in result.err
