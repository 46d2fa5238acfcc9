"""Secrets are made once, kept private, and change together."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audiolab.config import Settings
from audiolab.errors import AudiolabError
from audiolab.server.secrets import cookie_secret, dashboard_token, keep


def test_random_token_is_made_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    token = dashboard_token(settings)
    assert len(token) >= 32
    assert dashboard_token(settings) == token
    assert stat.S_IMODE((tmp_path / "new" / "token").stat().st_mode) == 0o600


def test_token_of_the_settings_wins_and_is_not_written(tmp_path: Path) -> None:
    assert dashboard_token(Settings(data_dir=tmp_path, token="chosen-by-me")) == "chosen-by-me"
    assert not (tmp_path / "token").exists()


def test_open_permissions_are_closed(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("kept secret\n")
    path.chmod(0o644)
    assert keep(path, "fresh") == "kept secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "\n", "short\n"])
def test_a_file_without_a_secret_lets_nobody_in(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content)
    with pytest.raises(AudiolabError, match=r"at least 8 characters.*delete it"):
        dashboard_token(Settings(data_dir=tmp_path))


def test_a_full_disk_leaves_no_half_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*paths: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(OSError, match="No space left"):
        keep(tmp_path / "token", "fresh secret")
    assert list(tmp_path.iterdir()) == []


def test_programs_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: keep(tmp_path / "token", f"secret {n}"), range(40)))
    assert len(set(kept)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_cookies_last_as_long_as_the_token(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = cookie_secret(settings, "one token")
    assert cookie_secret(settings, "one token") == first
    assert cookie_secret(settings, "another token") != first
    assert len(first) == 32
