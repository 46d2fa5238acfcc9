"""From an error to one line on stderr and an exit code."""

import logging
import os
import sys

import typer
from typer.exceptions import TyperException

from audiolab.errors import AudiolabError, QueryError

logger = logging.getLogger(__name__)

DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def run(app: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run `app` and return its exit code.

    Parameters
    ----------
    app : typer.Typer
    arguments : list of str or None
        Without the program's name; those of the process if None.
    """
    try:
        code = app(args=arguments, prog_name="audiolab", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _complain(_usage_line(error))
    except QueryError as error:
        return _complain(_query_line(error))
    except AudiolabError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        logger.info("stopped by the system", exc_info=error)
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}: nothing more was done")
    return code if isinstance(code, int) else DONE


def _complain(message: str) -> int:
    """One line on stderr."""
    line = " ".join(message.split())
    typer.echo(f"audiolab: {line}", err=True)
    return BAD_INPUT


def _usage_line(error: TyperException) -> str:
    """What was wrong with the arguments, and where to look."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "audiolab"
    message = error.format_message().replace("Value error, ", "").rstrip(".")
    if message.endswith("?"):  # it suggests what was meant
        return f"{message} (see '{command} --help')"
    return f"{message}; see '{command} --help'"


def _query_line(error: QueryError) -> str:
    line = str(error)
    if error.suggestion and "did you mean" not in line:
        line += f"; did you mean {error.suggestion!r}?"
    if error.query and error.position is not None:
        line += f" (at character {error.position + 1} of {error.query!r})"
    return line


def _reader_left() -> int:
    """`audiolab ls | head`: whoever read the output has had enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return DONE
