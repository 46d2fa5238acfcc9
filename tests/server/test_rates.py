"""The buckets: as many at once as allowed, and then as fast as they fill."""

import pytest

from audiolab.server import rates
from audiolab.server.rates import Rate, Rates


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_and_then_one_by_one(clock: Clock) -> None:
    buckets, rate = Rates(clock), Rate(burst=3, per_second=0.5)
    assert [buckets.take("a", rate) for _ in range(4)] == [0, 0, 0, 2]
    clock.now += 1.5
    assert buckets.take("a", rate) == 1
    clock.now += 0.5
    assert buckets.take("a", rate) == 0
    assert buckets.take("b", rate) == 0, "others have buckets of their own"


def test_what_is_refused_costs_nothing(clock: Clock) -> None:
    buckets, rate = Rates(clock), Rate(burst=1, per_second=1)
    assert buckets.take("a", rate) == 0
    assert {buckets.take("a", rate) for _ in range(100)} == {1}
    clock.now += 1
    assert buckets.take("a", rate) == 0


def test_what_is_given_back_can_be_taken_again(clock: Clock) -> None:
    buckets, rate = Rates(clock), Rate(burst=1, per_second=1)
    for _ in range(5):
        assert buckets.take("a", rate) == 0
        buckets.give_back("a", rate)
    buckets.give_back("a", rate)
    assert [buckets.take("a", rate) for _ in range(2)] == [0, 1]


def test_many_clients_need_little_memory(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_CLIENTS", 10)
    buckets, rate = Rates(clock), Rate(burst=1, per_second=1)
    for number in range(50):
        buckets.take(f"client {number}", rate)
    assert len(buckets._buckets) == 10
    assert buckets.take("client 49", rate) == 1
