"""Results are written neither one by one nor all at the end."""

import pytest

from audiolab.catalog.records import TrackRecord
from audiolab.scanner import batch
from audiolab.scanner.batch import LARGEST, OLDEST_SECONDS, Batch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(batch.time, "monotonic", lambda: now[0])
    return now


def test_a_full_batch_is_written_and_a_small_one_waits(clock: list[float]) -> None:
    written: list[int] = []
    target = Batch(lambda records: written.append(len(records)))
    for number in range(LARGEST):
        assert not target.flush_if_due()
        target.add(TrackRecord(str(number), "analysed", 1, 1))
    assert target.flush_if_due()
    assert not target.flush_if_due()
    assert written == [LARGEST]


def test_nothing_waits_longer_than_two_seconds(clock: list[float]) -> None:
    written: list[int] = []
    target = Batch(lambda records: written.append(len(records)))
    clock[0] += 100
    target.add(TrackRecord("a", "analysed", 1, 1))
    assert not target.flush_if_due()
    clock[0] += OLDEST_SECONDS
    target.add(TrackRecord("b", "analysed", 1, 1))
    assert target.flush_if_due()
    assert written == [2]


def test_the_rest_is_written_once() -> None:
    written: list[int] = []
    target = Batch(lambda records: written.append(len(records)))
    target.flush()
    target.add(TrackRecord("a", "analysed", 1, 1))
    target.flush()
    target.flush()
    assert written == [1]
