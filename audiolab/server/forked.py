"""Kernels that are forked from a nursery (`audiolab.server.nursery`), for Jupyter."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from audiolab.server.nursery import Order

# Imports what pages are made of.
READY = "audiolab.widgets.ready"
# macOS has frameworks that no process may use after a fork.
FORKS = sys.platform == "linux"


class Nursery:
    """The process that kernels are forked from; started for the first, and again if it dies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def fork(self, order: Order) -> "Forked":
        """Have a kernel (blocking).

        Raises
        ------
        OSError
            If the nursery does not live (its log says why), or the system has no process left.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._end()
                self._process = _started(order)
            reply = _said(self._process, order)
        if not reply:
            raise OSError(f"the nursery of kernels has ended: {order.log_file} says why")
        if not reply.strip().isdecimal():
            raise OSError(f"no kernel can be started: {reply.strip()}")
        return Forked(int(reply))

    def close(self) -> None:
        """Let it end, and its kernels."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None


def _said(nursery: "subprocess.Popen[str]", order: Order) -> str:
    """Its answer; "" if it is no more."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    try:
        nursery.stdin.write(order.line())
        nursery.stdin.flush()
    except BrokenPipeError:
        return ""
    return nursery.stdout.readline()


def _started(order: Order) -> "subprocess.Popen[str]":
    with Path(order.log_file).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "audiolab.server.nursery", READY],
            cwd=order.folder,
            env=order.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C is for the server
        )


class Forked(psutil.Process):
    """A kernel as Jupyter handles processes, though it is not the server's child."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """None while it runs; how it ended only its parent would know."""
        return None if self.is_running() else 0


class ForkedProvisioner(LocalProvisioner):
    """Has the kernels of a `PageKernels` forked from its nursery."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch one."""
        if not FORKS:
            return await super().launch_kernel(cmd, **kwargs)
        manager: Any = self.parent
        kernels = manager.parent
        order = Order(
            arguments=cmd[cmd.index("-f") :],
            environment=dict(kwargs["env"]),
            folder=str(kwargs["cwd"]),
            log_file=kernels.log_file,
        )
        kernel = await asyncio.to_thread(kernels.nursery.fork, order)
        self.process: Any = kernel
        self.pid = self.pgid = kernel.pid
        return self.connection_info
