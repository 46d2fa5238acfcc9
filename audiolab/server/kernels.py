"""The Python processes behind the pages: ours to start, quiet, small, and gone with their page.

A kernel can change the catalog only if it was started for somebody who may: the others open it for
reading only. What it was started as stays so, and a visitor reaches none that may do more than
they. A heated kernel is started before it is known who comes; it goes to those only who may do
exactly what it may, and for the others one is started when they come.
"""

import os
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Bool, Dict, Set, Unicode
from voila.utils import ENV_VARIABLE

NAME = "python3"
# The page runs one cell of ours: no history, no code of the current folder, no completion.
ARGUMENTS = (
    "--InteractiveShellApp.ignore_cwd=True",
    "--HistoryManager.enabled=False",
    "--Completer.use_jedi=False",
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
        return KernelSpec(argv=[*launcher, *ARGUMENTS], display_name="audiolab", language="python")

    def get_all_specs(self) -> dict[str, Any]:
        """The same, as the notebook server lists it."""
        return {NAME: {"resource_dir": "", "spec": self.get_kernel_spec(NAME).to_dict()}}


class PageKernels(AsyncMappingKernelManager):
    """Starts kernels with our settings, in a folder of ours, with their output in a log file."""

    environment = Dict(help="Variables that every kernel gets").tag(config=True)
    folder = Unicode(help="Working folder of the kernels, and home of IPython").tag(config=True)
    log_file = Unicode(help="Where what kernels print goes").tag(config=True)
    heated_write = Bool(help="Whether heated kernels may change the catalog").tag(config=True)
    writers = Set(help="Ids of kernels that may change the catalog")

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel and return its id."""
        environment = {**(kwargs.get("env") or os.environ), **self.environment}
        heated = environment.get(ENV_VARIABLE.VOILA_PREHEAT) == "True"
        writes = self.heated_write if heated else visitor_may_write.get()
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
