"""What a database server said, in one line: which database, what it said, what to do.

While a connection is being made, libpq gives a text and no SQLSTATE; later there is one, in
whatever language the server speaks. So codes are looked at first, then texts.
"""

from audiolab.errors import DatabaseError

_CREDENTIALS = "check the user and password in AUDIOLAB_DATABASE_URL"
_CREATE = "create it (createdb), or correct the name in AUDIOLAB_DATABASE_URL"
_ROOM = "free some disk space and try again"
_SLOTS = "close other programs that use this server, or raise its max_connections"
_RIGHTS = (
    "use the user that set the catalog up, or let it GRANT you SELECT, INSERT, UPDATE, DELETE "
    "ON ALL TABLES IN SCHEMA public"
)
_STANDBY = "it only reads, as a standby does: use the address of the primary server"
_MISSING = "the catalog was removed or only partly restored: open it again (audiolab db upgrade)"
_TIME = "the server's time limits ended it: try again, or raise statement_timeout for this user"
_GONE = "check that the server runs (audiolab doctor), then try again"

# The longest beginning of the SQLSTATE that is listed counts.
_BY_CODE = {
    "28": _CREDENTIALS,
    "3D000": _CREATE,
    "53100": _ROOM,
    "53300": _SLOTS,
    "42501": _RIGHTS,
    "42P01": _MISSING,
    "25006": _STANDBY,
    "57014": _TIME,
    "25P03": _TIME,
}
# The first that fits counts.
_BY_TEXT = (
    ("password authentication failed", _CREDENTIALS),
    ("no password supplied", _CREDENTIALS),
    ("authentication failed", _CREDENTIALS),
    ("no pg_hba.conf entry", "let this user in from this machine, in the server's pg_hba.conf"),
    (
        "certificate verify failed",
        "give the certificate of its authority with sslrootcert=FILE, or use sslmode=require",
    ),
    (
        "root certificate file",
        "give the certificate of the server's authority with sslrootcert=FILE, "
        "or use sslmode=require",
    ),
    (
        "server certificate for",
        "use the host name that is in the server's certificate, or sslmode=verify-ca",
    ),
    (
        "does not support SSL",
        "switch TLS on at the server (ssl = on), or take sslmode out of AUDIOLAB_DATABASE_URL",
    ),
    ("sslmode", "use sslmode=disable, prefer, require, verify-ca or verify-full"),
    ("connection option", "correct what follows the ? in AUDIOLAB_DATABASE_URL"),
    ("URI query parameter", "correct what follows the ? in AUDIOLAB_DATABASE_URL"),
    ("could not translate host name", "correct the host in AUDIOLAB_DATABASE_URL"),
    ("not currently accepting connections", "its administrator has closed it: ask there"),
    ("No space left", _ROOM),
    ("could not extend", _ROOM),
    ("too many clients", _SLOTS),
    ("connection slots are reserved", _SLOTS),
)

# Shutting down, crashed, starting; broken connections.
_GONE_CODES = ("57P01", "57P02", "57P03", "08")
_GONE_TEXTS = (
    "server closed the connection",
    "connection already closed",
    "connection has been closed",
    "terminating connection",
    "could not receive data",
    "could not send data",
    "the database system is",
    "Connection refused",
    "Connection reset",
    "No such file or directory",  # the socket of a server that is not there
    "Broken pipe",
)


class ServerGoneError(DatabaseError):
    """The server went away, restarts or does not run: the same question may be answered soon."""


def database_error(error: BaseException, address: str) -> DatabaseError:
    """Our error for the driver's.

    Parameters
    ----------
    error : BaseException
        psycopg2's.
    address : str
        The database, as `shown_address` writes it.
    """
    said = " ".join(str(error).split()) or type(error).__name__
    code = getattr(error, "pgcode", None) or ""
    kind = ServerGoneError if _is_gone(code, said) else DatabaseError
    return kind(f"the database {address} cannot be used: {said}: {_advice(code, said)}")


def _is_gone(code: str, said: str) -> bool:
    if code:
        return code.startswith(_GONE_CODES)
    return any(text in said for text in _GONE_TEXTS)


def _advice(code: str, said: str) -> str:
    for length in (5, 2):
        if code[:length] in _BY_CODE:
            return _BY_CODE[code[:length]]
    if 'database "' in said and "does not exist" in said:
        return _CREATE
    if 'role "' in said and "does not exist" in said:
        return _CREDENTIALS
    return next((advice for text, advice in _BY_TEXT if text in said), _GONE)
