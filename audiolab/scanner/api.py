"""`scan`: the one call that brings a catalog up to date with folders."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.analysis import EVERY_STAGE, Installed, default_stages, find_installed, stage_versions
from audiolab.catalog import Catalog
from audiolab.config import Settings, load_settings
from audiolab.errors import ScanError
from audiolab.scanner.interrupt import Interruption
from audiolab.scanner.job import Hands, RootScan
from audiolab.scanner.model import Options, Task
from audiolab.scanner.progress import Observer, ProgressBar, Silent
from audiolab.scanner.report import ScanReport
from audiolab.scanner.roots import check_apart, check_inside, resolve_roots
from audiolab.scanner.spool import Records

if TYPE_CHECKING:
    from distributed import Client

    from audiolab.scanner.probe import Weights

WORKER_LOG = "scan-workers.log"


def scan(
    *paths: str | Path,
    catalog: Catalog | None = None,
    progress: bool | Observer = False,
    workers: int | None = None,
    scheduler: str | None = None,
    recursive: bool = True,
    stages: Sequence[str] | None = None,
    force: bool = False,
    retry_failed: bool = False,
    prune: bool = False,
    dry_run: bool = False,
    library_only: bool = False,
    settings: Settings | None = None,
    job: str | None = None,
) -> ScanReport:
    """Bring the catalog up to date with one or more folders.

    Only what is new, changed or out of date is listened to. A file that cannot be analysed is a
    line in the report and in the catalog's ledger, never an exception. Stopped at any moment, a
    second scan goes on where the first one was.

    Parameters
    ----------
    *paths : str or Path
        Folders, or URLs of remote ones (``s3://bucket/music``, ``sftp://user@host/music``); by
        default those of ``AUDIOLAB_LIBRARY_PATH``.
    catalog : Catalog or None
        Where the results go; None opens the default catalog.
    progress : bool or Observer
        True shows a bar; an observer is told what happens.
    workers : int or None
        Processes; by default ``AUDIOLAB_NUM_WORKERS`` or one per core, never more than files.
    scheduler : str or None
        Address of a running dask scheduler to use instead of processes of our own; by default
        ``AUDIOLAB_SCHEDULER``.
    recursive : bool
        Whether to look into the folders below.
    stages : sequence of str or None
        What to run: some of "tags", "signal", "networks", "affect", "clap"; None is the first two,
        and "networks" where they are installed.
    force : bool
        Analyse again what is up to date.
    retry_failed : bool
        Try again what failed before and has not changed.
    prune : bool
        Remove tracks whose file is gone, with all that is known of them.
    dry_run : bool
        Only say what would be done.
    library_only : bool
        Refuse folders that are not in ``AUDIOLAB_LIBRARY_PATH``, and skip links that lead out of
        it.
    settings : Settings or None
        None reads them from the environment.
    job : str or None
        The waiting job that this is (`audiolab.scanner.start_detached` made it); one folder then.

    Returns
    -------
    ScanReport

    Raises
    ------
    ScanError
        If a path is not a folder, folders overlap, or the processes cannot be started.
    OutsideLibraryError
        If `library_only` and a path is not in the library.
    RootBusyError
        If another scan holds the folder.
    DatabaseError
        If the catalog cannot be reached; scanning again goes on.

    Examples
    --------
    >>> from audiolab import scan
    >>> report = scan("~/Music", workers=1)
    >>> report.found, report.failed
    (1, 0)
    """
    settings = settings or load_settings()
    roots = resolve_roots(paths or settings.library_path)
    fence = tuple(folder.resolve() for folder in settings.library_path) if library_only else ()
    if library_only:
        for root in roots:
            check_inside(root, fence)
    networks = find_installed(settings)
    chosen = default_stages(networks) if stages is None else _in_order(stages, networks)
    versions = stage_versions(networks)
    options = Options(chosen, versions, recursive, force, retry_failed, prune, fence, networks)
    address = None if dry_run else scheduler or settings.scheduler
    with ExitStack() as stack:
        client = stack.enter_context(_joined(address)) if address else None
        crew = _Crew(
            workers or settings.num_workers, client, settings.data_dir, settings.library_path
        )
        cat = catalog or stack.enter_context(Catalog.open(settings=settings))
        for root in roots:
            check_apart(root, [known.address for known in cat.roots()])
        observer = stack.enter_context(_observer(progress))
        interruption = stack.enter_context(Interruption())
        total = ScanReport(dry_run=dry_run)
        for root in roots:
            scan_of = RootScan(cat, root, options, crew, observer, interruption, job, crew.check)
            total += scan_of.dry_run() if dry_run else scan_of.run()
            if total.interrupted:
                break
        return total


def _in_order(stages: Sequence[str], networks: Installed) -> tuple[str, ...]:
    """The stages in the order in which they run.

    Raises
    ------
    ScanError
        If one does not exist, or its networks are not installed.
    """
    if not stages:
        raise ScanError(f"no stage to run: expected some of {', '.join(EVERY_STAGE)}")
    stages = [stages] if isinstance(stages, str) else stages
    for stage in stages:
        if stage not in EVERY_STAGE:
            raise ScanError(f"unknown stage {stage!r}: expected some of {', '.join(EVERY_STAGE)}")
        if stage not in stage_versions(networks):
            found = f" ({networks.problems[0]})" if networks.problems else ""
            raise ScanError(
                f"the stage {stage!r} needs networks that are not installed{found}: "
                f"audiolab models download {stage}"
            )
    return tuple(stage for stage in EVERY_STAGE if stage in stages)


@contextmanager
def _observer(progress: bool | Observer) -> Iterator[Observer]:
    if progress is True:
        with ProgressBar() as bar:
            yield bar
    else:
        yield progress or Silent()


@contextmanager
def _joined(scheduler: str) -> Iterator["Client"]:
    """A cluster that runs already: asked at once, as a walk may take hours."""
    from audiolab.scanner.fleet import existing_cluster  # dask takes a second to load

    with existing_cluster(scheduler) as client:
        yield client


@dataclass(frozen=True)
class _Crew:
    """Starts a cluster when the first file is to be analysed, or uses the one that it is given."""

    workers: int | None
    client: "Client | None"
    data_dir: Path
    library: tuple[Path, ...]

    def check(self) -> None:
        """Refuse a cluster that has gone meanwhile."""
        if self.client is not None and self.client.status == "closed":
            from audiolab.scanner.flight import LOST

            raise ScanError(LOST)

    @contextmanager
    def __call__(
        self, root: str, tasks: Records[Task], options: Options, note: Callable[[str], None]
    ) -> Iterator[Hands]:
        from audiolab.scanner import cluster, fleet  # dask takes a second to load

        if self.client is not None:
            weights = _weights(options.networks, {s for task in tasks for s in task.stages})
            probe = fleet.probe_for(root, self.library, tasks, weights)
            helpers = fleet.Fleet(self.client, probe, note)
            helpers.require()
            yield self.client, helpers.threads
        else:
            workers = min(self.workers or cluster.default_workers(), len(tasks))
            log_file = self.data_dir / "logs" / WORKER_LOG
            log_file.parent.mkdir(parents=True, exist_ok=True)
            scratch = self.data_dir / "scratch"
            with cluster.local_cluster(workers, log_file, scratch) as client:
                yield client, None


def _weights(networks: Installed, stages: set[str]) -> "list[Weights]":
    """The files that these stages read."""
    from audiolab.scanner.probe import Weights

    return [
        Weights(str(network.file.path), network.file.sha256)
        for found in networks.stages
        if found.stage in stages
        for network in (found.backbone, *found.heads)
    ]
