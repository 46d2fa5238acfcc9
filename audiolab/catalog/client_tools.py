"""pg_dump, pg_restore and psql against any server, with the wheel's binaries."""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from audiolab.catalog.embedded.messages import explain
from audiolab.catalog.embedded.tools import ENVIRONMENT, wheel_binaries
from audiolab.errors import DatabaseError


def split_password(url: str) -> tuple[str, str | None]:
    """An address for libpq without its password, which other users could read in a process list.

    Raises
    ------
    DatabaseError
        If it is no Postgres address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseError(
            "the database address is not like postgresql://user:password@host:5432/name"
        ) from None
    password = parsed.password
    bare = parsed.set(drivername="postgresql")._replace(password=None)  # set() ignores a None
    return bare.render_as_string(hide_password=False), password


@contextmanager
def running(
    program: str,
    arguments: Sequence[str | Path],
    *,
    url: str | None = None,
    stdin: int | None = None,
    stdout: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside the block, and wait for its end after it.

    Parameters
    ----------
    program : str
        ``pg_dump``, ``pg_restore`` or ``psql``.
    arguments : sequence of str or Path
        What it is told.
    url : str, optional
        The server it connects to.
    stdin, stdout : int, optional
        ``subprocess.PIPE`` where the block writes or reads.

    Raises
    ------
    DatabaseError
        With the program's own words if it fails, whatever the block raised because of it.
    """
    environment = ENVIRONMENT | {"HOME": str(Path.home())}  # ~/.pgpass and certificates
    command: list[str | Path] = [wheel_binaries() / program, *arguments]
    if url is not None:
        address, password = split_password(url)
        command += ["--no-password", f"--dbname={address}"]
        if password is not None:
            environment["PGPASSWORD"] = password
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.DEVNULL if stdout is None else stdout,
            stderr=errors,
            env=environment,
        )
        ended_early = False
        try:
            yield process
        except BrokenPipeError:
            ended_early = True  # and it says why
        except BaseException:
            process.kill()
            raise
        finally:
            _close(process.stdin)
            _close(process.stdout)
            process.wait()
        if process.returncode != 0 or ended_early:
            errors.seek(0)
            said = errors.read().decode(errors="replace")
            raise DatabaseError(explain(f"{program} failed", said))


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is None:
        return
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what was still to be written does not matter any more
