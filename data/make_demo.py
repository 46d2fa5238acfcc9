"""Compose, render, encode and tag the demo library, and write truth.csv beside it.

    python data/make_demo.py [NAME...]

renders every piece, or those whose path contains one of the names. Needs fluidsynth and the
soundfont FluidR3_GM (Debian: apt-get install fluidsynth fluid-soundfont-gm) besides audiolab's
own dependencies. Seeded: the same versions of these tools write the same bytes.
"""

import csv
import sys
from pathlib import Path

from studio import files, sound
from studio.catalogue import PIECES, Piece

HERE = Path(__file__).resolve().parent
TRUTH = ("file", "style", "title", "tempo_bpm", "key", "time_signature", "duration_seconds")


def main(names: list[str]) -> None:
    """Render the chosen pieces and rewrite the table."""
    for piece in PIECES:
        if not names or any(name in piece.file for name in names):
            make(piece)
    write_truth()


def make(piece: Piece) -> None:
    """Render one piece into its file."""
    audio = sound.perform(piece.compose(), piece.seconds, piece.loudness_db, piece.fade)
    if piece.mono:
        audio = audio.mean(axis=1, keepdims=True)
    path = HERE / piece.file
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    files.encode(audio, path, piece)
    files.tag(path, piece)
    print(f"{path.stat().st_size / 1000:7.0f} kB  {piece.file}")


def write_truth() -> None:
    """The composed values of every piece, empty where there is none."""
    with (HERE / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH)
        for piece in PIECES:
            values = (piece.tempo_bpm, piece.key, piece.time_signature, piece.seconds)
            writer.writerow((piece.file, piece.style, piece.title, *values))


if __name__ == "__main__":
    main(sys.argv[1:])
