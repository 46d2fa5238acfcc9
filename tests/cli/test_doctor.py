"""`audiolab doctor` finds what is wrong and says what to do."""

import json
from pathlib import Path

import pytest

from audiolab.cli import doctor

from .conftest import Cli


def test_a_good_installation_passes(cli: Cli) -> None:
    result = cli("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(result.out)}
    assert result.code == 0
    assert all(check["ok"] for check in checks.values())
    assert {"platform", "Python", "database", "data folder", "free disk", "models folder"} <= set(
        checks
    )
    assert "schema" in checks["database"]["found"]
    assert cli("doctor").out.count("ok  ") == len(checks)


def test_what_is_wrong_is_named_with_advice(
    bare: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUDIOLAB_DATABASE_URL", "postgresql://me@127.0.0.1:1/x")
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    monkeypatch.setattr(doctor, "FREE_BYTES", 10**18)
    monkeypatch.setattr(doctor, "PLATFORMS", {("Plan 9", "mips")})
    result = bare("doctor")
    assert result.code == 1
    bad = [line.split()[1] for line in result.out.splitlines() if line.startswith("BAD")]
    assert bad == ["platform", "no-such-package", "free", "database"]
    assert result.out.count("     -> ") == 4
    assert "pip install no-such-package" in result.out
