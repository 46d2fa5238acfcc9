"""`audiolab doctor` finds what is wrong and says what to do."""

import json
from importlib import metadata
from pathlib import Path

import pytest

from audiolab import resources
from audiolab.cli import checks, page_checks
from audiolab.server import app, assets

from .conftest import Cli

NAMES = [
    "platform", "Python", "packages", "compiled packages", "settings", "data folder", "free disk",
    "database", "networks", "page", "folders", "plotly's script", "widgets' front ends",
    "Jupyter extension",
]  # fmt: skip


def test_a_good_installation_passes(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIOLAB_MODELS_DIR", str(tmp_path))
    result = cli("doctor", "--json")
    found = {check["name"]: check for check in json.loads(result.out)}
    assert [name for name, check in found.items() if not check["ok"]] == []
    assert result.code == 0
    assert list(found) == NAMES
    assert "Postgres 18" in found["database"]["found"]
    assert "pgvector 0." in found["database"]["found"]
    assert "audiolab models download" in found["networks"]["found"], "no fault, but said"
    assert "audiolab.server enabled" in found["Jupyter extension"]["found"]


def test_what_is_wrong_is_named_with_advice(
    bare: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUDIOLAB_DATABASE_URL", "postgresql://me@127.0.0.1:1/x")
    monkeypatch.setenv("AUDIOLAB_NUMWORKERS", "3")
    monkeypatch.setattr(checks, "FREE_BYTES", 10**18)
    monkeypatch.setattr(checks, "PLATFORMS", {("Plan 9", "mips")})
    monkeypatch.setattr(checks, "COMPILED", ("numpy", "no_such_module"))
    monkeypatch.setattr(page_checks, "EXTENSION", "no.such.extension")
    monkeypatch.setattr(page_checks, "FRONT_ENDS", ("anywidget", "no-such-front-end"))
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    monkeypatch.setattr(app, "TEMPLATE", tmp_path)
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path)
    monkeypatch.setattr(assets, "plotly_bundle", lambda: tmp_path / "plotly.js")
    result = bare("doctor")
    assert result.code == 1
    lines = result.out.splitlines()
    bad = [line[5:25].strip() for line in lines if line.startswith("BAD")]
    assert bad == [
        "platform", "compiled packages", "settings", "free disk", "database", "page", "folders",
        "plotly's script", "widgets' front ends", "Jupyter extension",
    ]  # fmt: skip
    assert result.out.count("     -> ") == len(bad)
    assert "did you mean AUDIOLAB_NUM_WORKERS?" in result.out
    assert "no_such_module: ModuleNotFoundError" in result.out
    assert "jupyter server extension enable no.such.extension" in result.out


def test_packages_that_are_missing_or_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ["numpy>=2.0", "no-such-package>=1", "pandas>=99", 'x>=1; extra == "dev"']
    monkeypatch.setattr(checks, "requires", lambda name: needed)
    missing, old = checks.check_packages()
    assert (missing.ok, missing.found) == (False, "not installed")
    assert missing.advice == "pip install 'no-such-package>=1'"
    assert old.found == f"{metadata.version('pandas')}, and >=99 is needed"
    monkeypatch.setattr(checks, "requires", lambda name: needed[:1])
    [fine] = checks.check_packages()
    assert fine.ok


def test_audiolab_itself_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PACKAGE", "no-such-package")
    [check] = checks.check_packages()
    assert (check.ok, check.advice) == (False, "pip install --editable .")


def test_a_package_that_takes_the_process_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "killer.py").write_text("import os; os.kill(os.getpid(), 4)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(checks, "COMPILED", ("json", "killer", "csv"))
    check = checks.check_compiled()
    assert (check.ok, check.found) == (False, "killer: it ended the process (-4)")


def test_a_package_that_does_not_come_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(checks, "COMPILED", ("json", "sleeper"))
    monkeypatch.setattr(checks, "LOAD_SECONDS", 2)
    check = checks.check_compiled()
    assert (check.ok, check.found) == (False, "sleeper: it did not load in 2 s")


def test_weights_that_are_not_what_they_claim(
    bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audiolab.analysis.networks import manifest
    from audiolab.config import Settings

    name = manifest().backbone("networks").weights[0].file
    (tmp_path / name).write_bytes(b"not the published file")
    check = checks.check_models(Settings(data_dir=tmp_path, models_dir=tmp_path))
    assert not check.ok
    assert name in check.advice
