"""What every verb needs first: settings, the log file, the catalog."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from audiolab import log
from audiolab.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.catalog import Catalog
    from audiolab.config import Settings


@dataclass(frozen=True)
class Given:
    """Global options as they were typed; None where they were not."""

    data_dir: Path | None = None
    database_url: str | None = None
    log_level: str | None = None


def load(context: typer.Context, program: str = "cli", **more: Any) -> "Settings":
    """The settings, with the log file open.

    Parameters
    ----------
    context : typer.Context
    program : str
        Names the log file.
    **more
        Settings from the verb's own options; None where they were not typed.

    Raises
    ------
    ConfigError
        If a setting cannot be used.
    AudiolabError
        If the data folder cannot be written.
    """
    from audiolab.config import load_settings

    given = context.obj or Given()
    settings = load_settings(**asdict(given), **more)
    try:
        log.set_up(settings.data_dir, program, settings.log_level)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise AudiolabError(
            f"the data folder {settings.data_dir} cannot be written ({reason}): "
            "choose another with --data-dir or AUDIOLAB_DATA_DIR"
        ) from error
    return settings


@contextmanager
def open_catalog(settings: "Settings") -> "Iterator[Catalog]":
    """The catalog of these settings, closed afterwards."""
    from audiolab.catalog import Catalog

    with Catalog.open(settings=settings) as catalog:
        yield catalog
