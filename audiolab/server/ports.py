"""Where to listen: on this machine only, on a port that is free; and to how many at once."""

import errno
import logging
import resource
import socket
from contextlib import suppress

from tornado.netutil import bind_sockets

from audiolab.errors import AudiolabError

LOG = logging.getLogger(__name__)

HOST = "127.0.0.1"
PORTS_TO_TRY = 50
MOST_FILES = 65_536


def bind(port: int | None, default: int) -> list[socket.socket]:
    """Sockets on the port asked for, or on the first free one from `default` on.

    Raises
    ------
    AudiolabError
        If it cannot be used.
    """
    if port is not None:
        try:
            return bind_sockets(port, HOST)
        except OSError as error:
            raise AudiolabError(_why_not(port, error)) from None
    for candidate in range(default, default + PORTS_TO_TRY):
        try:
            return bind_sockets(candidate, HOST)
        except OSError as error:
            LOG.info("%s", _why_not(candidate, error))
    return bind_sockets(0, HOST)


def usable_port(port: int | None, default: int) -> int:
    """The same as a number, for a program that binds it itself."""
    sockets = bind(port, default)
    number: int = sockets[0].getsockname()[1]
    for bound in sockets:
        bound.close()
    return number


def _why_not(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is in use: stop the program that uses it, choose another with --port, "
            "or leave --port out to get a free one"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} may not be used by this user: choose one above 1023 with --port"
    return f"port {port} cannot be used: {error.strerror}"


def allow_many_connections() -> None:
    """Open as many files at once as the system allows: a connection and what it streams are two."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft < wanted:
        with suppress(ValueError, OSError):  # macOS promises more than it keeps
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
