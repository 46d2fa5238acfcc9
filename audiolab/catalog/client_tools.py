"""pg_dump, pg_restore and psql against any server, with the wheel's binaries."""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from psycopg2.extensions import make_dsn

from audiolab.catalog.address import libpq_options, parse_address
from audiolab.catalog.embedded.messages import explain
from audiolab.catalog.embedded.tools import ENVIRONMENT, wheel_binaries
from audiolab.errors import DatabaseError

END_SECONDS = 0.5


def split_password(url: str) -> tuple[str, str | None]:
    """An address for libpq without its password, which other users could read in a process list.

    Written as ``name=value`` pairs: an address with a space in it would be refused.

    Raises
    ------
    DatabaseError
        If it is no Postgres address.
    """
    options = libpq_options(parse_address(url))
    password = options.pop("password", None)
    return make_dsn(**options), password


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
        except DatabaseError:  # what came out of it is not what should have
            if not _has_failed(process):
                process.kill()
                raise
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


def _has_failed(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ends by itself, and not well: at once, or it is still at work."""
    try:
        return process.wait(timeout=END_SECONDS) != 0
    except subprocess.TimeoutExpired:
        return False


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is None:
        return
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what was still to be written does not matter any more
