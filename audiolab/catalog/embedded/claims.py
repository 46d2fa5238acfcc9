"""Which processes use the server: each holds a shared lock for as long as it may connect.

A claim is taken before connecting, so a server that is about to stop for want of users cannot
stop under one who has just been told its address.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.locks import open_lock, try_lock


@dataclass
class _Claim:
    descriptor: int
    count: int


_claims: dict[Cluster, _Claim] = {}
_guard = threading.RLock()


def claim(cluster: Cluster) -> bool:
    """Count this process as a user; False while the server is being stopped.

    Raises
    ------
    FileNotFoundError
        If there is no data folder.
    """
    with _guard:
        held = _claims.get(cluster)
        if held is not None and _same_file(held.descriptor, cluster):
            held.count += 1
            return True
        descriptor = open_lock(cluster.users_lock)
        if not try_lock(descriptor, fcntl.LOCK_SH):
            os.close(descriptor)
            return False
        if held is not None:
            os.close(held.descriptor)
        _claims[cluster] = _Claim(descriptor, 1)
        return True


def unclaim(cluster: Cluster) -> bool:
    """Give one claim back; True if this process has none left."""
    with _guard:
        held = _claims.get(cluster)
        if held is None:
            return True
        held.count -= 1
        if held.count > 0:
            return False
        del _claims[cluster]
        fcntl.flock(held.descriptor, fcntl.LOCK_UN)  # forked children share it
        os.close(held.descriptor)
        return True


@contextmanager
def nobody_else(cluster: Cluster) -> Iterator[bool]:
    """Keep all other processes from becoming users; yields False if there are some already.

    To be used under the start lock, where those who come meanwhile wait.
    """
    with _guard:
        held = _claims.get(cluster)
        descriptor = held.descriptor if held else open_lock(cluster.users_lock)
        try:
            yield try_lock(descriptor, fcntl.LOCK_EX)
        finally:
            if held:
                fcntl.flock(descriptor, fcntl.LOCK_SH)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                os.close(descriptor)


def _same_file(descriptor: int, cluster: Cluster) -> bool:
    """Whether the lock file is still there: the data folder may have been removed and made anew."""
    try:
        return os.path.samestat(os.fstat(descriptor), cluster.users_lock.stat())
    except FileNotFoundError:
        return False
