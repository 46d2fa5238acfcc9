"""Data folders for tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audiolab.catalog.embedded import stop_server


@contextmanager
def temporary_data_dir(name: str = "") -> Iterator[Path]:
    """A data folder that every user can enter, unlike pytest's ``tmp_path``; its server is stopped.

    Under root the database runs as another user, who has to get in.
    """
    top = Path(tempfile.mkdtemp(prefix="audiolab-test-", dir="/tmp"))
    top.chmod(0o755)
    folder = top / name if name else top
    try:
        yield folder
    finally:
        stop_server(folder)
        shutil.rmtree(top)
