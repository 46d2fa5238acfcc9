"""Answers that may come later: the last wish counts, and nothing waits for the others."""

import asyncio
import threading
from collections.abc import Callable

from audiolab.errors import DatabaseError
from audiolab.widgets.later import Later


def test_without_a_loop_the_answer_comes_at_once() -> None:
    shown: list[int] = []
    Later(lambda wish, _: wish * 2, shown.append).want(4)
    assert shown == [8]


def test_only_the_last_wish_is_shown() -> None:
    asked: list[int] = []
    shown: list[int] = []
    go = threading.Event()

    def answer(wish: int, outdated: Callable[[], bool]) -> int:
        asked.append(wish)
        assert go.wait(5)
        assert outdated() == (wish == 1)
        return wish

    async def visit() -> None:
        later: Later[int, int] = Later(answer, shown.append)
        later.want(1)
        await asyncio.sleep(0.01)
        later.want(2)
        later.want(3)
        go.set()
        while not shown:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(visit(), 5))
    assert (asked, shown) == ([1, 3], [3])


def test_a_database_that_does_not_answer_is_asked_again() -> None:
    shown: list[str] = []

    def answer(wish: str, _: Callable[[], bool]) -> str:
        if wish == "bad":
            raise DatabaseError("gone")
        return wish

    async def visit() -> None:
        later: Later[str, str] = Later(answer, shown.append)
        later.want("bad")
        await asyncio.sleep(0.05)
        later.want("good")
        while not shown:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(visit(), 5))
    assert shown == ["good"]
