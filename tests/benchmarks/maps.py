"""What the similarity map of a large library costs, and how far it can be trusted.

    python -m tests.benchmarks.maps --tracks 100000 --data-dir /var/tmp/hundred-thousand

The library is that of `tests.benchmarks.catalog`; a data folder that is given is kept, and not
filled again. The map is made by ``audiolab map``, a process of its own, whose time and peak memory
are printed, with trustworthiness, neighbours that are kept, and hubness before and after its
correction. Then how fast the map is read, and the recall of the neighbours it is made from.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from audiolab import Catalog
from audiolab.catalog.embedded import stop_server
from audiolab.catalog.maps import graph
from audiolab.config import load_settings
from tests.benchmarks.catalog import exact, fill, filled

MOST_SECONDS = 600
MOST_BYTES = 4e9
PROBES = 200


def verdict(good: bool) -> str:
    """What stands beside a figure."""
    return "" if good else "   MISSED"


def make(folder: Path) -> dict[str, object]:
    """Make the map as its user would; print what it took."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "audiolab", "map", "--json"],
        env={**os.environ, "AUDIOLAB_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    assert status == 0, told
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{'projecting':40s} {seconds:.0f} s ({cpu:.0f} s of CPU)   wanted {MOST_SECONDS} s"
          f"{verdict(seconds <= MOST_SECONDS)}")  # fmt: skip
    print(f"{'peak memory':40s} {peak / 1e9:.2f} GB   wanted {MOST_BYTES / 1e9:g} GB"
          f"{verdict(peak <= MOST_BYTES)}", flush=True)  # fmt: skip
    made: dict[str, object] = json.loads(told)
    return made


def neighbours(vectors: np.ndarray) -> float:
    """Recall of the neighbours that the map is made from, against an exact search."""
    found = graph.neighbour_graph(vectors.astype(np.float32), 50)
    probe = np.random.default_rng(8).choice(len(vectors), min(PROBES, len(vectors)), replace=False)
    truth = exact(vectors, probe, None)
    hits = [np.isin(truth[at], found.indices[row][:10]).sum() for at, row in enumerate(probe)]
    return float(np.sum(hits)) / (10 * len(probe))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--data-dir", type=Path, help="keep the filled catalog here")
    parser.add_argument("--recall", action="store_true", help="compare with an exact search too")
    arguments = parser.parse_args()
    folder = arguments.data_dir or Path(tempfile.mkdtemp(prefix="audiolab-benchmark-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    with Catalog.open(settings=load_settings(data_dir=folder)) as catalog:
        if catalog.count() != arguments.tracks:
            fill(catalog, arguments.tracks)
        made = make(folder)
        print(f"{'quality':40s} {made['quality']}")
        print(f"{'hubness':40s} {made['hubness']}")
        print(f"{'  corrected':40s} {made['corrected']}")
        begin = time.perf_counter()
        points = catalog.map()
        print(f"{'reading':40s} {len(points):,} points, {time.perf_counter() - begin:.2f} s")
        if arguments.recall:
            _, vectors = filled(catalog, arguments.tracks)
            print(f"{'recall@10 of the neighbours':40s} {neighbours(vectors):.4f}")
    stop_server(folder)
    if not arguments.data_dir:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
