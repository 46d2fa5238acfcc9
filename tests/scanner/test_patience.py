"""A database that restarts is waited for; one that stays away is an error."""

import pytest

from audiolab.errors import CatalogError, DatabaseError
from audiolab.scanner import patience
from audiolab.scanner.patience import patiently


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    times: list[float] = []
    monkeypatch.setattr(patience, "wait", lambda seconds, stop: times.append(seconds))
    return times


def failing(times: int, error: type[Exception] = DatabaseError):
    left = [times]

    def action() -> str:
        if left[0]:
            left[0] -= 1
            raise error("away")
        return "done"

    return action


def test_a_short_absence_is_not_mentioned(slept: list[float]) -> None:
    notes: list[str] = []
    assert patiently(failing(1), notes.append) == "done"
    assert (slept, notes) == ([0.5], [])


def test_a_longer_one_is_mentioned_once(slept: list[float]) -> None:
    notes: list[str] = []
    assert patiently(failing(5), notes.append) == "done"
    assert len(slept) == 5
    assert notes == ["waiting for the database, up to 10 min: away"]


def test_an_absence_for_good_is_an_error(slept: list[float]) -> None:
    with pytest.raises(DatabaseError):
        patiently(failing(99), lambda text: None)
    assert len(slept) == len(patience.DELAYS_SECONDS)


def test_a_mistake_is_not_repeated(slept: list[float]) -> None:
    with pytest.raises(CatalogError):
        patiently(failing(1, CatalogError), lambda text: None)
    assert slept == []


def test_who_does_not_want_to_wait_need_not() -> None:
    answers = [False, True]
    with pytest.raises(KeyboardInterrupt):
        patiently(failing(99), lambda text: None, lambda: answers.pop(0))
    assert answers == []
