"""A real SFTP server on this machine that serves one folder to anybody who trusts its key."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh


class _Open(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return False  # nobody has to prove anything


class SftpServer:
    """The server; it can go away and come back at the same port.

    Parameters
    ----------
    folder : Path
        What it serves as ``/``.
    home : Path
        Whose ``.ssh/known_hosts`` will have its key.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home
        self._loop = asyncio.new_event_loop()
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._connections: list[asyncssh.SSHServerConnection] = []
        self.port = 0
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of what it serves."""
        return f"sftp://me@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, and make the key known."""
        self._server = self._run(self._listen())
        self.port = self._server.get_port()
        known = self._home / ".ssh/known_hosts"
        known.parent.mkdir(exist_ok=True)
        public = self._key.export_public_key().decode()
        known.write_text(f"[127.0.0.1]:{self.port} {public}")

    def stop(self) -> None:
        """Hang up on everybody."""
        self._run(self._close())

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", self.port, server_host_keys=[self._key], server_factory=_Open,
            acceptor=self._connections.append, reuse_address=True,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(self._folder)),
        )  # fmt: skip

    async def _close(self) -> None:
        self._server.close()
        for connection in self._connections:
            connection.abort()
        self._connections.clear()
        await self._server.wait_closed()

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def close(self) -> None:
        """The end."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def sftp_server(folder: Path, home: Path) -> Iterator[SftpServer]:
    """A server while the block runs."""
    server = SftpServer(folder, home)
    server.start()
    try:
        yield server
    finally:
        server.close()
