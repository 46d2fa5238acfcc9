"""How the server itself talks to a kernel while it runs a page's cell."""

import asyncio
from contextlib import suppress
from queue import Empty

from jupyter_client.asynchronous.client import AsyncKernelClient

ANSWER_SECONDS = 1.0
IOPUB_SECONDS = 0.2


class PageClient(AsyncKernelClient):
    """A client that goes on as soon as the kernel answers.

    Jupyter's own then waits until nothing has come for 0.2 s, to forget what others made the kernel
    say. Nobody else talks to a kernel whose page is not open yet, and an answer is told by what it
    answers anyhow.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both of its channels.

        Raises
        ------
        TimeoutError
            If it does not within `timeout` seconds.
        RuntimeError
            If it has died.
        """
        async with asyncio.timeout(timeout):
            while True:
                self.kernel_info()
                with suppress(Empty):
                    await self.shell_channel.get_msg(timeout=ANSWER_SECONDS)
                    await self.iopub_channel.get_msg(timeout=IOPUB_SECONDS)
                    return
                if not await self.is_alive():
                    raise RuntimeError("the kernel has died before it answered")
