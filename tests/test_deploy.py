"""The recipe for containers holds together, as far as can be told without an engine.

That its command starts a dashboard in a plain environment, and that its health check finds it,
is in test_wheel.py.
"""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_house import command_options, tracked_files

from audiolab.config import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
INSTRUCTIONS = {
    "CMD", "COPY", "ENTRYPOINT", "ENV", "FROM", "HEALTHCHECK", "RUN", "STOPSIGNAL", "USER",
    "VOLUME", "WORKDIR",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """Keyword and arguments of each; comments are left out, continued lines are joined."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    split = [line.strip().partition(" ") for line in joined if line.strip()]
    return [(keyword, " ".join(rest.split())) for keyword, _, rest in split]


def values(keyword: str) -> list[str]:
    """What follows the keyword, each time it occurs."""
    return [rest for name, rest in instructions() if name == keyword]


def command(keyword: str) -> list[str]:
    """The words that the image runs: the last ones count."""
    words: list[str] = json.loads(values(keyword)[-1])
    return words


def compose() -> dict[str, Any]:
    """The compose file, read."""
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def copied() -> list[str]:
    """What the image takes from the sources."""
    lines = [line.split() for line in values("COPY") if not line.startswith("--from")]
    return [source for *sources, _ in lines for source in sources]


def test_every_instruction_is_one() -> None:
    assert instructions()[0][0] == "FROM"
    assert {keyword for keyword, _ in instructions()} == INSTRUCTIONS


@pytest.mark.parametrize("source", copied())
def test_everything_that_is_copied_is_in_the_repository(source: str) -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked_files()]
    there = [name for name in names if name == source or name.startswith(f"{source}/")]
    assert there or (not names and (ROOT / source).exists())


def test_everything_that_the_wheel_is_built_from_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = [*wheel["packages"], *wheel["force-include"], *wheel["shared-data"]]
    needed += [project["project"]["readme"], "pyproject.toml", "LICENSE"]
    assert [path for path in needed if path.split("/")[0] not in copied()] == []


@pytest.mark.parametrize("line", values("RUN"))
def test_the_shell_can_read_what_is_run(line: str) -> None:
    subprocess.run(["sh", "-n", "-c", line], check=True)


def test_the_command_exists() -> None:
    program, verb, *options = command("CMD")
    assert program == "audiolab"
    assert {word for word in options if word.startswith("--")} <= command_options()[verb]
    [entry] = command("ENTRYPOINT")
    assert f"deploy/{entry}" in copied()
    assert os.access(DEPLOY / entry, os.X_OK)


def test_all_settings_exist() -> None:
    text = "".join((DEPLOY / name).read_text("utf-8") for name in ("Containerfile", "compose.yaml"))
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+", text))
    assert len(named) >= 4
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields}


def test_services_name_what_there_is() -> None:
    whole = compose()
    services = whole["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("secrets", ())) <= set(whole["secrets"])
        for volume in service["volumes"]:
            source = re.sub(r"\$\{[^}]*\}", "", volume).split(":")[0]
            assert source in ("", *whole["volumes"]) or (DEPLOY / source).is_file()
    build = services["dashboard"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


def test_the_door_leads_to_the_dashboard_and_is_for_this_computer() -> None:
    door = (DEPLOY / "door.conf").read_text("utf-8")
    services = compose()["services"]
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:${PORT:-8866}:8080"]
    assert "listen 8080;" in door
    assert "include snippets/audiolab.conf;" in door
    passed_on = (DEPLOY / "snippets" / "audiolab.conf").read_text("utf-8")
    assert f"proxy_pass http://127.0.0.1:{command('CMD')[-1]};" in passed_on
    assert services["door"]["network_mode"] == "service:dashboard"


@pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")
def test_nginx_can_read_the_door(tmp_path: Path) -> None:
    configuration = tmp_path / "nginx.conf"
    (tmp_path / "snippets").symlink_to(DEPLOY / "snippets")
    configuration.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; include {DEPLOY}/door.conf; }}"
    )
    check = ["nginx", "-t", "-q", "-c", configuration]
    subprocess.run(check, check=True, capture_output=True)


def test_no_secret_is_written_down() -> None:
    environments = [service.get("environment", {}) for service in compose()["services"].values()]
    stated = {name: value for one in environments for name, value in one.items()}
    secret = {
        name: value for name, value in stated.items() if "PASSWORD" in name or "TOKEN" in name
    }
    assert secret == {"POSTGRES_PASSWORD_FILE": "/run/secrets/PGPASSWORD"}
    assert [value for value in stated.values() if re.search(r"//[^/@]*:[^/@]*@", value)] == []
    ignore = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "deploy/secrets/" in ignore


def test_secrets_become_variables(tmp_path: Path) -> None:
    (tmp_path / "AUDIOLAB_TOKEN").write_text("a b$c\n")
    (tmp_path / "PGPASSWORD").write_text("p'w")
    show = [DEPLOY / "with-secrets", "sh", "-c", 'printf %s "$AUDIOLAB_TOKEN|$PGPASSWORD"']
    environment = {**os.environ, "SECRETS": str(tmp_path)}
    run = subprocess.run(show, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout == "a b$c|p'w"
