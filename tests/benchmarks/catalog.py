"""How fast the catalog answers, and how fast it takes in tracks.

    python -m tests.benchmarks.catalog --tracks 100000
    python -m tests.benchmarks.catalog --tracks 1000000 --data-dir /var/tmp/million
    python -m tests.benchmarks.catalog --tracks 1000000 --data-dir /var/tmp/million --only pages

Pages are measured as the browser and the API ask for them, one statement for a page of JSON and the
count, and as DataFrames. Synthetic but clustered data: tracks belong to a few hundred styles that
decide genre, tempo and the direction of the embedding. Prints p50 and p95 in milliseconds over many
different questions, recall of the neighbours against an exact search in numpy, rows a second of
ingest, and how many times faster a DataFrame is than through pandas.read_sql; each beside what is
wanted. A data folder that is given is kept, and asked again without filling it anew.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from audiolab import Catalog, Filter
from audiolab.catalog.embedded import stop_server
from audiolab.config import load_settings

DIMENSIONS = 1280
STYLES = 300
BATCH = 5_000
QUESTIONS = 200  # for neighbours: recall is told to a tenth of a percent
GENRES = np.array([f"genre {i}" for i in range(80)])
MOODS = np.array([f"mood {i}" for i in range(50)])
INSTRUMENTS = np.array([f"instrument {i}" for i in range(40)])
KEYS = np.array([f"{note} {mode}" for note in ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab",
                 "A", "Bb", "B") for mode in ("major", "minor")])  # fmt: skip
SYLLABLES = np.array(
    ["ka", "lo", "mi", "ren", "tas", "vor", "ela", "qui", "nor", "bas", "der", "fin", "gal", "hul",
     "ist", "jor"]
)  # fmt: skip
SHOWN = ["title", "artist", "album", "duration_seconds", "tempo_bpm", "key", "key_camelot",
         "energy", "genre_primary", "mood_primary", "instruments", "has_vocals"]  # fmt: skip


def make_words(rng: np.random.Generator, count: int) -> np.ndarray:
    parts = SYLLABLES[rng.integers(0, len(SYLLABLES), (count, 4))]
    return np.array(["".join(p[: 2 + i % 3]) for i, p in enumerate(parts)])


class Library:
    """Batches of synthetic tracks with their vectors and peaks."""

    def __init__(self, seed: int = 3) -> None:
        self.rng = np.random.default_rng(seed)
        self.centres = self.rng.standard_normal((STYLES, DIMENSIONS)).astype(np.float32)
        self.words = make_words(self.rng, 20_000)
        self.tempo = self.rng.uniform(70, 180, STYLES)

    def batch(self, start: int, rows: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
        rng = self.rng
        style = rng.integers(0, STYLES, rows)
        words = self.words[np.minimum(rng.zipf(1.3, (rows, 5)), 20_000) - 1]
        some = rng.random(rows)
        frame = pd.DataFrame(
            {
                "path": [f"{w[0]}/{w[1]} {start + i:07d}.mp3" for i, w in enumerate(words)],
                "format": "mp3",
                "title": [f"{w[2]} {w[3]}" for w in words],
                "artist": [f"{w[0]} {w[4]}" for w in words],
                "album": [f"{w[1]} {w[4]}" for w in words],
                "year": rng.integers(1960, 2026, rows),
                "duration_seconds": rng.uniform(60, 500, rows).round(2),
                "tempo_bpm": np.where(some < 0.05, np.nan,
                                      (self.tempo[style] + rng.normal(0, 3, rows)).round(2)),
                "tempo_confidence": rng.uniform(0, 1, rows).round(3),
                "key": KEYS[rng.integers(0, 24, rows)],
                "energy": rng.uniform(0, 1, rows).round(3),
                "danceability": rng.uniform(0, 1, rows).round(3),
                "loudness_lufs": rng.uniform(-30, -5, rows).round(2),
                "genre_primary": GENRES[style % 80],
                "genre_secondary": [[GENRES[(s * 7) % 80]] for s in style],
                "mood_primary": MOODS[style % 50],
                "mood_secondary": [[MOODS[(s * 3) % 50], MOODS[(s * 5) % 50]] for s in style],
                "instruments": [list(INSTRUMENTS[[s % 40, (s * 3) % 40]]) for s in style],
                "has_vocals": rng.random(rows) < 0.6,
                "mfcc": list(rng.normal(0, 10, (rows, 20)).round(3)),
            }
        )  # fmt: skip
        noise = rng.standard_normal((rows, DIMENSIONS), dtype=np.float32)
        peaks = rng.random((rows, 800), dtype=np.float32)
        more = self._more(frame["duration_seconds"].to_numpy(), np.random.default_rng(start))
        return frame.assign(**more), self.centres[style] + np.float32(0.6) * noise, peaks

    def _more(self, seconds: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """What statistics count besides; from other random numbers, so vectors stay the same."""
        rows = len(seconds)
        bitrate = np.array([128, 192, 256, 320])[rng.integers(0, 4, rows)]
        return {
            "valence": rng.beta(2, 2, rows).round(3),
            "key_confidence": rng.beta(4, 2, rows).round(3),
            "genre_confidence": rng.beta(3, 2, rows).round(3),
            "bitrate_kbps": bitrate,
            "file_size_bytes": (seconds * bitrate * 125).astype(np.int64),
            "cutoff_hz": np.where(rng.random(rows) < 0.3, 16_000.0, np.nan),
            "true_peak_dbtp": rng.normal(-0.5, 0.6, rows).round(2),
            "silence_start_seconds": rng.exponential(0.5, rows).round(2),
            "silence_end_seconds": rng.exponential(1.0, rows).round(2),
            "sample_rate_hz": np.full(rows, 44_100),
        }


def fill(catalog: Catalog, rows: int) -> float:
    """Add what is not there yet, so that a run can be ended and go on; rows a second."""
    library, seconds, before = Library(), 0.0, catalog.count()
    for start in range(0, rows, BATCH):
        frame, matrix, peaks = library.batch(start, min(BATCH, rows - start))
        if start < before:
            continue  # but the random numbers are spent
        begin = time.perf_counter()
        catalog.add(frame, embeddings={"benchmark": matrix}, waveforms=peaks)
        seconds += time.perf_counter() - begin
    return (rows - before) / seconds


def filled(catalog: Catalog, rows: int) -> tuple[list[str], np.ndarray]:
    """The ids, and the vectors as half floats (the truth for recall)."""
    library = Library()
    vectors = [
        library.batch(start, min(BATCH, rows - start))[1].astype(np.float16)
        for start in range(0, rows, BATCH)
    ]
    paths = catalog.tracks(columns=["path"]).path
    return list(paths.index[np.argsort(paths.str[-11:-4].astype(int))]), np.concatenate(vectors)


class Report:
    """Prints figures beside what is wanted at this size."""

    def __init__(self, tracks: int) -> None:
        self.million = tracks > 300_000

    def line(self, name: str, figure: str, value: float, wanted: tuple[float, float] | None,
             *, least: bool = False) -> None:  # fmt: skip
        verdict = ""
        if wanted:
            goal = wanted[self.million]
            good = value >= goal if least else value <= goal
            verdict = f"   wanted {goal:g}{'' if good else '   MISSED'}"
        print(f"{name:55s} {figure}{verdict}", flush=True)

    def timed(self, name: str, ask: Callable[[int], object], count: int,
              wanted: tuple[float, float] | None = None) -> None:  # fmt: skip
        """Ask `count` different questions; `wanted` is the p95 in ms at 100,000 and a million."""
        ask(0)
        milliseconds = []
        for i in range(1, count + 1):
            begin = time.perf_counter()
            ask(i)
            milliseconds.append(1e3 * (time.perf_counter() - begin))
        p50, p95 = np.percentile(milliseconds, [50, 95])
        self.line(name, f"p50 {p50:7.1f} ms   p95 {p95:7.1f} ms", p95, wanted)


def pages(catalog: Catalog, rng: np.random.Generator, report: Report) -> None:
    sorts = ["-added_at", "tempo_bpm", "-energy", "title", "artist", "key"]

    def narrow(i: int) -> Filter:
        return Filter(genre=[str(GENRES[i % 80])], tempo_bpm=(80 + i % 60, 100 + i % 60))

    def documents(i: int) -> None:
        catalog.document_page(narrow(i), sorts[i % 6], 50, columns=SHOWN, cap=1000)

    def filtered(i: int) -> None:
        catalog.tracks(narrow(i), sort=sorts[i % 6], limit=50, columns=SHOWN)
        catalog.count(narrow(i), cap=1000)

    report.timed("filtered page of 50 + capped count", documents, 120, (15, 150))
    report.timed("  as a DataFrame and a count", filtered, 120)
    report.timed("first page + capped count, no filter",
                 lambda i: (catalog.tracks(sort=sorts[i % 6], limit=50, columns=SHOWN),
                            catalog.count(cap=1000)), 60)  # fmt: skip
    starts = catalog.tracks("bpm:100..", sort="-added_at", columns=["title"]).index
    cursors = [str(i) for i in rng.choice(starts, 101)]
    for sort in ("-added_at", "tempo_bpm", "title"):
        report.timed(
            f"next page anywhere, by {sort}",
            lambda i, s=sort: catalog.document_page(None, s, 50, cursors[i], columns=SHOWN, cap=0),
            100,
            (3, 6),
        )
        report.timed(
            "  as a DataFrame",
            lambda i, s=sort: catalog.tracks(sort=s, limit=50, after=cursors[i], columns=SHOWN),
            100,
        )
    middle = catalog.count() // 100
    report.timed("jump to a page half-way",
                 lambda i: catalog.page(number=middle + i, columns=SHOWN), 10)  # fmt: skip
    facets(catalog, report)


def facets(catalog: Catalog, report: Report) -> None:
    def tenth(i: int) -> Filter:
        return Filter(energy=(0.4 + i / 1000, 0.4995 + i / 1000))

    assert 0.08 < catalog.count(tenth(3)) / catalog.count() <= 0.1001
    report.timed("facets under a filter that leaves a tenth",
                 lambda i: catalog.facets("genre", tenth(i)), 20, (60, 300))  # fmt: skip
    report.timed("facets under a filter that leaves little",
                 lambda i: catalog.facets("key", f'genre:"genre {i}" bpm:100..130'), 20,
                 (60, 300))  # fmt: skip
    broad = [Filter(energy=(0.1 + i / 100, None)) for i in range(21)]
    report.timed("facets under a broad filter",
                 lambda i: catalog.facets("genre", broad[i]), 20, (100, 300))  # fmt: skip
    report.timed("facets without a filter",
                 lambda i: catalog.facets(("genre", "key", "decade")[i % 3]), 20)  # fmt: skip
    report.timed("distribution under a broad filter",
                 lambda i: catalog.histogram("bpm", broad[i]), 20)  # fmt: skip


def searches(catalog: Catalog, report: Report) -> None:
    titles = list(catalog.tracks(sort="-added_at", limit=2_000, columns=["title"]).title)

    def misspelt(i: int) -> str:
        words = titles[i].split()
        return " ".join(w[:1] + w[2:3] + w[1:2] + w[3:] if len(w) > 3 else w for w in words)

    def search(words: str) -> None:
        catalog.tracks(words, limit=50, columns=SHOWN)

    report.timed("search, two words", lambda i: search(titles[i]), 60)
    report.timed("search, a word being typed", lambda i: search(titles[i][: 2 + i % 4]), 60)
    report.timed("search, two typos", lambda i: search(misspelt(i)), 60, (100, 300))


def neighbours(catalog: Catalog, ids: list[str], vectors: np.ndarray, report: Report) -> None:
    probe = np.random.default_rng(8).choice(len(ids), QUESTIONS + 1, replace=False)
    places = {track_id: place for place, track_id in enumerate(ids)}
    for place in np.random.default_rng(9).choice(len(ids), 400, replace=False):
        catalog.similar(ids[place])  # so that what is asked next is answered by a server in use
    questions = (
        ("similar", None, (10, 40)),
        ("similar inside a narrow filter", 'genre:"genre 7" bpm:90..130', (25, 150)),
        ("similar inside a middling filter", "bpm:120..128", (25, 150)),
        ("similar inside a broad filter", "energy:>0.3", (25, 150)),
    )
    for name, where, wanted in questions:
        found: dict[int, list[str]] = {}

        def ask(i: int, where: str | None = where, found: dict[int, list[str]] = found) -> None:
            near = catalog.similar(ids[probe[i]], 10, where, copies=True, columns=SHOWN)
            found[i] = list(near.index)

        report.timed(name, ask, len(probe) - 1, wanted)
        allowed = None
        if where:
            allowed = np.zeros(len(ids), bool)
            allowed[[places[i] for i in catalog.tracks(where, columns=["path"]).index]] = True
        truth = exact(vectors, probe, allowed)
        hits = sum(len({ids[j] for j in truth[i]} & set(found[i])) for i in found)
        recall = hits / (10 * len(found))
        report.line(f"  recall@10 of {name}", f"{recall:.4f}", recall, (0.99, 0.97), least=True)


def exact(vectors: np.ndarray, probe: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
    """Indices of the ten nearest by cosine, shape (probes, 10); in blocks, to spare memory."""
    queries = vectors[probe].astype(np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    scores = np.empty((len(probe), len(vectors)), np.float32)
    for start in range(0, len(vectors), 20_000):
        block = vectors[start : start + 20_000].astype(np.float32)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
        scores[:, start : start + len(block)] = queries @ block.T
    scores[np.arange(len(probe)), probe] = -2
    if allowed is not None:
        scores[:, ~allowed] = -2
    nearest = np.argpartition(-scores, 10, axis=1)[:, :10]
    return nearest


def frames(catalog: Catalog, report: Report) -> None:
    from sqlalchemy import text

    from audiolab.catalog.fields import COLUMNS

    columns = [c for c in COLUMNS if c not in ("tags", "tempo_alternatives")][:25]
    begin = time.perf_counter()
    frame = catalog.tracks(columns=columns)
    ours = time.perf_counter() - begin
    begin = time.perf_counter()
    query = f"SELECT id, {', '.join(columns)} FROM track ORDER BY added_at DESC"
    with catalog._database.read() as connection:
        pd.read_sql(text(query), connection)
    theirs = time.perf_counter() - begin
    begin = time.perf_counter()
    catalog.arrow(columns=columns)
    arrow = time.perf_counter() - begin
    figure = f"{ours:.2f} s, read_sql {theirs:.2f} s, Arrow {arrow:.2f} s: {theirs / ours:.1f} x"
    report.line(f"DataFrame of {frame.shape}", figure, theirs / ours, (2.5, 2.5), least=True)


PARTS = ("pages", "searches", "neighbours", "frames")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--data-dir", type=Path, help="keep the filled catalog here")
    parser.add_argument(
        "--only", default=",".join(PARTS), help="some of " + ", ".join(PARTS) + '; "" only fills'
    )
    arguments = parser.parse_args()
    folder = arguments.data_dir or Path(tempfile.mkdtemp(prefix="audiolab-benchmark-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    with Catalog.open(settings=load_settings(data_dir=folder)) as catalog:
        ask(catalog, arguments.tracks, arguments.only.split(","))
    stop_server(folder)
    if not arguments.data_dir:
        shutil.rmtree(folder)


def ask(catalog: Catalog, tracks: int, parts: list[str]) -> None:
    """Fill it, as far as it is not, and measure."""
    report = Report(tracks)
    if catalog.count() < tracks:
        rate = fill(catalog, tracks)
        name = "ingest with embedding and peaks"
        report.line(name, f"{rate:.0f} rows/s", rate, (3000, 2500), least=True)
    begin = time.perf_counter()
    catalog.maintain()
    print(f"{'maintenance':55s} {time.perf_counter() - begin:.0f} s", flush=True)
    if "pages" in parts:
        pages(catalog, np.random.default_rng(4), report)
    if "searches" in parts:
        searches(catalog, report)
    if "neighbours" in parts:
        neighbours(catalog, *filled(catalog, tracks), report)
    if "frames" in parts:
        frames(catalog, report)


if __name__ == "__main__":
    main()
