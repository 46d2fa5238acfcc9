"""Everything that may happen around a scan, one case after the other; a rerun must make it whole.

    python -m tests.benchmarks.faults_scan                  # all cases
    python -m tests.benchmarks.faults_scan clock signals    # some of them

Some need Linux and root: a small disk is mounted, a library read-only, a scan runs as another
user; `clock` needs the package faketime, `users` util-linux. Every case ends with the comparison,
row by row, of the catalog after a rerun with that of a scan that nobody disturbed.
"""

import argparse
import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np
import psutil

from audiolab import scan
from audiolab.analysis import run_stages
from audiolab.catalog.embedded import server_status, stop_server
from audiolab.config import Settings
from audiolab.scanner import run as run_module
from audiolab.scanner import worker
from tests.benchmarks.fault_library import (
    BAD_FILES,
    Library,
    library,
    render,
    same,
    workers_of,
)

FILES = 60
SECONDS = 50  # of music in each: the scan takes some while
NOBODY = 65534
HOOKED = ("crash", "abort", "sleep", "hog")


def told(*parts: object) -> None:
    """A line of the protocol."""
    print("   ", *parts, flush=True)


def wait_until(ready: Callable[[], object], seconds: float = 60.0) -> None:
    """Until it is so."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def under_way(music: Library, scanner: "subprocess.Popen[str]") -> None:
    """Until a scan has written its first results."""
    wait_until(lambda: server_status(music.data).pid is not None)
    with music.catalog() as catalog:
        wait_until(lambda: scanner.poll() is not None or catalog.count() > 0)
    assert scanner.poll() is None, "the scan is over already: give it more files"


def restart() -> None:
    """The database is restarted while files are analysed."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):  # fast, smart, immediate
            music.forget()
            scanner = music.start()
            under_way(music, scanner)
            server = server_status(music.data).pid
            assert server is not None
            os.kill(server, how)
            code = scanner.wait(300)
            told(how.name, "to the database: exit", code)
            assert code == 1
            same(music.rows(), truth)
            assert music.scan()["unchanged"] == FILES


def signals() -> None:
    """SIGINT once, twice, and SIGTERM."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        for times, kind in ((1, signal.SIGINT), (2, signal.SIGINT), (1, signal.SIGTERM)):
            music.forget()
            scanner = music.start()
            under_way(music, scanner)
            workers = workers_of(scanner.pid)
            begun = time.monotonic()
            for _ in range(times):
                scanner.send_signal(kind)
                time.sleep(0.2)
            code = scanner.wait(60)
            took = time.monotonic() - begun
            left = [worker for worker in workers if worker.is_running()]
            kept = len(music.rows())
            report = music.scan()
            told(
                f"{kind.name} × {times}: exit {code} after {took:.1f} s, {kept} files kept,",
                f"then {report['analysed']} analysed, {report['unchanged']} unchanged",
            )
            assert (code, left) == (130, [])
            same(music.rows(), truth)


def together() -> None:
    """Two scans of the same folder at once."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        music.forget()
        both = [music.start(), music.start()]
        said = [scanner.communicate(timeout=300)[1].strip() for scanner in both]
        codes = sorted(scanner.returncode for scanner in both)
        told("exits", codes, next(line for line in said if "scanned by" in line)[-120:])
        assert codes == [1, 2]
        same(music.rows(), truth)


def disk() -> None:
    """The data folder is full in the middle of a scan, which waits; Ctrl-C ends it at once."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        with mounted_disk(music, 220) as full:
            scanner, ballast = fill(music, full)
            scanner.send_signal(signal.SIGINT)
            _, said = scanner.communicate(timeout=60)
            told("exit", scanner.returncode, said.strip().splitlines())
            assert scanner.returncode == 130
            ballast.unlink()
            report = music.scan()
            told(f"then {report['analysed']} analysed, {report['unchanged']} unchanged")
            same(music.rows(), truth)


def disk_waits() -> None:
    """The same, but somebody makes room while the scan waits."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        with mounted_disk(music, 220) as full:
            scanner, ballast = fill(music, full)
            ballast.unlink()
            _, said = scanner.communicate(timeout=600)
            told("exit", scanner.returncode, said.strip().splitlines())
            assert scanner.returncode == 1
            same(music.rows(), truth)


def fill(music: Library, full: Path) -> "tuple[subprocess.Popen[str], Path]":
    """A scan that has been without room for a while, and what fills the disk."""
    music.scan("--dry-run")
    scanner = music.start()
    under_way(music, scanner)
    ballast = full / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as stream:
        while True:
            stream.write(bytes(1 << 12))
    time.sleep(10)
    assert scanner.poll() is None, scanner.communicate()
    return scanner, ballast


@contextmanager
def mounted_disk(music: Library, megabytes: int) -> Iterator[Path]:
    """A small disk for the data folder."""
    top = Path(tempfile.mkdtemp(prefix="audiolab-disk-", dir="/tmp"))
    size = f"size={megabytes}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", top], check=True)
    before, music.data = music.data, top / "data"
    try:
        yield top
    finally:
        stop_server(music.data)
        music.data = before
        subprocess.run(["umount", "--lazy", top], check=True)
        top.rmdir()


def read_only() -> None:
    """A library that cannot be written."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        music.forget()
        subprocess.run(["mount", "--bind", music.music, music.music], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", music.music], check=True)
            told(music.scan()["analysed"], "analysed")
        finally:
            subprocess.run(["umount", music.music], check=True)
        same(music.rows(), truth)
        assert music.scan()["unchanged"] == FILES


def away() -> None:
    """The library's disk is unmounted under a scan and comes back."""
    with library(FILES, seconds=SECONDS) as music:
        elsewhere = music.music.rename(music.music.with_name("elsewhere"))
        music.music.mkdir()
        bind = ["mount", "--bind", elsewhere, music.music]
        subprocess.run(bind, check=True)
        try:
            music.scan()
            truth = music.rows()
            music.forget()
            scanner = music.start()
            under_way(music, scanner)
            subprocess.run(["umount", "--lazy", music.music], check=True)
            time.sleep(6)
            subprocess.run(bind, check=True)
            _, said = scanner.communicate(timeout=300)
            told("exit", scanner.returncode, said.strip().splitlines())
            assert scanner.returncode == 1
            same(music.rows(), truth)
            subprocess.run(["umount", music.music], check=True)
            report = music.scan()
            told(f"an empty mount point: {report['missing']} missing")
            subprocess.run(bind, check=True)
            music.scan()
            same(music.rows(), truth)
        finally:
            subprocess.run(["umount", music.music], check=False)


def moving() -> None:
    """Files are deleted, replaced and written to while they are read."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        music.forget()
        kept = music.music.with_name("kept")
        shutil.copytree(music.music, kept)
        end = threading.Event()
        thread = threading.Thread(target=_meddle, args=(music.music, end))
        scanner = music.start()
        thread.start()
        out, said = scanner.communicate(timeout=300)
        end.set()
        thread.join()
        told("exit", scanner.returncode, out[:160])
        assert scanner.returncode in (0, 1), said
        shutil.rmtree(music.music)
        shutil.copytree(kept, music.music)
        music.scan()
        same(music.rows(), truth)


def _meddle(root: Path, end: threading.Event) -> None:
    chance, generator = random.Random(7), np.random.default_rng(7)
    files = [file for file in sorted(root.rglob("*")) if file.is_file()]
    while not end.wait(0.02):
        file = chance.choice(files)
        what = chance.randrange(4)
        if what == 0:
            file.unlink(missing_ok=True)
        elif what == 1:
            render(file.with_suffix(".tmp.wav"), generator, 2)
            file.with_suffix(".tmp.wav").replace(file)
        else:
            with file.open("ab") as stream:
                stream.write(chance.randbytes(5000))


def users() -> None:
    """Another user's scan: folders and files that it may not read."""
    with library(FILES, seconds=SECONDS) as music:
        music.data.mkdir()
        os.chown(music.data, NOBODY, NOBODY)
        music.data.chmod(0o755)
        as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        command = [*as_nobody, "env", f"HOME={music.data}", *music.command()]
        music.command = lambda *options, **more: [*command, *options]  # type: ignore[method-assign]
        music.scan()
        truth = music.rows()
        music.forget()
        (music.music / "0").chmod(0o000)
        (music.music / "1/1.flac").chmod(0o000)
        report = music.scan()
        told({(f["path"], f["reason"]) for f in report["failures"]}, report["skips"])
        (music.music / "0").chmod(0o755)
        (music.music / "1/1.flac").chmod(0o644)
        music.scan("--retry-failed")
        same(music.rows(), truth)


def names() -> None:
    """Names of any bytes, long ones, deep trees, links in circles."""
    with library(0) as music:
        top = os.fsencode(music.music)
        render(music.music / "tone.wav", np.random.default_rng(1), 3)
        content = (music.music / "tone.wav").read_bytes()
        odd = [b"new\nline.wav", b"quote'\"`$(id).wav", b"caf\xe9 \xff\xfe.wav", b"back\\slash.wav",
               b"tab\t\x1b[31m.wav", "e\u0301 \u202eflipped.wav".encode(),
               b" leading and last .wav", b"-rf.wav", b"%s {0} ;DROP TABLE track.wav",
               b"x" * 251 + b".wav",
               "𝄞".encode() * 62 + b"abc.wav"]  # fmt: skip
        for number, name in enumerate(odd):
            (music.music / os.fsdecode(name)).write_bytes(content + bytes([number]))
        for name in (b"d" * 10, b"e" * 30):  # the second: longer than the system can name at once
            bury(top, name, content)
        for link, target in (("loop", "."), ("up", ".."), ("self.wav", "self.wav"), ("to", "back")):
            (music.music / link).symlink_to(target)
        (music.music / "back").symlink_to("to")
        report = music.scan()
        reasons = {(f["path"][:30], f["reason"]) for f in report["failures"]}
        told(report["analysed"], "analysed;", reasons)
        told({(s["path"][:30], s["reason"]) for s in report["skips"]})
        assert report["analysed"] == len(odd) + 2
        truth = music.rows()
        again = music.scan()
        assert (again["analysed"], again["unchanged"]) == (0, len(odd) + 2), again
        music.forget()
        music.scan()
        same(music.rows(), truth)
        subprocess.run(["rm", "-rf", music.music], check=True)


def bury(top: bytes, name: bytes, content: bytes) -> None:
    """A file 200 folders deep."""
    folder = os.open(top, os.O_DIRECTORY)
    for _ in range(200):
        os.mkdir(name, dir_fd=folder)
        below = os.open(name, os.O_DIRECTORY, dir_fd=folder)
        os.close(folder)
        folder = below
    file = os.open(b"deep.wav", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
    os.write(file, content)
    os.close(file)
    os.close(folder)


def clock() -> None:
    """The clock is set back by a day while files are analysed, workers restarted, rows written."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        music.forget()
        stop_server(music.data)
        offset = music.data / "offset"
        offset.write_text("+0")
        library_path = (
            subprocess.run(
                ["faketime", "-f", "+0", "printenv", "LD_PRELOAD"],
                capture_output=True,
                text=True,
                check=True,
            )
            .stdout.strip()
            .replace("libfaketime.so", "libfaketimeMT.so")
        )
        environment = os.environ | {
            "LD_PRELOAD": library_path, "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_CACHE_DURATION": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
        }  # fmt: skip
        scanner = music.start(env=environment)
        under_way(music, scanner)
        offset.write_text("-1d")
        time.sleep(1.5)
        for victim in workers_of(scanner.pid):
            victim.kill()
        out, said = scanner.communicate(timeout=300)
        told("exit", scanner.returncode, out[:120], said.strip()[-200:])
        assert scanner.returncode == 1
        same(music.rows(), truth)
        report = music.scan(env=environment)
        assert report["unchanged"] == FILES, report
        with music.catalog() as catalog:
            assert set(catalog.jobs()["state"]) == {"completed"}
        stop_server(music.data)


def poison() -> None:
    """Files that crash their process, abort it, sleep for ever or take all memory."""
    with library(FILES, seconds=SECONDS) as music:
        for name in HOOKED:
            render(music.music / f"1/{name}.wav", np.random.default_rng(len(name)), 3)
        music.scan()
        truth = music.rows()
        music.forget()
        settings = Settings(data_dir=music.data, num_workers=2)
        before = run_module.Runner
        run_module.Runner = partial(before, work=poisoned, limit_seconds=8.0)  # type: ignore[misc]
        try:
            report = scan(music.music, settings=settings, stages=["tags", "signal"])
        finally:
            run_module.Runner = before
        reasons = {Path(f.path).stem: f.reason for f in report.failures}
        told(reasons)
        assert set(reasons) == {*HOOKED, "empty", "diary"}, reasons
        assert report.analysed == FILES
        again = music.scan()
        assert (again["analysed"], again["failed"]) == (0, len(HOOKED) + BAD_FILES)
        music.scan("--retry-failed")
        same(music.rows(), truth)


def poisoned(work: worker.Work) -> worker.FileResult:
    """What some files do to a worker. Runs there."""
    name = Path(work.path).stem
    if name == "crash":
        ctypes.string_at(0)
    elif name == "abort":
        os.abort()
    elif name == "sleep":
        return worker.process(work, lambda *_: time.sleep(3600))  # type: ignore[arg-type,return-value]
    elif name == "hog":
        hoard = []
        while True:
            hoard.append(np.ones(10_000_000))
    return worker.process(work, run_stages)


def scheduler() -> None:
    """A cluster of somebody else: its scheduler is killed, then one worker, then all."""
    with library(FILES, seconds=SECONDS) as music:
        music.scan()
        truth = music.rows()
        for victim in ("scheduler", "worker", "workers"):
            music.forget()
            port = free_port()
            address = f"tcp://127.0.0.1:{port}"
            with outside_cluster(port) as processes:
                scanner = music.start("--scheduler", address)
                under_way(music, scanner)
                doomed = {"scheduler": processes[:1], "worker": processes[1:2]}
                for process in doomed.get(victim, processes[1:]):
                    for child in psutil.Process(process.pid).children(recursive=True):
                        child.kill()
                    if victim == "scheduler":
                        process.kill()
                begun = time.monotonic()
                _, said = scanner.communicate(timeout=300)
                told(f"{victim} killed: exit {scanner.returncode} after "
                     f"{time.monotonic() - begun:.0f} s:", said.strip()[-200:])  # fmt: skip
                assert scanner.returncode == (2 if victim == "scheduler" else 1)
            music.scan()
            same(music.rows(), truth)


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def outside_cluster(port: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """A scheduler and two workers, as dask's own commands start them."""
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    quiet = subprocess.DEVNULL
    commands = [
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        *[[*dask, "worker", address, "--nthreads", "1", "--no-dashboard"]] * 2,
    ]
    with tempfile.TemporaryDirectory() as folder:
        processes = [
            subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder)
            for command in commands
        ]
        try:
            yield processes
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


CASES = (
    restart, signals, together, disk, disk_waits, read_only, away, moving, users, names, clock,
    poison, scheduler,
)  # fmt: skip


def main() -> None:
    """Run what was asked for."""
    known = {case.__name__: case for case in CASES}
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="*", choices=[*known, []])
    for name in parser.parse_args().cases or known:
        begun = time.monotonic()
        print(f"{name}: {(known[name].__doc__ or '').strip()}", flush=True)
        known[name]()
        told(f"a rerun is equal ({time.monotonic() - begun:.0f} s)")


if __name__ == "__main__":
    main()
