"""What may come a moment after the rows: asked on a thread, so that the next click is not kept
waiting. Of several wishes only the last is fulfilled.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from audiolab.errors import DatabaseError

LOG = logging.getLogger(__name__)

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")


class Later(Generic[Wish, Answer]):
    """Answers wishes on a thread and shows the answers on the kernel's own.

    Without a running event loop, as in a script, wishes are answered at once.

    Parameters
    ----------
    answer : callable
        Wish and a function that says whether the wish is outdated -> answer; an answer to an
        outdated wish is thrown away, so it may be anything.
    show : callable
        Called with each answer that nobody has outdated meanwhile.
    pause : float
        Seconds to wait before each answer, so that work on it does not hold up what is on its way
        to the page, and painted there.
    """

    def __init__(
        self,
        answer: Callable[[Wish, Callable[[], bool]], Answer],
        show: Callable[[Answer], None],
        *,
        pause: float = 0.0,
    ) -> None:
        self._answer = answer
        self._pause = pause
        self._show = show
        self._next: list[Wish] = []
        self._task: asyncio.Task[None] | None = None

    def want(self, wish: Wish) -> None:
        """Answer `wish`, in place of any earlier one."""
        self._next = [wish]
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._next = []
            self._fulfil(self._answer(wish, lambda: False))
            return
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())

    def _fulfil(self, answer: Answer) -> None:
        if not self._next:
            self._show(answer)

    async def _run(self) -> None:
        while self._next:
            await asyncio.sleep(self._pause)
            wish = self._next.pop()
            try:
                answer: Any = await asyncio.to_thread(self._answer, wish, lambda: bool(self._next))
            except DatabaseError as error:  # the list says it; this will be asked again
                LOG.warning("an answer did not come: %s", error)
            else:
                self._fulfil(answer)
