"""How fast the HTTP API answers, and whether it still does when somebody leans on it.

    python -m tests.benchmarks.api --tracks 100000
    python -m tests.benchmarks.api --data-dir /var/tmp/hundred --only pages,clients

Starts the dashboard as a process of its own over a synthetic library (that of
`tests.benchmarks.catalog`; a data folder that is given is kept, and asked again without filling it
anew), and asks it over loopback: different pages of 50 tracks one after another; the same by 8
clients at once; one large file whole, by one listener and by 8; then pages while 500 connections
dribble a header byte by byte and 200 listeners hardly read what they asked for. Clients are
processes of their own. Prints p50 and p95 in milliseconds, requests and megabytes a second, and the
server's peak memory, beside what is wanted.
"""

import argparse
import http.client
import multiprocessing
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np
import pandas as pd

from audiolab import Catalog
from audiolab.catalog.embedded import stop_server
from audiolab.config import load_settings
from tests.benchmarks.catalog import GENRES, fill
from tests.server.running_dashboard import TOKEN, start

SORTS = ("-added_at", "tempo_bpm", "-energy", "title", "artist", "key")
CLIENTS = 8
PAGES = 400
SECONDS = 8.0
FILE_BYTES = 512 * 1024**2
ROOT = "/audiolab"
DRIBBLERS, LISTENERS = 500, 200
LOGIN = {"Authorization": f"token {TOKEN}"}


@dataclass(frozen=True)
class Address:
    """Where the server is."""

    host: str
    port: int

    def line(self) -> http.client.HTTPConnection:
        """A connection that is kept."""
        return http.client.HTTPConnection(self.host, self.port, timeout=60)


def page(number: int) -> str:
    """Address of a page of 50 tracks, each time another question."""
    low = 80 + number % 60
    queries = (
        "",
        f'genre:"{GENRES[number % 80]}" bpm:{low}..{low + 20}',
        f"energy:0.{number % 9}..1",
    )
    said = {"q": queries[number % 3], "sort": SORTS[number % 6], "limit": 50}
    return f"{ROOT}/api/tracks?{urlencode(said)}"


def get(line: http.client.HTTPConnection, path: str) -> bytes:
    """What is answered, as it should be."""
    line.request("GET", path, headers=LOGIN)
    answer = line.getresponse()
    content = answer.read()
    assert answer.status == 200, (path, answer.status, content[:200])
    return content


def timed(address: Address, numbers: range) -> list[float]:
    """Milliseconds of each page."""
    line, took = address.line(), []
    for number in numbers:
        begin = time.perf_counter()
        get(line, page(number))
        took.append(1e3 * (time.perf_counter() - begin))
    line.close()
    return took


def busy(address: Address, seed: int, seconds: float) -> list[float]:
    """Milliseconds of pages asked for without a pause."""
    line, took, number = address.line(), [], 1000 * seed
    end = time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        get(line, page(number))
        took.append(1e3 * (time.perf_counter() - begin))
        number += 1
    return took


def listen(address: Address, track: str, seconds: float) -> int:
    """Bytes of a file that come within some seconds."""
    read, buffer = 0, memoryview(bytearray(1024**2))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        line = address.line()
        line.request("GET", f"{ROOT}/stream/{track}", headers=LOGIN)
        answer = line.getresponse()
        assert answer.status == 200, answer.status
        while (some := answer.readinto(buffer)) and time.perf_counter() < end:
            read += some
        line.close()
    return read


def report(name: str, figure: str, *, good: bool | None = None, wanted: str = "") -> None:
    """A line."""
    verdict = f"   wanted {wanted}{'' if good else '   MISSED'}" if wanted else ""
    print(f"{name:45s} {figure}{verdict}", flush=True)


def report_times(name: str, took: list[float], wanted: float | None = None) -> None:
    """A line of p50 and p95."""
    p50, p95 = np.percentile(took, [50, 95])
    report(
        name, f"p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   max {max(took):6.1f} ms",
        good=wanted is None or p95 <= wanted, wanted="" if wanted is None else f"{wanted:g} ms",
    )  # fmt: skip


def pages(address: Address, track: str, clients: "multiprocessing.pool.Pool") -> None:
    """One client, one page after another."""
    timed(address, range(30))
    report_times("page of 50, one client", timed(address, range(100, 100 + PAGES)), 20)


def together(address: Address, track: str, clients: "multiprocessing.pool.Pool") -> None:
    """Eight clients that never pause."""
    said = clients.starmap(busy, [(address, seed, SECONDS) for seed in range(CLIENTS)])
    took = [one for each in said for one in each]
    rate = len(took) / SECONDS
    report(
        f"pages of 50, {CLIENTS} clients", f"{rate:.0f} requests/s", good=rate >= 200, wanted="200"
    )
    report_times("  each", took)


def streams(address: Address, track: str, clients: "multiprocessing.pool.Pool") -> None:
    """A large file, by one and by eight."""
    for number in (1, CLIENTS):
        read = clients.starmap(listen, [(address, track, SECONDS / 2)] * number)
        rate = sum(read) / 1e6 / (SECONDS / 2)
        name = f"streaming, {number} listener{'s' if number > 1 else ''}"
        report(name, f"{rate:.0f} MB/s", good=rate >= 200, wanted="200")


@contextmanager
def leaning(address: Address, track: str) -> Iterator[None]:
    """Connections that dribble a header, and listeners that hardly read."""
    stop, dribbling = threading.Event(), []
    with ExitStack() as lines:
        for _ in range(DRIBBLERS):
            line = lines.enter_context(socket.create_connection((address.host, address.port)))
            line.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
            dribbling.append(line)
        listening = [lines.enter_context(_listener(address, track)) for _ in range(LISTENERS)]

        def dribble() -> None:
            while not stop.wait(1):
                for line in dribbling:
                    line.send(b"a")
                for line in listening:
                    line.recv(20_000)  # 160 kbit/s, as a player does

        thread = threading.Thread(target=dribble)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _listener(address: Address, track: str) -> socket.socket:
    line = socket.create_connection((address.host, address.port))
    said = f"GET {ROOT}/stream/{track} HTTP/1.1\r\nHost: x\r\nAuthorization: token {TOKEN}\r\n\r\n"
    line.sendall(said.encode())
    return line


def crowd(address: Address, track: str, clients: "multiprocessing.pool.Pool") -> None:
    """Pages while others lean on the server."""
    with leaning(address, track):
        took = timed(address, range(600, 600 + PAGES))
    name = f"page, {DRIBBLERS} dribbling, {LISTENERS} listening"
    report_times(name, took, 100)


PARTS: dict[str, Callable[..., None]] = {
    "pages": pages, "clients": together, "streams": streams, "crowd": crowd,
}  # fmt: skip


@contextmanager
def large_file(catalog: Catalog, folder: Path) -> Iterator[str]:
    """Id of a track whose file is large."""
    folder.mkdir(exist_ok=True)
    path = folder / "long.wav"
    with path.open("wb") as file:
        for _ in range(FILE_BYTES // 1024**2):
            file.write(bytes(1024**2))
    frame = pd.DataFrame({"path": [path.name], "title": ["Long"], "format": ["wav"]})
    yield str(catalog.add(frame, root=str(folder))[0])
    for root in catalog.roots():  # the library becomes as it was
        if root.path == str(folder):
            catalog.remove_root(root)
    path.unlink()


def peak_megabytes(process: int) -> float:
    """Of a process so far (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """All of it, or some."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--data-dir", type=Path, help="keep the filled catalog here")
    parser.add_argument("--only", default=",".join(PARTS), help="some of " + ", ".join(PARTS))
    arguments = parser.parse_args()
    data = arguments.data_dir or Path(tempfile.mkdtemp(prefix="audiolab-api-"))
    data.mkdir(exist_ok=True)
    data.chmod(0o755)
    with Catalog.open(settings=load_settings(data_dir=data)) as catalog:
        if catalog.count() < arguments.tracks:
            fill(catalog, arguments.tracks)
            catalog.maintain()
        with large_file(catalog, data / "media") as track:
            _ask(data, track, arguments.only.split(","))
    stop_server(data)
    if not arguments.data_dir:
        shutil.rmtree(data)


def _ask(data: Path, track: str, parts: list[str]) -> None:
    process, said = start(data, AUDIOLAB_TOKEN=TOKEN)
    where = urlsplit(said)
    address = Address(str(where.hostname), int(where.port or 0))
    try:
        time.sleep(5)  # its first kernel is being heated
        with multiprocessing.get_context("spawn").Pool(CLIENTS) as clients:
            clients.map(abs, range(CLIENTS))
            for part in parts:
                PARTS[part](address, track, clients)
        report("peak memory of the server", f"{peak_megabytes(process.pid):.0f} MB")
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
