"""A cluster of somebody else: workers that see the library elsewhere, or not at all."""

import hashlib
import os
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster, Nanny, Scheduler, SpecCluster, Worker

from audiolab import Catalog, scan
from audiolab.analysis import STAGE_VERSIONS, Installed, StageOutcome, find_installed
from audiolab.config import Settings
from audiolab.errors import ScanError
from audiolab.scanner import worker
from audiolab.scanner.fleet import Fleet, existing_cluster, probe_for
from audiolab.scanner.model import Task
from audiolab.scanner.probe import Weights, find_base
from audiolab.scanner.run import Runner
from audiolab.scanner.worker import process

from .conftest import tone
from .test_networks import STAND_INS

FAR = Path("/mnt/far/music")


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first worker has the library."""
    folder = tmp_path_factory.mktemp("mounted")
    for number in range(6):
        tone(folder / f"music/{number}.wav", seconds=0.2, hz=200 + number)
    return folder


@pytest.fixture(scope="module")
def address(mounted: Path) -> Iterator[str]:
    """A scheduler, a worker that sees the library elsewhere, and one that does not see it."""
    environments = [{"AUDIOLAB_LIBRARY_PATH": str(mounted)}, {"AUDIOLAB_LIBRARY_PATH": ""}]
    workers = {
        number: {"cls": Nanny, "options": {"nthreads": 1, "env": environment}}
        for number, environment in enumerate(environments)
    }
    scheduler = {"cls": Scheduler, "options": {"dashboard": False, "host": "127.0.0.1", "port": 0}}
    with SpecCluster(workers, scheduler, silence_logs=50) as cluster:
        yield cluster.scheduler_address


def tasks(folder: Path) -> list[Task]:
    return [
        Task(file.name, file.stat().st_size, file.stat().st_mtime_ns, ("tags",), "new")
        for file in sorted(folder.iterdir())
    ]


def mark(stages: tuple[str, ...], file: str, networks: Installed) -> tuple[StageOutcome, ...]:
    """Tells where the file was found. Runs in the workers."""
    return (StageOutcome("tags", "1", "failed", file, 0.0, None),)


def test_a_root_is_found_where_a_worker_has_it(address: str, mounted: Path) -> None:
    todo = tasks(mounted / "music")
    probe = probe_for(str(FAR), [FAR.parent], todo, [])
    notes: list[str] = []
    with Client(address, set_as_default=False) as client:
        fleet = Fleet(client, probe, notes.append)
        fleet.require()
        assert list(fleet.threads().values()) == [1]
        work = partial(process, run=mark)
        runner = Runner(client, str(FAR), helpers=fleet.threads, work=work)
        results = [outcome for outcome in runner.results(todo) if outcome is not None]
    found = {result.outcomes[0].reason for _, result in results}
    assert found == {str(mounted / "music" / task.path) for task in todo}
    assert len(notes) == 1
    assert "1 of 2 workers left out" in notes[0]
    assert f"it does not see {FAR}" in notes[0]


def test_a_worker_that_is_restarted_is_looked_at_again(address: str, mounted: Path) -> None:
    todo = tasks(mounted / "music")
    with Client(address, set_as_default=False) as client:
        fleet = Fleet(client, probe_for(str(FAR), [FAR.parent], todo, []), lambda note: None)
        before = list(fleet.wait(60))
        client.restart_workers(before, timeout=60)
        after = list(fleet.wait(60))
    assert len(after) == 1
    assert after != before


def test_a_cluster_that_sees_nothing_is_one_line(address: str, mounted: Path) -> None:
    todo = [Task("absent.wav", 1, 1, ("tags",), "new")]
    with Client(address, set_as_default=False) as client:
        fleet = Fleet(client, probe_for(str(FAR), [], todo, []), lambda note: None)
        with pytest.raises(ScanError, match=r"none of the 2 workers can help; .* does not see"):
            fleet.require()


def test_weights_that_a_worker_lacks_are_sent(
    address: str, mounted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the workers are in another folder
    content = os.urandom(100_000)
    Path("discogs.onnx").write_bytes(content)
    lacking = Weights("discogs.onnx", hashlib.sha256(content).hexdigest())
    present = Weights(str(tmp_path / "discogs.onnx"), lacking.sha256)
    probe = probe_for(str(mounted / "music"), [], tasks(mounted / "music"), [lacking, present])
    with Client(address, set_as_default=False) as client:
        fleet = Fleet(client, probe, pytest.fail)
        assert len(fleet.wait(60)) == 2
        for places in client.run(weights_there).values():
            assert places[present.path] == present.path
            assert places[lacking.path].endswith("audiolab-weights/discogs.onnx")
            assert Path(places[lacking.path]).read_bytes() == content


def weights_there() -> dict[str, str]:
    """Runs in the workers."""
    return {str(path): str(here) for path, here in worker._weights.items()}


def test_networks_are_read_where_this_process_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(models_dir=STAND_INS, allow_unverified_models=True)
    installed = find_installed(settings)
    monkeypatch.setattr(worker, "_weights", {})
    worker.place_weights(str(installed.stages[0].backbone.file.path), Path("/elsewhere/b.onnx"))
    moved = worker._located(installed)
    assert moved.stages[0].backbone.file.path == Path("/elsewhere/b.onnx")
    assert moved.versions == installed.versions
    assert moved.stages[0].heads == installed.stages[0].heads
    worker._located.cache_clear()


def test_workers_of_another_version_are_left_out(
    address: str, mounted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STAGE_VERSIONS, "signal", "99")
    with Client(address, set_as_default=False) as client:
        probe = probe_for(str(mounted / "music"), [], tasks(mounted / "music"), [])
        with pytest.raises(ScanError, match=r"it runs audiolab .*signal 99.*: install the same"):
            Fleet(client, probe, lambda note: None).require()


def test_a_scan_uses_an_existing_cluster(
    address: str, mounted: Path, catalog: Catalog, database_url: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url)
    report = scan(
        mounted / "music", catalog=catalog, settings=settings, scheduler=address, stages=["tags"]
    )
    assert (report.analysed, report.failed) == (6, 0)


def test_the_library_may_lie_deeper_on_either_side(tmp_path: Path) -> None:
    tone(tmp_path / "nas/band/a.wav")
    size = (tmp_path / "nas/band/a.wav").stat().st_size
    todo = [Task("a.wav", size, 1, ("tags",), "new"), Task("gone.wav", 1, 1, ("tags",), "new")]
    inside = probe_for("/srv/Music/band", [Path("/srv/Music")], todo, [])
    assert find_base(inside, (tmp_path, tmp_path / "nas")) == str(tmp_path / "nas/band")
    alone = probe_for("/srv/band", [], todo, [])
    assert find_base(alone, (tmp_path / "nas/band",)) == str(tmp_path / "nas/band/")
    assert find_base(alone, ()) is None


def test_a_scheduler_that_dies_is_one_line(mounted: Path) -> None:
    options = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1", "port": 0}
    spec = {"cls": Scheduler, "options": options}
    helper = {"cls": Worker, "options": {"nthreads": 1}}
    todo = [Task(f"{n}.wav", 10**12, 1, ("tags",), "new") for n in range(200)]
    with dask.config.set({"distributed.comm.timeouts.connect": "2s"}):
        cluster = SpecCluster({0: helper}, spec, silence_logs=50)
        client = Client(cluster.scheduler_address, set_as_default=False)
        runner = Runner(client, str(mounted / "music"), work=partial(process, run=mark))
        results = runner.results(todo)
        next(results)
        cluster.close()
        with pytest.raises(ScanError, match="the dask scheduler went away: scan again to go on"):
            list(results)
        probe = probe_for(str(mounted / "music"), [], todo, [])
        with pytest.raises(ScanError, match="the dask scheduler went away"):
            Fleet(client, probe, pytest.fail).require()
        client.close(timeout=10)


def test_an_adaptive_cluster_starts_workers_for_the_scan_and_ends_them(mounted: Path) -> None:
    todo = tasks(mounted / "music")
    with (
        LocalCluster(
            n_workers=0, threads_per_worker=1, processes=False, dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        cluster.adapt(minimum=0, maximum=2, interval="100ms", wait_count=2)
        fleet = Fleet(client, probe_for(str(mounted / "music"), [], todo, []), pytest.fail)
        fleet.require()
        runner = Runner(
            client, str(mounted / "music"), helpers=fleet.threads, work=partial(process, run=linger)
        )
        results = [outcome for outcome in runner.results(todo) if outcome is not None]
        deadline = time.monotonic() + 30
        while client.nthreads() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert client.nthreads() == {}
    assert sorted(task.path for task, _ in results) == sorted(task.path for task in todo)


def linger(stages: tuple[str, ...], file: str, networks: Installed) -> tuple[StageOutcome, ...]:
    """Runs in the workers."""
    time.sleep(0.3)
    return mark(stages, file, networks)


def test_another_kind_of_connection_is_one_line(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        dask.config.set({"distributed.comm.require-encryption": True}),
        pytest.raises(ScanError, match="wants another kind of connection: use tls://"),
        existing_cluster(address),
    ):
        pass
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setattr("audiolab.scanner.fleet.CONNECT_SECONDS", 1)
        with (
            pytest.raises(ScanError, match="is no dask scheduler"),
            existing_cluster(f"tcp://127.0.0.1:{mute.getsockname()[1]}"),
        ):
            pass
