"""How the embedded Postgres is set up: small beside the analysis, fast for one machine's library.

Sources of the rules of thumb: PostgreSQL documentation, chapters 19.4 (resource consumption), 28
(reliability and WAL), 19.14 (error handling: recovery_init_sync_method); pgvector README
(maintenance_work_mem for HNSW).
"""

import os
import platform
import re
from pathlib import Path

import psutil

MB = 1 << 20
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
SHARED_MEMORY = Path("/dev/shm")
SYNCFS_SINCE = (5, 8)  # the first Linux whose syncfs reports errors of the disk

HBA = "# The socket lies in a folder that only its owner can enter.\nlocal all all trust\n"


def machine_memory_bytes() -> int:
    """The memory we may use: the machine's, or the container's limit."""
    total = int(psutil.virtual_memory().total)
    try:
        return min(total, int(CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # not Linux, no container, or "max"
        return total


def shared_memory_kind(needed_bytes: int) -> str:
    """Where parallel index builds share memory: containers often have only 64 MB of /dev/shm."""
    try:
        space = os.statvfs(SHARED_MEMORY)
    except OSError:
        return "posix"
    return "posix" if space.f_bavail * space.f_frsize >= 2 * needed_bytes else "mmap"


def sync_method() -> str:
    """How to be sure that a whole folder is on disk: one call, or one for each of its 1,000 files.

    Before a recovery Postgres makes sure of that, and on a busy disk it takes longer than the rest.
    """
    version = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
    return "syncfs" if platform.system() == "Linux" and version >= SYNCFS_SINCE else "fsync"


def sync_option() -> str:
    """The same, for Postgres' programs."""
    return f"--sync-method={sync_method()}"


def _between(low_mb: int, value_bytes: int, high_mb: int) -> int:
    return max(low_mb, min(value_bytes // MB, high_mb))


def server_settings(memory_bytes: int, cores: int) -> dict[str, str]:
    """Postgres' settings by name, for a machine of this size.

    Most of the memory is left to the file cache and to the analysis, which runs at the same time.
    """
    maintenance = _between(64, memory_bytes // 16, 1024)
    return {
        "listen_addresses": "''",
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{_between(64, memory_bytes // 8, 1024)}MB",
        "effective_cache_size": f"{_between(128, memory_bytes // 2, 1 << 20)}MB",
        "maintenance_work_mem": f"{maintenance}MB",
        "work_mem": f"{_between(8, memory_bytes // 256, 64)}MB",
        "dynamic_shared_memory_type": shared_memory_kind(maintenance * MB),
        "huge_pages": "off",
        "max_parallel_workers_per_gather": str(min(2, cores)),
        "max_parallel_maintenance_workers": str(min(4, cores)),
        "jit": "off",  # compiling costs more than our queries take
        "random_page_cost": "1.1",  # solid state disks
        # An acknowledged batch survives a power cut.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "recovery_init_sync_method": sync_method(),
        # No replicas: bulk loads and index builds need less log.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "wal_compression": "off",  # compressing pages takes longer than writing them
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "timezone": "'UTC'",
        "lc_messages": "'C'",  # we read its messages
        "log_timezone": "'UTC'",
        "log_line_prefix": "'%m [%p] %q%a '",
        "log_checkpoints": "off",
        "log_min_duration_statement": "'5s'",
    }


def settings_text() -> str:
    """``audiolab.conf`` for this machine."""
    lines = [
        "# Written by audiolab at every start, for this machine's memory.",
        "# Your own settings go into another file of this folder whose name sorts later.",
    ]
    chosen = server_settings(machine_memory_bytes(), os.cpu_count() or 1)
    lines += [f"{name} = {value}" for name, value in chosen.items()]
    return "\n".join(lines) + "\n"
