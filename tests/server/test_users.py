"""The file of named users: what may be in it, that it keeps secrets, that it counts at once."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audiolab.errors import AudiolabError
from audiolab.server.users import Role, Users

PASSWORD = "correct horse"


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path / "data" / "users.json")


def test_who_is_added_is_known(users: Users) -> None:
    assert users.accounts() == {}
    users.add("anna", PASSWORD, Role.viewer)
    account = Users(users.path).check("anna", PASSWORD)
    assert account is not None
    assert (account.name, account.role) == ("anna", Role.viewer)
    for name, password in (("anna", "correct hors"), ("anna", ""), ("ben", PASSWORD), ("", "")):
        assert users.check(name, password) is None


def test_the_file_is_the_owners_and_holds_no_password(users: Users) -> None:
    users.add("anna", PASSWORD, Role.editor)
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    assert PASSWORD not in users.path.read_text()
    assert "argon2" in users.path.read_text()
    assert [path.name for path in users.path.parent.iterdir()] == ["users.json"]


def test_a_new_password_and_role(users: Users) -> None:
    users.add("anna", PASSWORD, Role.viewer)
    before = users.accounts()["anna"].mark
    with pytest.raises(AudiolabError, match="already: --replace"):
        users.add("anna", "another one", Role.editor)
    users.add("anna", "another one", Role.editor, replace=True)
    assert users.check("anna", PASSWORD) is None
    assert users.accounts()["anna"].role is Role.editor
    assert users.accounts()["anna"].mark != before


def test_removing_counts_for_those_who_have_read_before(users: Users) -> None:
    users.add("anna", PASSWORD, Role.viewer)
    other = Users(users.path)
    assert other.accounts()
    users.remove("anna")
    assert other.accounts() == {}
    assert not users.path.exists()
    with pytest.raises(AudiolabError, match="no user 'anna'; there are: none"):
        users.remove("anna")


@pytest.mark.parametrize("name", ["", "an na", "../x", "a" * 65, "anna\n", "<b>", "-x", "é"])
def test_names_that_cannot_be(users: Users, name: str) -> None:
    with pytest.raises(AudiolabError, match="expected a name"):
        users.add(name, PASSWORD, Role.viewer)


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1025])
def test_passwords_that_cannot_be(users: Users, password: str) -> None:
    with pytest.raises(AudiolabError, match="expected a password of 8 to 1024"):
        users.add("anna", password, Role.viewer)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"anna": {"role": "king", "password": "x"}}', '{"anna": 1}']
)
def test_a_file_that_makes_no_sense_lets_nobody_in(users: Users, content: str) -> None:
    users.path.parent.mkdir()
    users.path.write_text(content)
    with pytest.raises(AudiolabError, match="nobody is let in"):
        users.check("anna", PASSWORD)
    with pytest.raises(AudiolabError, match="nobody is let in"):
        users.add("anna", PASSWORD, Role.viewer)
    assert users.path.read_text() == content, "what is there is not thrown away"


def test_two_at_once_lose_nobody(users: Users) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: users.add(f"user{n}", PASSWORD, Role.viewer), range(4)))
    assert sorted(json.loads(users.path.read_text())) == ["user0", "user1", "user2", "user3"]
