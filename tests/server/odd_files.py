"""Files that browsers cannot play, added to a running dashboard's library for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pandas as pd
import soundfile
from sqlalchemy import text

from .running_dashboard import Dashboard
from .sample_library import RATE, SECONDS, tone

NAMES = ("studio.aiff", "lossless.m4a", "broken.ogg", "text.mp3", "hour.wav")
BEATS = np.arange(0.25, SECONDS, 0.5, dtype="<f4")


def write_alac(path: Path) -> None:
    """Apple Lossless in MP4."""
    samples = (tone(SECONDS) * 32767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("alac", rate=RATE, layout="mono")
        for start in range(0, len(samples), 4096):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 4096], "s16p", "mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_odd_files(folder: Path) -> None:
    """AIFF, Apple Lossless, FLAC called ogg with a hole in it, no sound, a long recording."""
    soundfile.write(folder / "studio.aiff", tone(SECONDS), RATE)
    write_alac(folder / "lossless.m4a")
    soundfile.write(folder / "broken.flac", tone(SECONDS), RATE)
    content = bytearray((folder / "broken.flac").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 5000] = bytes(5000)
    (folder / "broken.ogg").write_bytes(content)
    (folder / "text.mp3").write_text("no sound in here")
    noise = np.random.default_rng(1).integers(-(2**15), 2**15, 4000 * 3600, np.int16)
    soundfile.write(folder / "hour.wav", noise, 4000)


@contextmanager
def odd_files(running: Dashboard, *names: str) -> Iterator[dict[str, str]]:
    """File name -> track id; afterwards the library is as it was."""
    folder = running.media / "odd"
    if not folder.exists():
        folder.mkdir()
        write_odd_files(folder)
    frame = pd.DataFrame(
        {
            "path": list(names),
            "title": [Path(name).stem for name in names],
            "artist": "Oddities",
            "format": [Path(name).suffix[1:] for name in names],
            "duration_seconds": SECONDS,
        }
    )
    peaks = np.full((len(names), 800), 0.5, np.float32)
    ids = running.catalog.add(frame, root=str(folder), waveforms=peaks)
    with running.catalog._database.write() as connection:
        connection.execute(
            text("INSERT INTO beats VALUES (:id, :seconds) ON CONFLICT DO NOTHING"),
            [{"id": one, "seconds": BEATS.tobytes()} for one in ids],
        )
    try:
        yield dict(zip(names, ids, strict=True))
    finally:
        running.catalog.delete(ids)
