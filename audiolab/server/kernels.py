"""The Python processes behind the pages: ours to start, quiet, small, and gone with their page.

A kernel can change the catalog only if it was started for somebody who may: the others open it for
reading only. What it was started as stays so, and a visitor reaches none that may do more than
they.

One kernel is always ready before anybody comes: with everything imported that any of the pages
needs, and the catalog open. It runs no page yet, so whichever page is opened next takes it, and the
page's cell runs while the browser still loads its scripts. (Voila's own preheating runs a page
ahead: that takes one waiting kernel of 105 MB per page, each with what the library was like then.)
It goes to those only who may do exactly what it may; for the others one is started when they come.

On Linux all are forked from one process that has the imports (`audiolab.server.nursery`): starting
one takes a fraction of the time and of the memory.
"""

import asyncio
import logging
import os
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ensure_async
from traitlets import Bool, Dict, Float, Instance, Set, Unicode

from audiolab.server.forked import READY, Nursery

LOG = logging.getLogger(__name__)

NAME = "python3"
PROVISIONER = "audiolab-forked"  # an entry point of ours: `ForkedProvisioner`
# The page runs one cell of ours: no history, no code of the current folder, no completion.
ARGUMENTS = (
    "--InteractiveShellApp.ignore_cwd=True",
    "--HistoryManager.enabled=False",
    "--Completer.use_jedi=False",
    f"--InteractiveShellApp.exec_lines=from {READY} import get_ready; get_ready()",
)
# What Voila tells its kernels about the request holds the token; the page tells us the query.
SECRETS = ("AUDIOLAB_TOKEN", "VOILA_REQUEST_URL", "QUERY_STRING")

# Whether the visitor whose page is being opened may change the catalog.
visitor_may_write: ContextVar[bool] = ContextVar("visitor_may_write", default=False)


class OwnPython(KernelSpecManager):
    """Knows one kernel: the Python that runs this server, whatever else is installed."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Names of kernels; this one has no folder."""
        return {NAME: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """How to start it."""
        if kernel_name != NAME:
            raise NoSuchKernel(kernel_name)
        launcher = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=[*launcher, *ARGUMENTS],
            display_name="audiolab",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER}},
        )

    def get_all_specs(self) -> dict[str, Any]:
        """The same, as the notebook server lists it."""
        return {NAME: {"resource_dir": "", "spec": self.get_kernel_spec(NAME).to_dict()}}


class PageKernels(AsyncMappingKernelManager):
    """Starts kernels with our settings, in a folder of ours, with their output in a log file."""

    environment = Dict(help="Variables that every kernel gets").tag(config=True)
    folder = Unicode(help="Working folder of the kernels, and home of IPython").tag(config=True)
    log_file = Unicode(help="Where what kernels print goes").tag(config=True)
    spare_writes = Bool(help="Whether the spare kernel may change the catalog").tag(config=True)
    refill_seconds = Float(help="When the next spare follows one that was taken").tag(config=True)
    writers = Set(help="Ids of kernels that may change the catalog")
    nursery = Instance(Nursery, (), help="What they are forked from")
    _spare: "asyncio.Task[str] | None" = None

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Take the spare kernel, or start one; returns its id."""
        writes = visitor_may_write.get()
        spare = await self._take_spare() if writes == self.spare_writes else None
        return spare or await self._start(writes, **kwargs)

    def keep_spare(self, delay: float = 0.0) -> None:
        """Have a kernel ready for whoever comes next."""
        self._spare = asyncio.get_running_loop().create_task(self._start_spare(delay))

    def give_up_spare(self) -> None:
        """Start none that is not started yet."""
        if self._spare is not None:
            self._spare.cancel()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that nobody uses any more; the spare has yet to be used."""
        if kernel_id != self._waiting():
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    async def _start_spare(self, delay: float) -> str:
        await asyncio.sleep(delay)
        return await self._start(self.spare_writes, kernel_name=NAME, path="")

    def _waiting(self) -> str | None:
        """The id of the spare kernel; None if there is none."""
        spare = self._spare
        if spare is None or not spare.done() or spare.cancelled():
            return None
        if error := spare.exception():
            LOG.warning("no kernel could be started ahead: %s", error)
            return None
        return spare.result()

    async def _take_spare(self) -> str | None:
        """The id of the spare kernel, which is no longer spare; None if there is none alive."""
        kernel = self._waiting()
        if self._spare is None or self._spare.done():
            self.keep_spare(self.refill_seconds)
        if kernel is None or kernel not in self or not await ensure_async(self.is_alive(kernel)):
            return None
        return kernel

    async def _start(self, writes: bool, **kwargs: Any) -> str:
        environment = {**(kwargs.get("env") or os.environ), **self.environment}
        environment["AUDIOLAB_READ_ONLY"] = str(int(not writes))
        for name in SECRETS:
            environment.pop(name, None)
        environment["IPYTHONDIR"] = self.folder
        with Path(self.log_file).open("ab") as log:
            kernel: str = await super().start_kernel(
                **{**kwargs, "env": environment, "stdout": log, "stderr": log}
            )
        if writes:
            self.writers.add(kernel)
        return kernel

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended."""
        self.writers.discard(kernel_id)
        return super().remove_kernel(kernel_id)

    def cwd_for_path(self, path: str, **_: Any) -> str:
        """Our own folder, wherever the notebook is."""
        return str(self.folder)
