"""Long lists are read as they were written, whether in memory or not."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.scanner import spool
from audiolab.scanner.model import Options
from audiolab.scanner.plan import make_plan
from audiolab.scanner.spool import Spool, joined, sample
from audiolab.scanner.walk import FoundFile


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 7)
    monkeypatch.setattr(spool, "BLOCK", 3)


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_spool_is_a_list(one: int, other: int) -> None:
    numbers = Spool(range(one))
    assert (len(numbers), list(numbers), list(numbers)) == (one, [*range(one)], [*range(one)])
    both = joined(numbers.settled(), Spool(range(other)).settled())
    assert list(both) == [*range(one), *range(other)]
    assert isinstance(both, tuple) == (one + other <= 7)


def test_two_readers_do_not_disturb_each_other() -> None:
    numbers = Spool(range(20))
    assert list(zip(numbers, numbers, strict=True)) == [(n, n) for n in range(20)]


def test_a_sample_comes_from_all_over() -> None:
    assert sample(Spool(range(20)), 4) == [0, 5, 10, 15]
    assert sample((1, 2), 5) == [1, 2]
    assert sample((), 5) == []


def test_a_million_new_files_need_no_more_memory_than_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 100)
    monkeypatch.setattr(spool, "BLOCK", 100)
    options = Options(("tags",), {"tags": "1"})
    tracemalloc.start()
    plan = make_plan((FoundFile(f"{n:06}.mp3", n, n) for n in range(5_000)), (), options)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [task.size for task in plan.tasks] == [*range(5_000)]
    assert held < 700_000  # 1.6 million as objects
