"""`audiolab users`: adding, listing, removing."""

import io
import json
import sys
from pathlib import Path

import pytest

from .conftest import Cli


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse\nand more\n"))


@pytest.mark.usefixtures("says")
def test_from_nobody_to_nobody(bare: Cli, tmp_path: Path) -> None:
    assert (
        bare("users", "list").err == "there are no named users: the dashboard asks for its token\n"
    )
    added = bare("users", "add", "anna", "--role", "editor")
    assert (added.code, added.out) == (0, "")
    assert "anna may come in as editor" in added.err
    assert "asks for name and password" in added.err
    assert json.loads(bare("users", "list", "--format", "json").out) == [
        {"name": "anna", "role": "editor"}
    ]
    assert "anna  editor" in " ".join(bare("users", "list").out.split("\n")).replace("   ", "  ")
    assert "correct horse" not in (tmp_path / "data" / "users.json").read_text()
    assert "no users left" in bare("users", "remove", "anna").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "an na"), "expected a name"),
        (("add", "anna", "--role", "king"), "king"),
        (("remove", "ben"), "there is no user 'ben'; there are: none"),
        (("add",), "NAME"),
    ],
)
@pytest.mark.usefixtures("says")
def test_wrong_arguments_are_one_line(bare: Cli, arguments: tuple[str, ...], said: str) -> None:
    result = bare("users", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_a_password_that_is_too_short(bare: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    result = bare("users", "add", "anna")
    assert result.code == 2
    assert "expected a password of 8 to 1024 characters, got 5" in result.err
