"""A cluster that runs already: which of its workers can help, and where they see the library.

A worker helps if it runs the same audiolab and finds the files: under the same path, or below one
of the folders in its own ``AUDIOLAB_LIBRARY_PATH``. A few files of the plan are the probe. Network
weights that it does not have in its own ``AUDIOLAB_MODELS_DIR`` are sent. Workers that cannot help
are left out, and named with the reason. Encryption is dask's own matter: whatever
``distributed.comm.tls`` is configured to (DASK_DISTRIBUTED__COMM__TLS__...) is used.
"""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from distributed import Client, Future, KilledWorker
from distributed.comm.addressing import get_address_host_port
from distributed.comm.core import connect
from distributed.security import Security

from audiolab.catalog.paths import is_url
from audiolab.errors import ScanError
from audiolab.scanner.cluster import quiet
from audiolab.scanner.flight import LOST
from audiolab.scanner.model import Task
from audiolab.scanner.probe import Probe, Verdict, Weights, fingerprint, look, receive
from audiolab.scanner.spool import Records, sample

CONNECT_SECONDS = 15
PROBE_FILES = 5
REQUIRE_SECONDS = 60.0
TICK_SECONDS = 0.1
ANYBODY = ""


class Fleet:
    """The workers of a cluster that can help with one root.

    Each is looked at by a task of its own, like any other work: an adaptive cluster starts workers
    for tasks, and takes them away again when they have none.

    Parameters
    ----------
    client : distributed.Client
    probe : Probe
    note : callable
        Told once of each reason why workers are left out.
    """

    def __init__(self, client: Client, probe: Probe, note: Callable[[str], None]) -> None:
        self._client = client
        self._probe = probe
        self._note = note
        self._verdicts: dict[str, Verdict] = {}
        self._looks: dict[str, Future[tuple[str, Verdict]]] = {}
        self._looked = 0
        self._shipped: set[str] = set()

    def threads(self) -> dict[str, int]:
        """Address -> threads of those that can help; new ones are being looked at.

        Raises
        ------
        ScanError
            If the scheduler was lost.
        """
        try:
            present: dict[str, int] = self._client.nthreads()
        except (OSError, RuntimeError) as error:  # the latter of a client that has given up
            raise ScanError(LOST) from error
        self._judge(present)
        for address in present or (ANYBODY,):
            if address not in self._verdicts and address not in self._looks:
                self._looks[address] = self._look(address)
        return {a: n for a, n in present.items() if a in self._verdicts and self._can_help(a)}

    def require(self) -> None:
        """Refuse a cluster of which no worker can help.

        Raises
        ------
        ScanError
            With the reason of one of them.
        """
        if self.wait(REQUIRE_SECONDS) or not self._verdicts or self._looks:
            return  # those that come later, or have no time now, may be of help
        address, verdict = next(iter(self._verdicts.items()))
        raise ScanError(
            f"none of the {len(self._verdicts)} workers can help; {address}: {verdict.problem}"
        )

    def wait(self, seconds: float) -> dict[str, int]:
        """`threads`, once all that are there have been looked at, or so much time has passed."""
        end = time.monotonic() + seconds
        while True:
            helpers = self.threads()
            if set(self._looks) <= {ANYBODY} or time.monotonic() > end:
                return helpers
            time.sleep(TICK_SECONDS)

    def _can_help(self, address: str) -> bool:
        return self._verdicts[address].problem is None

    def _look(self, address: str) -> "Future[tuple[str, Verdict]]":
        self._looked += 1
        return self._client.submit(
            look, self._probe, key=f"audiolab-look-{id(self):x}-{self._looked}", pure=False,
            workers=None if address == ANYBODY else [address],
        )  # fmt: skip

    def _judge(self, present: Collection[str]) -> None:
        """Take what the looks have brought; those at workers that have gone are forgotten."""
        left_out: Counter[str] = Counter()
        examples: dict[str, str] = {}
        for asked, future in list(self._looks.items()):
            if future.done() or (asked != ANYBODY and asked not in present):
                del self._looks[asked]
                address, verdict = self._answer(asked, future)
                if verdict is not None:
                    self._verdicts[address] = verdict
                    if verdict.problem:
                        left_out[verdict.problem] += 1
                        examples[verdict.problem] = address
        for problem, count in left_out.items():
            self._note(
                f"{count} of {len(present)} workers left out, e.g. {examples[problem]}: {problem}"
            )

    def _answer(
        self, asked: str, future: "Future[tuple[str, Verdict]]"
    ) -> tuple[str, Verdict | None]:
        """Which worker answered, and what; None for one that is to be asked again."""
        if future.status == "finished":
            address, verdict = future.result()
            return address, self._ship(address, verdict) if verdict.lacks else verdict
        error = future.exception() if future.status == "error" else None
        if error is None or isinstance(error, KilledWorker) or asked == ANYBODY:
            future.cancel()
            return asked, None
        return asked, Verdict(f"audiolab is not usable there ({error!r})")

    def _ship(self, address: str, verdict: Verdict) -> Verdict | None:
        """Send weights to a worker that lacks them; then it is to be asked again."""
        if address in self._shipped:
            return Verdict(f"it did not keep the weights {Path(verdict.lacks[0].path).name}")
        self._shipped.add(address)
        for weights in verdict.lacks:
            content = Path(weights.path).read_bytes()
            self._client.run(receive, weights, content, workers=[address], on_error="return")
        return None


@contextmanager
def existing_cluster(address: str) -> Iterator[Client]:
    """A client of a running dask scheduler.

    Raises
    ------
    ScanError
        If the address is none, or the scheduler does not answer.
    """
    try:
        place = get_address_host_port(address)
    except ValueError as error:
        raise ScanError(
            f"expected a dask scheduler's address like tcp://10.0.0.5:8786, got {address!r}"
        ) from error
    try:
        # dask itself would ask again and again, and leave a client that waits when it is deleted.
        socket.create_connection(place, CONNECT_SECONDS).close()
    except OSError as error:
        raise ScanError(
            f"no dask scheduler answers at {address}: "
            "start one (dask scheduler) or scan without --scheduler"
        ) from error
    _greet(address)
    with (
        quiet("distributed", "distributed.client", "asyncio", "tornado"),  # we say it
        Client(address, timeout=CONNECT_SECONDS, set_as_default=False) as client,
    ):
        yield client


def _greet(address: str) -> None:
    """Shake hands as a client does, in a thread: a notebook has an event loop of its own."""

    async def greet() -> None:
        arguments = Security().get_connection_args("client")
        shaken = connect(address, timeout=CONNECT_SECONDS, **arguments)
        comm = await asyncio.wait_for(shaken, CONNECT_SECONDS)  # who is mute is waited for else
        comm.abort()

    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, greet()).result()
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        raise ScanError(
            f"what listens at {address} is no dask scheduler, or one that wants another kind of "
            "connection: use tls:// and the same DASK_DISTRIBUTED__COMM__TLS__… settings as there, "
            "or tcp:// where there is no encryption"
        ) from error


def probe_for(
    root: str, library: Sequence[Path], tasks: Records[Task], weights: Sequence[Weights]
) -> Probe:
    """What to ask workers about a root.

    Parameters
    ----------
    root : str
        A folder or a URL.
    library : sequence of Path
        ``AUDIOLAB_LIBRARY_PATH`` here.
    tasks : tuple or Spool of Task
        What is to be analysed.
    weights : sequence of Weights
        Files of the networks that are to run.
    """
    return Probe(
        root,
        () if is_url(root) else _tails(Path(root), library),
        tuple((task.path, task.size) for task in sample(tasks, PROBE_FILES)),
        tuple(weights),
        fingerprint(),
    )


def _tails(root: Path, library: Sequence[Path]) -> tuple[str, ...]:
    below = {str(root.relative_to(home)) for home in library if root.is_relative_to(home)}
    return tuple(sorted({"", *below}))
