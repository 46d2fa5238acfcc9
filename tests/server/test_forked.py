"""Kernels are forked from one process, and end with it."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from audiolab.server.forked import Nursery
from audiolab.server.nursery import Order

from .running_dashboard import dashboard
from .test_kernels import open_page, wait_for

# The second fork fails.
FULL = """
import errno, itertools, os
fork, turns = os.fork, itertools.count(1)
def full():
    if next(turns) == 2:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return fork()
os.fork = full
"""


@pytest.fixture
def order(tmp_path: Path) -> Callable[[str], Order]:
    """An order for a kernel that nobody will talk to, with a name of its own."""

    def make(name: str) -> Order:
        environment = {**os.environ, "IPYTHONDIR": str(tmp_path)}
        arguments = ["-f", str(tmp_path / f"{name}.json")]
        return Order(arguments, environment, str(tmp_path), str(tmp_path / "kernels.log"))

    return make


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def test_kernels_come_quickly_and_apart(
    nursery: Nursery, order: Callable[[str], Order], tmp_path: Path
) -> None:
    first = nursery.fork(order("first"))
    begin = time.perf_counter()
    second = nursery.fork(order("second"))
    assert time.perf_counter() - begin < 0.5, "what takes long is imported once"
    assert first.ppid() == second.ppid() != os.getpid()
    for name in ("first", "second"):
        assert wait_for((tmp_path / f"{name}.json").exists), "it says where it listens"
    assert (first.poll(), second.poll()) == (None, None)
    assert first.cwd() == str(tmp_path)
    first.send_signal(signal.SIGTERM)
    assert wait_for(lambda: first.poll() is not None)
    assert second.poll() is None


def test_they_end_with_their_nursery_and_another_follows(
    nursery: Nursery, order: Callable[[str], Order], tmp_path: Path
) -> None:
    kernel = nursery.fork(order("first"))
    assert wait_for((tmp_path / "first.json").exists)
    kernel.parent().kill()
    assert wait_for(lambda: kernel.poll() is not None)
    other = nursery.fork(order("second"))
    assert wait_for((tmp_path / "second.json").exists)
    nursery.close()
    assert wait_for(lambda: other.poll() is not None)


def test_a_nursery_that_cannot_live_says_so(
    nursery: Nursery, order: Callable[[str], Order], tmp_path: Path
) -> None:
    broken = order("first")
    broken.environment["PYTHONPATH"] = str(tmp_path)
    (tmp_path / "ipykernel.py").write_text("raise ImportError('no kernel here')")
    with pytest.raises(OSError, match=r"kernels\.log says why"):
        nursery.fork(broken)
    assert "no kernel here" in (tmp_path / "kernels.log").read_text()


def test_a_system_without_room_for_one_more_spares_the_others(
    nursery: Nursery,
    order: Callable[[str], Order],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "full.py").write_text(FULL)
    monkeypatch.setattr("audiolab.server.forked.READY", "full")

    def there(name: str) -> Order:
        made = order(name)
        made.environment["PYTHONPATH"] = str(tmp_path)
        return made

    first = nursery.fork(there("first"))
    with pytest.raises(OSError, match="no kernel can be started: Resource temporarily unav"):
        nursery.fork(there("second"))
    third = nursery.fork(there("third"))
    assert first.poll() is None
    assert first.ppid() == third.ppid()


@pytest.mark.long
def test_nothing_outlives_a_server_that_was_killed(data_dir: Path) -> None:
    with dashboard(data_dir) as board:
        open_page(board)
        assert wait_for(lambda: len(board.kernels()) == 2, 20), "the page's and the next one"
        others = [*board.nurseries(), *map(psutil.Process, board.kernels())]
        board.process.kill()
        board.process.wait()
        assert wait_for(lambda: not any(one.is_running() for one in others))
