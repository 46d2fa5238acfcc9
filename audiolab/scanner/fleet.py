"""A cluster that runs already: which of its workers can help, and where they see the library.

A worker helps if it runs the same audiolab and finds the files: under the same path, or below one
of the folders in its own ``AUDIOLAB_LIBRARY_PATH``. A few files of the plan are the probe. Network
weights that it does not have in its own ``AUDIOLAB_MODELS_DIR`` are sent. Workers that cannot help
are left out, and named with the reason. Encryption is dask's own matter: whatever
``distributed.comm.tls`` is configured to (DASK_DISTRIBUTED__COMM__TLS__...) is used.
"""

import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from distributed import Client, Future
from distributed.comm.addressing import get_address_host_port

from audiolab.catalog.paths import is_url
from audiolab.errors import ScanError
from audiolab.scanner.model import Task
from audiolab.scanner.probe import Probe, Verdict, Weights, fingerprint, look, receive
from audiolab.scanner.spool import Records, sample

CONNECT_SECONDS = 15
PROBE_FILES = 5


class Fleet:
    """The workers of a cluster that can help with one root.

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
        self._call: Future[int] | None = None

    def threads(self) -> dict[str, int]:
        """Address -> threads of those that can help; new ones are looked at first."""
        present: dict[str, int] = self._client.nthreads()
        if not present and self._call is None:  # an adaptive cluster starts workers for work only
            self._call = self._client.submit(int, key="audiolab-anybody", pure=False)
        elif present:
            self._call = None
        new = [address for address in present if address not in self._verdicts]
        if new:
            self._look_at(new)
        return {a: n for a, n in present.items() if not self._verdicts[a].problem}

    def _look_at(self, addresses: list[str]) -> None:
        self._ask(addresses)
        self._ship([address for address in addresses if self._verdicts[address].lacks])
        problems = Counter(self._verdicts[address].problem for address in addresses)
        for problem, count in problems.items():
            if problem:
                some = next(a for a in addresses if self._verdicts[a].problem == problem)
                self._note(f"{count} of {len(addresses)} workers left out, e.g. {some}: {problem}")

    def _ask(self, addresses: list[str]) -> None:
        answers = self._client.run(look, self._probe, workers=addresses, on_error="return")
        for address in addresses:
            answer = answers.get(address)
            if not isinstance(answer, Verdict):
                answer = Verdict(f"audiolab is not usable there ({answer!r})")
            self._verdicts[address] = answer

    def _ship(self, addresses: list[str]) -> None:
        """Send weights to those that lack them, and look at them again."""
        for weights in self._probe.weights:
            those = [a for a in addresses if weights in self._verdicts[a].lacks]
            if those:
                content = Path(weights.path).read_bytes()
                self._client.run(receive, weights, content, workers=those, on_error="return")
        if addresses:
            self._ask(addresses)
        for address in addresses:
            if self._verdicts[address].lacks:
                name = Path(self._verdicts[address].lacks[0].path).name
                self._verdicts[address] = Verdict(f"it did not keep the weights {name}")

    def require(self) -> None:
        """Refuse a cluster of which no worker can help.

        Raises
        ------
        ScanError
            With the reason of one of them.
        """
        if self.threads() or not self._verdicts:  # none at all yet: an adaptive one starts them
            return
        address, verdict = next(iter(self._verdicts.items()))
        raise ScanError(
            f"none of the {len(self._verdicts)} workers can help; {address}: {verdict.problem}"
        )


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
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise ScanError(
            f"no dask scheduler answers at {address}: "
            "start one (dask scheduler) or scan without --scheduler"
        ) from error
    with client:
        yield client


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
