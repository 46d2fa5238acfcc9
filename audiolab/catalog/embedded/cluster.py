"""Where everything that belongs to one embedded database lies."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from audiolab.errors import DatabaseError

DATABASE = "audiolab"
ROLE = "audiolab"
PORT = 5432  # only names the socket: nothing listens on TCP

# sockaddr_un holds 104 bytes on macOS and 108 on Linux; commas separate hosts in a libpq address.
LONGEST_SOCKET_PATH = 100
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")


@dataclass(frozen=True)
class Cluster:
    """One embedded database, by the data folder it lives in.

    Attributes
    ----------
    data_dir : Path
        audiolab's data folder, resolved.
    """

    data_dir: Path

    @classmethod
    def at(cls, data_dir: Path) -> "Cluster":
        """The database of a data folder, which need not exist yet."""
        return cls(Path(data_dir).expanduser().resolve())

    @property
    def pgdata(self) -> Path:
        """Postgres' own folder."""
        return self.data_dir / "postgres"

    @property
    def kept(self) -> Path:
        """The folder of before an upgrade, in the moment between the two."""
        return self.data_dir / "postgres.before-upgrade"

    @property
    def start_lock(self) -> Path:
        """Held by the one process that starts, stops or changes the server."""
        return self.data_dir / "postgres.lock"

    @property
    def users_lock(self) -> Path:
        """Held, shared, by every process that uses the server."""
        return self.data_dir / "postgres.users"

    @property
    def alive_lock(self) -> Path:
        """Held by the server's own processes until the last of them is gone."""
        return self.data_dir / "postgres.alive"

    @property
    def log(self) -> Path:
        """What Postgres has to say."""
        return self.data_dir / "logs" / "postgres.log"

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: Postgres' own, or a short one of ours if that name won't do.

        Raises
        ------
        FileNotFoundError
            If there is no database yet.
        """
        own = str(self.pgdata)
        if PLAIN_PATH.fullmatch(own) and len(f"{own}/.s.PGSQL.{PORT}") <= LONGEST_SOCKET_PATH:
            return self.pgdata
        folder = self.pgdata.stat()
        identity = f"{folder.st_dev}:{folder.st_ino}:{own}".encode(errors="surrogateescape")
        digest = hashlib.blake2b(identity, digest_size=6).hexdigest()
        return Path("/tmp") / f"audiolab-{folder.st_uid}-{digest}"

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the database."""
        return f"postgresql+psycopg2://{ROLE}@/{DATABASE}?host={self.socket_dir}&port={PORT}"

    def check_socket_dir(self) -> None:
        """Make sure that nobody else has put his own folder where ours belongs.

        Raises
        ------
        DatabaseError
            If the socket's folder is not a folder of the server's user, closed to all others.
        FileNotFoundError
            If it does not exist.
        """
        if self.socket_dir == self.pgdata:
            return
        found = os.lstat(self.socket_dir)
        owner = self.pgdata.stat().st_uid
        if found.st_uid != owner or (found.st_mode & 0o170077) != 0o040000:
            raise DatabaseError(
                f"{self.socket_dir} should be a folder that only the database's user can enter, "
                "but it is not: remove it, or set AUDIOLAB_DATA_DIR to a shorter, plain path"
            )
