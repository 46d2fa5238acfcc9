"""The wheel, installed where there is no checkout: it scans, and its dashboard plays.

The environment is fresh but sees the packages of the tested one, so nothing is downloaded.
"""

import json
import os
import subprocess
import sys
import sysconfig
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from server.running_dashboard import free_port
from test_deploy import command as image_command

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent
RATE = 22_050
TOKEN = "a-token-for-tests"
DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from what a clone would have: files that git knows."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=60)
    [built] = folder.glob("*.whl")
    return built


class Environment:
    """A fresh virtual environment with the wheel in it, far from the checkout."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        venv = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
        subprocess.run(venv, check=True, timeout=60)
        self.python = folder / "bin" / "python"
        variables = {"base": str(folder), "platbase": str(folder)}
        packages = Path(sysconfig.get_path("purelib", "venv", vars=variables))
        (packages / "tested.pth").write_text(sysconfig.get_path("purelib"))
        install = ["install", "--no-deps", "--no-index", "--ignore-installed", "--no-compile"]
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), *install, str(wheel)]
        subprocess.run(pip, check=True, capture_output=True, timeout=60)

    def start(self, *arguments: str | Path, **variables: str) -> "subprocess.Popen[str]":
        """Start a program of this environment, in its folder, without our variables."""
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AUDIOLAB_", "JUPYTER", "PYTHON"))
        }
        clean["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{clean['PATH']}"
        return subprocess.Popen(
            arguments, cwd=self.folder, env=clean | variables, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The installation."""
    return Environment(tmp_path_factory.mktemp("installed") / "venv", wheel)


@pytest.fixture
def variables(new_data_dir: Callable[..., Path]) -> dict[str, str]:
    """A data folder of its own."""
    return {"AUDIOLAB_DATA_DIR": str(new_data_dir())}


def files_of(folder: str) -> set[str]:
    """Paths below a folder of the checkout, from its root, without what Python leaves there."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    }


def test_everything_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    beside = files_of("dashboards") | files_of("notebooks") | files_of("data")
    wanted = files_of("audiolab") | {f"audiolab/share/{path}" for path in beside}
    wanted |= {"audiolab/share/models/manifest.toml"}
    wanted |= {f"audiolab-0.1.0.data/data/{path}" for path in files_of("etc")}
    assert len(wanted) > 200
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wanted == {name for name in names if ".dist-info/" not in name}
    assert [name for name in names if name.endswith((".onnx", ".pb"))] == []


def test_the_installation_knows_its_folders(installed: Environment) -> None:
    say = (
        "import json, audiolab, pathlib; from audiolab.resources import folder\n"
        "names = ['dashboards', 'notebooks', 'data', 'models']\n"
        "print(json.dumps([audiolab.__file__, *map(str, map(folder, names))]))"
    )
    run = [installed.python, "-I", "-c", say]
    told = json.loads(subprocess.run(run, check=True, capture_output=True, cwd="/").stdout)
    assert [path for path in told if not path.startswith(str(installed.folder.resolve()))] == []
    config = installed.folder / "etc/jupyter/jupyter_server_config.d/audiolab.json"
    assert json.loads(config.read_text())["ServerApp"]["jpserver_extensions"] == {
        "audiolab.server": True
    }


def make_music(folder: Path) -> None:
    """A few short files."""
    folder.mkdir()
    time = np.arange(2 * RATE) / RATE
    for place, name in enumerate(("a.wav", "b.flac", "c.ogg")):
        tone = 0.3 * np.sin(2 * np.pi * 220 * (place + 1) * time) * (time % 0.5 < 0.1)
        soundfile.write(folder / name, tone.astype(np.float32), RATE)
    (folder / "broken.mp3").write_bytes(b"not music")


def test_it_scans_and_its_dashboard_plays(
    installed: Environment, variables: dict[str, str], tmp_path: Path
) -> None:
    make_music(tmp_path / "music")
    command = ["audiolab", "scan", tmp_path / "music", "--workers", "1", "--json"]
    # Compiling takes far longer here than six seconds of music do as they are.
    scan = installed.start(*command, NUMBA_DISABLE_JIT="1", **variables)
    out, err = scan.communicate(timeout=120)
    assert scan.returncode == 1, err
    report = json.loads(out)
    assert (report["found"], report["analysed"], report["failed"]) == (4, 3, 1)

    ls = installed.start("audiolab", "ls", "--format", "json", **variables)
    tracks = json.loads(ls.communicate(timeout=60)[0])
    assert {track["path"] for track in tracks} == {"a.wav", "b.flac", "c.ogg"}

    port = free_port()
    dashboard = start_as_in_a_container(installed, port, tmp_path, **variables)
    watchdog = threading.Timer(60, dashboard.kill)
    watchdog.start()
    try:
        assert dashboard.stdout is not None
        assert dashboard.stderr is not None
        address = dashboard.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), dashboard.stderr.read()
        look_at(address, tracks[0]["id"])
        health = ["python", str(DEPLOY / "health.py"), str(port)]
        assert installed.start(*health, AUDIOLAB_TOKEN=TOKEN).wait(30) == 0
        assert installed.start(*health, AUDIOLAB_TOKEN="another").wait(30) == 1
    finally:
        dashboard.terminate()
        dashboard.communicate(timeout=30)
        watchdog.cancel()
    assert dashboard.returncode == 0


def start_as_in_a_container(
    installed: Environment, port: int, folder: Path, **variables: str
) -> "subprocess.Popen[str]":
    """The command of deploy/Containerfile, with its secret in a file, on another port."""
    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "AUDIOLAB_TOKEN").write_text(TOKEN)
    [entry] = image_command("ENTRYPOINT")
    *command, _ = image_command("CMD")
    return installed.start(DEPLOY / entry, *command, str(port), SECRETS=str(secrets), **variables)


def look_at(address: str, track_id: str) -> None:
    """Open the page as a browser does, and play."""
    with httpx.Client(follow_redirects=True, timeout=60) as browser:
        page = browser.get(address)
        assert page.status_code == 200
        assert page.url.path == "/voila/render/library.ipynb"
        assert "data-voila" in page.text
        base = address.split("/?")[0]
        stream = f"{base}/audiolab/stream/{track_id}"
        part = browser.get(stream, headers={"Range": "bytes=0-99"})
        assert (part.status_code, len(part.content)) == (206, 100)
        assert browser.get(f"{base}/audiolab/static/player.js").status_code == 200
    assert httpx.get(stream).status_code == 403
