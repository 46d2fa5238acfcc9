"""A small library, a catalog of its own, and the question whether all is as if nothing happened."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import soundfile
from sqlalchemy import text

from audiolab import Catalog
from audiolab.catalog.embedded import server_status, stop_server
from audiolab.config import Settings

SUFFIXES = ("wav", "flac", "ogg", "mp3")
BAD_FILES = 2
ROWS = (
    "SELECT path, state, file_size_bytes, mtime_ns, file_hash, audio_hash, title, "
    "duration_seconds, tempo_bpm, key, loudness_lufs, "
    "(SELECT count(*) FROM waveform w WHERE w.track_id = t.id) AS waveforms, "
    "(SELECT string_agg(concat_ws(' ', stage, version, s.state, reason), ', ' ORDER BY stage) "
    " FROM stage_status s WHERE s.track_id = t.id) AS stages FROM track t ORDER BY path"
)


class Library:
    """A folder of music, and a data folder for its catalog.

    Parameters
    ----------
    top : Path
        An empty folder that every user can enter.
    """

    def __init__(self, top: Path) -> None:
        self.music, self.data = top / "music", top / "data"
        self.music.mkdir()

    def command(self, *options: str, music: Path | None = None) -> list[str]:
        """The scan as a user starts it."""
        fixed = ["--workers", "2", "--stages", "tags,signal", "--json"]
        program = [sys.executable, "-m", "audiolab", "--data-dir", str(self.data), "scan"]
        return [*program, str(music or self.music), *fixed, *options]

    def start(self, *options: str, **more: Any) -> "subprocess.Popen[str]":
        """A scan that goes on beside us."""
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(self.command(*options), **(pipes | more))

    def scan(self, *options: str, **more: Any) -> dict[str, Any]:
        """A scan that has to end well; its report."""
        run = subprocess.run(
            self.command(*options), capture_output=True, text=True, timeout=3600, **more
        )
        assert run.returncode in (0, 1), (run.returncode, run.stderr[-2000:])
        report: dict[str, Any] = json.loads(run.stdout)
        parts = ("analysed", "unchanged", "skipped", "failed")
        assert report["found"] == sum(report[part] for part in parts), report
        return report

    def rows(self) -> pd.DataFrame:
        """What the catalog knows, ids and times left out."""
        with self.catalog() as catalog, catalog._database.read() as connection:
            tracks = pd.read_sql_query(text(ROWS), connection)
        for name in ("file_hash", "audio_hash"):
            tracks[name] = [None if value is None else bytes(value).hex() for value in tracks[name]]
        return tracks

    def catalog(self) -> Catalog:
        """The catalog, to be closed."""
        return Catalog.open(settings=Settings(data_dir=self.data))

    def forget(self) -> None:
        """An empty catalog."""
        with self.catalog() as catalog:
            for root in catalog.roots():
                catalog.remove_root(root)


@contextmanager
def library(files: int, seed: int = 1, seconds: int = 4) -> Iterator[Library]:
    """A library of so many good files, each that long or a bit longer, and two that are none."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="audiolab-faults-") as name:
        Path(name).chmod(0o755)
        made = Library(Path(name))
        plant(made.music, files, seed, seconds)
        try:
            yield made
        finally:
            stop_server(made.data)


def plant(root: Path, files: int, seed: int, seconds: int) -> None:
    """Good files and some that are none."""
    generator = np.random.default_rng(seed)
    for number in range(files):
        folder = root / f"{number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{number}.{SUFFIXES[number % len(SUFFIXES)]}"
        render(file, generator, seconds + number % 9)
    (root / "empty.mp3").touch()
    (root / "diary.flac").write_text("Dear diary")


def render(path: Path, generator: np.random.Generator, seconds: float) -> None:
    """A few decaying notes."""
    time_axis = np.arange(int(seconds * 22050)) / 22050
    hz = generator.uniform(100, 900)
    beat = np.exp(-6 * (time_axis % generator.uniform(0.3, 0.8)))
    soundfile.write(path, 0.5 * beat * np.sin(2 * np.pi * hz * time_axis), 22050)


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Row by row."""
    pd.testing.assert_frame_equal(found, wanted)


def workers_of(process: int) -> list[psutil.Process]:
    """The analysis processes of a scan."""
    children = psutil.Process(process).children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def strike(victim: str, scanner: "subprocess.Popen[Any]", data: Path) -> None:
    """SIGKILL to the scanner (scheduler included), workers or the database, if they live."""
    with suppress(psutil.Error, ProcessLookupError):
        if victim == "scanner":
            scanner.kill()
        elif victim == "database":
            if (pid := server_status(data).pid) is not None:  # else it has not started yet
                os.kill(pid, signal.SIGKILL)
        else:
            workers = workers_of(scanner.pid)
            for process in workers if victim == "all workers" else workers[:1]:
                process.kill()
